"""Other ways to ask: in Cantonese, in fewer words, of another year or number."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from random import Random

from vectorstore.tokens import chinese_words, convert_script

_NUMBER = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,3}(?![0-9.,])")


def to_cantonese(question: str) -> str:
    """A written Chinese question with its function words as Cantonese is typed, in Simplified characters."""
    pattern, words = _cantonese()
    return convert_script(pattern.sub(lambda match: words[match.group()], convert_script(question, "hk2s")), "hk2s")


def exchange_number(question: str, window: str, random: Random) -> str | None:
    """The question with one year or number changed to one that the window does not have; None when it has none."""
    found = list(_NUMBER.finditer(question))
    if not found:
        return None
    chosen = random.choice(found)
    for _ in range(8):
        other = str(_other_number(int(chosen.group()), random))
        if other not in window:
            return question[: chosen.start()] + other + question[chosen.end() :]
    return None


def drop_words(question: str, share: float, random: Random) -> str:
    """The question without some of its words, each with chance `share`; numbers stay, and at least half of it does."""
    words = question.split(" ") if " " in question else chinese_words(question)
    kept = [word for word in words if random.random() >= share or any(c.isdigit() for c in word)]
    return (" " if " " in question else "").join(kept) if 2 * len(kept) >= len(words) else question


def _other_number(number: int, random: Random) -> int:
    is_year = 1000 <= number <= 2100
    nearby = [number + step for step in (-10, -3, -2, -1, 1, 2, 3, 10) if number + step > 0]
    return random.choice(nearby) if is_year or number < 10 else max(1, number + random.randint(-number // 2, number))


@cache
def _cantonese() -> tuple[re.Pattern[str], dict[str, str]]:
    path = Path(__file__).with_name("cantonese.toml")
    words: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))["words"]
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), words
