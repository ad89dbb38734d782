"""Text → the pieces that multilingual-e5-small was trained with, each with the code points that it stands for.

Unigram segmentation (Kudo, 2018): the cut of a text whose pieces have the highest sum of scores, found by Viterbi.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.readers.e5file import E5File

_SPACE = "\u2581"
_UNKNOWN_COST = 10.0
# ASCII, signs, dashes and quotes, the mark of a space; Chinese punctuation, Chinese characters, full-width forms.
_COMMON = (
    (0, 0x7F),
    (0xA0, 0xBF),
    (0x2010, 0x2027),
    (0x2581, 0x2581),
    (0x3000, 0x303F),
    (0x3400, 0x9FFF),
    (0xFF00, 0xFFEF),
)
_OTHER = re.compile("[^" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _COMMON) + "]")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Piece numbers, and for each the stretch of the text (code points, end exclusive) that it stands for."""

    ids: list[int]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.ids)

    def part(self, first: int, last: int) -> Tokens:
        """Tokens `first` to `last` (exclusive); offsets stay those of the whole text."""
        return Tokens(self.ids[first:last], self.starts[first:last], self.ends[first:last])


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Piece → number, and for every code point the length of the longest piece that begins with it."""

    ids: dict[str, int]
    longest: bytes


class Tokenizer:
    """Safe to use from several threads.

    English and Chinese text is cut with the pieces that are made of their characters alone: a piece with any other
    character cannot be in it, so the cut is the same, for half the time and memory. The first text with another
    character loads the rest.
    """

    def __init__(self, file: E5File) -> None:
        """Reads the pieces of English and Chinese: a tenth of a second, 30 MB."""
        self.bos, self.eos, self.pad, self.unknown = file.specials
        self._file = file
        self._normal = {code: text.replace(" ", _SPACE) for code, text in file.normalisation.items()}
        self._normal[ord(" ")] = _SPACE
        self._scores = array("f", file.scores.tobytes())
        self._unknown_score = float(file.scores.min()) - _UNKNOWN_COST
        self._common = _read_pieces(file, common=True)

    @cached_property
    def _all(self) -> _Pieces:
        return _read_pieces(self._file, common=False)

    def encode(self, text: str) -> Tokens:
        """The tokens of `text`, without marks of beginning and end."""
        normal, origins = self._normalise(text)
        ids, cuts = self._segment(normal, self._all if _OTHER.search(normal) else self._common)
        tokens = Tokens(ids, [], [])
        for first, last in pairwise(cuts):
            if first == 0 and normal[0] == _SPACE and origins[0] < 0:
                first += 1  # the space put in front stands for nothing
            tokens.starts.append(max(origins[first], 0) if first < len(origins) else 0)
            tokens.ends.append(origins[last - 1] + 1)
        return tokens

    def _normalise(self, text: str) -> tuple[str, list[int]]:
        characters, origins = [_SPACE], [-1]
        for place, character in enumerate(text):
            for output in self._normal.get(ord(character), character):
                if output == _SPACE and characters[-1] == _SPACE:
                    continue
                characters.append(output)
                origins.append(place)
        return "".join(characters), origins

    def _segment(self, text: str, pieces: _Pieces) -> tuple[list[int], list[int]]:
        size = len(text)
        best = [-1e30] * (size + 1)
        best[0] = 0.0
        piece, back = [self.unknown] * (size + 1), [0] * (size + 1)
        find, scores, longest = pieces.ids.get, self._scores, pieces.longest
        for start in range(size):
            here = best[start]
            for end in range(start + 1, min(size, start + longest[ord(text[start])]) + 1):
                number = find(text[start:end])
                if number is not None and here + scores[number] > best[end]:
                    best[end], piece[end], back[end] = here + scores[number], number, start
            if here + self._unknown_score > best[start + 1]:
                best[start + 1], piece[start + 1], back[start + 1] = here + self._unknown_score, self.unknown, start
        return _walk_back(piece, back, size)


def _walk_back(piece: list[int], back: list[int], size: int) -> tuple[list[int], list[int]]:
    ids, cuts = [], [size]
    while size > 0:
        ids.append(piece[size])
        size = back[size]
        cuts.append(size)
    return ids[::-1], cuts[::-1]


def _read_pieces(file: E5File, common: bool) -> _Pieces:
    text = file.pieces.decode("utf-8")
    begins = np.zeros(len(file.pieces) + 1, np.int32)
    np.cumsum((np.frombuffer(file.pieces, np.uint8) & 0xC0) != 0x80, out=begins[1:])
    cuts = begins[file.piece_offsets]
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    wanted = cuts[1:] > cuts[:-1]
    wanted[list(file.specials)] = False  # a text that spells `<s>` means those letters
    if common:
        others = np.zeros(len(codes) + 1, np.int32)
        np.cumsum(_is_other(codes), out=others[1:])
        wanted &= others[cuts[1:]] == others[cuts[:-1]]
    numbers = np.flatnonzero(wanted)
    starts, ends = cuts[numbers], cuts[numbers + 1]
    longest = np.zeros(0x110000, np.uint8)
    np.maximum.at(longest, codes[starts], (ends - starts).astype(np.uint8))
    spans = zip(starts.tolist(), ends.tolist(), numbers.tolist(), strict=True)
    return _Pieces({text[start:end]: number for start, end, number in spans}, longest.tobytes())


def _is_other(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    common = np.zeros(0x10000, bool)
    for first, last in _COMMON:
        common[first : last + 1] = True
    other: NDArray[np.bool_] = (codes > 0xFFFF) | ~common[codes & 0xFFFF]
    return other


def pack(tokenizer: Tokenizer, question: Tokens, window: Tokens) -> tuple[list[int], int]:
    """The model's input `<s> question </s></s> window </s>`, and the place of the window's first token in it."""
    ids = [tokenizer.bos, *question.ids, tokenizer.eos, tokenizer.eos]
    return [*ids, *window.ids, tokenizer.eos], len(ids)
