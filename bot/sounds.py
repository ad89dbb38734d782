"""How Chinese characters sound, in Mandarin and in Cantonese: by the commonest reading, without its tone."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

_LAZY = ((re.compile(r"^n(?!g)"), "l"), (re.compile(r"^ng(?=[a-z])"), ""), (re.compile(r"^([gk])w(?=o)"), r"\1"))
"""Initials that many speakers do not tell apart (nei, lei; ngo, o; gwok, gok)."""


def are_alike(one: str, other: str) -> bool:
    """Whether two characters sound the same, in either language."""
    return mandarin(one) == mandarin(other) or cantonese(one) == cantonese(other)


@lru_cache(maxsize=8192)
def mandarin(character: str) -> str:
    """Its pinyin; the character itself where it has none."""
    reading = _pinyin().get(ord(character), character).split(",")[0]
    return "".join(c for c in unicodedata.normalize("NFD", reading) if not unicodedata.combining(c))


@lru_cache(maxsize=8192)
def cantonese(character: str) -> str:
    """Its Jyutping, as many say it; the character itself where it has none."""
    syllable = _jyutping().get(character, character).rstrip("123456")
    for initial, said in _LAZY:
        syllable = initial.sub(said, syllable)
    return syllable


@cache
def _pinyin() -> Mapping[int, str]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # read when it is imported: its phrases take 40 MB
    from pypinyin.pinyin_dict import pinyin_dict

    readings: Mapping[int, str] = pinyin_dict
    return readings


@cache
def _jyutping() -> Mapping[str, str]:
    # The table of characters alone: xjyutping itself loads its words too, 50 MB.
    table = (files("xjyutping") / "data" / "chars.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t", 2)[:2] for line in table.splitlines())
