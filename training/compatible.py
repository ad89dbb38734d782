"""Options that only newer torch has: Debian's package (1.13), which the tests train with, is older than PyPI's."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any


def known(function: Callable[..., Any], **options: Any) -> dict[str, Any]:
    """Those of the options that a function of this torch has."""
    return {name: value for name, value in options.items() if name in signature(function).parameters}
