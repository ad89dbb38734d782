"""Whether a draft turns its evidence round: negation, opposite words, and a number put to another thing.

Each such word or number is an anchor with a context: the content words around it, nearer ones weighing more. A draft's
anchor must look more like the anchors of the evidence that say the same than like those that say the opposite.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from bot.guard.claims import find_claims
from bot.guard.verdict import Problem
from bot.lexicon import question_patterns
from vectorstore.tokens import chinese_words, stem

REACH = 8
"""Content words on either side that make up a context."""
MARGIN = 0.12
"""By how much a context must be nearer to the opposite (or to another number) before a draft counts as turned round."""
_TOLD = ("change", "bound", "rank", "duty", "scope", "limit", "force")
"""Axes on which a draft may not say what its evidence is silent about."""
_ONE_SIDED = ("scope", "limit", "force")
"""Axes on which the second side is the weaker claim: some for all, may for must."""
WIDE_MARGIN = 0.3
"""The same for the evidence's own word and for dates, which a paraphrase moves about most."""
_ELEMENT = re.compile(r"[a-z0-9]+(?:['’.][a-z0-9]+)*|[\u3400-\u9fff]+|[,，;；。.!?！？:：]")
_RECKONING = re.compile(r"\b(?:difference|altogether|combined|together)\b|相差|差距|合共|总共|共计|合计")
_BREAK = re.compile(r"[,，;；。.!?！？:：]")
_VERB = re.compile(r"\b[a-z]{2,}ed\b")
_PASSIVE = re.compile(r"\b(?:by|is|are|was|were|be|been|being)\b")
NEIGHBOURS = 3
"""Content words on either side of a verb that are taken for its doer and for what is done to."""
_YES = re.compile(r"^\s*(?:yes|是的|对|可以)\s*[,，.。!！]")
_NO = re.compile(r"^\s*(?:no|不是|不|否)\s*[,，.。!！]")


@dataclass(frozen=True, slots=True)
class Anchor:
    """`family` says what it can be turned into, `value` which it is; `start` and `end` count code points."""

    family: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A folded text's content words with their places, and its anchors."""

    words: tuple[tuple[str, int], ...]
    breaks: tuple[int, ...]
    anchors: tuple[Anchor, ...]


@cache
def _patterns() -> tuple[Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]], re.Pattern[str]]:
    table = tomllib.loads((files("bot.lexicon") / "opposites.toml").read_text(encoding="utf-8"))
    axes = {
        name: tuple((side, re.compile("|".join(sides[side]))) for side in ("one", "other"))
        for name, sides in table["axes"].items()
    }
    return axes, re.compile("|".join([*table["negation"]["en"], *table["negation"]["zh"]]))


@lru_cache(maxsize=4096)
def read(folded: str) -> Reading:
    """The content words and anchors of a folded text."""
    claims = find_claims(folded)
    anchors = [Anchor(c.kind, c.value, c.start, c.end) for c in claims if not c.value.startswith("text:")]
    rest = list(folded)
    for claim in claims:
        rest[claim.start : claim.end] = " " * (claim.end - claim.start)
    words = [(claim.value, claim.start) for claim in claims]
    stopwords = question_patterns().stopwords
    breaks: list[int] = []
    for match in _ELEMENT.finditer("".join(rest)):
        text, at = match.group(), match.start()
        if _BREAK.match(text):
            breaks.append(at)
        elif text[0].isascii():
            if text not in stopwords:
                words.append((stem(text), at))
        else:
            for word in chinese_words(text):
                if word not in stopwords:
                    words.append((word, at))
                at += len(word)
    return Reading(tuple(sorted(words, key=lambda word: word[1])), tuple(breaks), (*anchors, *_opposites(folded)))


