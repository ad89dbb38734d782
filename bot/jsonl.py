"""JSON as the command writes it: one value a line, in UTF-8."""

from __future__ import annotations

import json


def to_json(value: object) -> bytes:
    """`value` as one line of JSON; a lone surrogate, which UTF-8 cannot hold, is written as its JSON escape.

    Raises:
        ValueError: a number is not finite.
        TypeError: JSON has no form for something in it.
    """
    # In a JSON string, what `backslashreplace` writes (\ud800) is that character's escape.
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace") + b"\n"
