"""Options that only newer torch has: Debian's package (1.13), which the tests train with, is older than PyPI's."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import torch


def known(function: Callable[..., Any], **options: Any) -> dict[str, Any]:
    """Those of the options that a function of this torch has."""
    return {name: value for name, value in options.items() if name in signature(function).parameters}


def without_cudnn_attention() -> None:
    """Leave attention to torch's own kernels: cuDNN plans anew for every length of windows, which takes half of the
    time, and its backward pass failed after some 900 steps (torch 2.11, H200)."""
    enable = getattr(torch.backends.cuda, "enable_cudnn_sdp", None)
    if enable is not None:
        enable(False)