def _opposites(folded: str) -> list[Anchor]:
    axes, negation = _patterns()
    found: list[Anchor] = []
    taken = bytearray(len(folded))
    for name, sides in axes.items():
        matches = [(m, side) for side, pattern in sides for m in pattern.finditer(folded)]
        for match, side in sorted(matches, key=lambda pair: (pair[0].start(), -pair[0].end())):
            own = [a for a in found if a.family == name and a.start < match.end() and match.start() < a.end]
            if not own:
                found.append(Anchor(name, side, *match.span()))
                if name in ("bound", "duty", "consent"):  # "not more than" and 无须 are no negation of their own
                    taken[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
    opening = _NO.match(folded)
    for match in negation.finditer(folded):
        if not any(taken[match.start() : match.end()]) and not (opening and match.start() < opening.end()):
            found.append(Anchor("negation", "not", *match.span()))
    return found


def directions(folded: str) -> list[tuple[int, int]]:
    """Where a folded text speaks of change, bounds and rank, and of differences and sums."""
    found = [(a.start, a.end) for a in read(folded).anchors if a.family in ("change", "bound", "rank")]
    return found + [match.span() for match in _RECKONING.finditer(folded)]


def _context(reading: Reading, anchor: Anchor) -> dict[str, float]:
    """The words around an anchor, 1 for the nearest, less with distance and across a break."""
    weights: dict[str, float] = {}
    before = [w for w in reading.words if w[1] < anchor.start][::-1][:REACH]
    after = [w for w in reading.words if w[1] >= anchor.end][:REACH]
    for side in (before, after):
        for distance, (word, at) in enumerate(side):
            low, high = sorted((anchor.start, at))
            crossed = sum(low <= place < high for place in reading.breaks)
            weight = (1 - distance / (REACH + 1)) * 0.4**crossed
            weights[word] = max(weights.get(word, 0.0), weight)
    return weights


def _likeness(asked: Mapping[str, float], held: Mapping[str, float]) -> float:
    total = sum(asked.values())
    return sum(min(weight, held.get(word, 0.0)) for word, weight in asked.items()) / total if total else 0.0


def _nearest(context: Mapping[str, float], reading: Reading, anchors: Sequence[Anchor]) -> float:
    return max((_likeness(context, _context(reading, anchor)) for anchor in anchors), default=-1.0)


def turned_round(draft: str, evidence: str, other_side: str, verified: bool = False) -> list[Problem]:
    """What of a folded draft the evidence says the other way; `other_side` is the evidence in the other language.

    `verified` says that the draft's comparison was worked out from its numbers, so that its direction needs no word.
    """
    said, held = read(draft), read(evidence)
    beyond = {(a.family, a.value) for a in read(other_side).anchors} if other_side else set()
    problems = [
        *_opposed(said, held, beyond, draft, evidence, verified),
        *_misplaced(said, held, draft),
        *_negated(said, held, draft, evidence),
        *_swapped(_doings(said, draft), _doings(held, evidence)),
    ]
    return list(dict.fromkeys(problems))


def _opposed(
    said: Reading, held: Reading, beyond: set[tuple[str, str]], draft: str, evidence: str, verified: bool
) -> list[Problem]:
    axes, _ = _patterns()
    problems = []
    for anchor in said.anchors:
        if anchor.family not in axes or (anchor.family in _ONE_SIDED and anchor.value == "other"):
            continue
        same = [a for a in held.anchors if a.family == anchor.family and a.value == anchor.value]
        opposite = [a for a in held.anchors if a.family == anchor.family and a.value != anchor.value]
        context = _context(said, anchor)
        if same and opposite:
            words = {stem(evidence[a.start : a.end]) for a in same}
            margin = WIDE_MARGIN if stem(draft[anchor.start : anchor.end]) in words else MARGIN
            wrong = _nearest(context, held, opposite) > _nearest(context, held, same) + margin
        elif same:
            wrong = False
        else:
            shown = (anchor.family, anchor.value) in beyond or (
                verified and anchor.family in ("change", "bound", "rank")
            )
            denies = re.search("[不未无毋]|\\bnot?\\b", draft[anchor.start : anchor.end])
            wrong = bool(opposite) or (not shown and (anchor.family in _TOLD or bool(denies)))
        if wrong:
            problems.append(Problem("reversed", draft[anchor.start : anchor.end]))
    return problems


def _misplaced(said: Reading, held: Reading, draft: str) -> list[Problem]:
    """Numbers and dates that stand in the evidence, but with another thing than the draft puts them to."""
    problems = []
    for anchor in said.anchors:
        if anchor.family not in ("number", "share", "date"):
            continue
        kin = [a for a in held.anchors if a.family == anchor.family]
        same = [a for a in kin if _means(a.value, anchor.value)]
        others = [a for a in kin if not _means(a.value, anchor.value)]
        if not same or not others:
            continue
        context = _context(said, anchor)
        margin = WIDE_MARGIN if anchor.family == "date" else MARGIN
        if _nearest(context, held, others) > _nearest(context, held, same) + margin:
            problems.append(Problem("reversed", draft[anchor.start : anchor.end]))
    return problems


def _means(held: str, said: str) -> bool:
    return held == said or (held.startswith("date:") and (held.startswith(said) or held.endswith(said[5:])))


def _negated(said: Reading, held: Reading, draft: str, evidence: str) -> list[Problem]:
    """A negation that the evidence lacks there, or one of the evidence that the draft lacks."""
    ours = [a for a in said.anchors if a.family == "negation"]
    theirs = [a for a in held.anchors if a.family == "negation"]
    no, yes = _NO.match(draft), _YES.match(draft)
    if (yes and ours) or (no and not ours and not _refuses(said)):
        return [Problem("reversed", next(opening.group() for opening in (no, yes) if opening))]
    problems = []
    free = list(theirs)
    for anchor in ours:
        focus = _focus(said, anchor)
        likeness = {other: _likeness(focus, _context(held, other)) for other in free}
        nearest = max(free, key=lambda other: likeness[other], default=None)
        verbatim = draft[max(0, anchor.start - 3) : anchor.end + 3] in evidence
        if nearest is None or (likeness[nearest] < 0.3 and not verbatim):
            problems.append(Problem("reversed", draft[anchor.start : anchor.end]))
        else:
            free.remove(nearest)
    for other in theirs:
        focus = _focus(held, other)
        words = {word for word, _ in said.words}
        repeated = sum(weight for word, weight in focus.items() if word in words)
        if not ours and focus and repeated >= 0.75 * sum(focus.values()):
            problems.append(Problem("reversed", ""))
    return problems


@dataclass(frozen=True, slots=True)
class _Doing:
    """An English verb in -ed, the content words before and after it in its clause, and whether it is passive."""

    text: str
    before: frozenset[str]
    after: frozenset[str]
    passive: bool


def _doings(reading: Reading, folded: str) -> dict[str, _Doing]:
    """The verbs of a folded text, those that stand there once."""
    found: dict[str, list[_Doing]] = {}
    for match in _VERB.finditer(folded):
        start = max((place for place in reading.breaks if place < match.start()), default=-1)
        end = min((place for place in reading.breaks if place >= match.end()), default=len(folded))
        before = [word for word, at in reading.words if start < at < match.start()][-NEIGHBOURS:]
        after = [word for word, at in reading.words if match.end() <= at < end][:NEIGHBOURS]
        passive = _PASSIVE.search(folded[max(0, match.start() - 20) : match.end() + 40]) is not None
        doing = _Doing(match.group(), frozenset(before), frozenset(after), passive)
        found.setdefault(stem(match.group()), []).append(doing)
    return {verb: doings[0] for verb, doings in found.items() if len(doings) == 1}


def _swapped(said: Mapping[str, _Doing], held: Mapping[str, _Doing]) -> list[Problem]:
    """Verbs of a draft whose doer is the one that the evidence has it done to, and the reverse."""
    problems = []
    for verb in said.keys() & held.keys():
        ours, theirs = said[verb], held[verb]
        crossed = ours.before & theirs.after and ours.after & theirs.before
        straight = ours.before & theirs.before or ours.after & theirs.after
        if crossed and not straight and ours.passive == theirs.passive:
            problems.append(Problem("reversed", ours.text))
    return problems


def _refuses(reading: Reading) -> bool:
    return any(anchor.value == "other" for anchor in reading.anchors)


def _focus(reading: Reading, anchor: Anchor) -> dict[str, float]:
    """What a negation denies: the words after it in its clause, the nearest most; before it where none follow."""
    after = [word for word in reading.words if word[1] >= anchor.end - 1][:4]
    end = next((place for place in reading.breaks if place >= anchor.end), 1 << 30)
    inside = [word for word, at in after if at < end] or [word for word, at in reading.words if at < anchor.start][-3:]
    return {word: 1 - 0.2 * distance for distance, word in enumerate(inside)}


def crossed(draft: Sequence[tuple[str, int, bool]], evidence: Sequence[tuple[str, int, bool]]) -> bool:
    """Whether a draft gives numbers to other names than its evidence does.

    Both are what they state in order: key, place, and whether it is a name. It is told only where names and numbers
    stand in pairs (A 5, B 7) or in two rows of one length (A and B, 5 and 7 respectively).
    """
    ours, theirs = _paired(draft), _paired(evidence)
    return any(name in theirs and number in theirs.values() and theirs[name] != number for name, number in ours.items())


def _paired(stated: Sequence[tuple[str, int, bool]]) -> dict[str, str]:
    kinds = "".join("n" if is_name else "q" for _, _, is_name in stated)
    names = [key for key, _, is_name in stated if is_name]
    numbers = [key for key, _, is_name in stated if not is_name]
    if not names or len(names) != len(numbers) or len(set(names)) != len(names):
        return {}
    half = len(names)
    rows = kinds in ("n" * half + "q" * half, "q" * half + "n" * half, "nq" * half, "qn" * half)
    return dict(zip(names, numbers, strict=True)) if rows else {}
