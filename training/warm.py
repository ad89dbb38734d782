"""A shipped model → the weights that training goes on from: int8 back to numbers, outliers back in their place."""

from __future__ import annotations

import re
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

_LINEAR = re.compile(r"/(layers)\.(\d+)/(\w+)/linear/MatMul")


def shipped_weights(model: Path) -> dict[str, Tensor]:
    """The state of `SpanNetwork` that `model` was exported from, less what int8 rounded away.

    Raises OSError where the file cannot be read, ValueError where it is no export of this network.
    """
    graph = onnx.load(str(model)).graph
    tensors = {each.name: torch.tensor(numpy_helper.to_array(each)) for each in graph.initializer}
    state = {
        name.replace(".linear.", "."): value
        for name, value in tensors.items()
        if name.startswith(("norm.", "layers.", "heads.")) and not name.endswith(".inverse")
    }
    for node in graph.node:
        linear = _LINEAR.match(node.output[0])
        if node.op_type == "MatMulInteger" and linear:
            name = ".".join(linear.groups())
            stored = node.input[1].removesuffix("_quantized")
            rows = _numbers(tensors, stored)
            state[f"{name}.weight"] = (tensors[f"{name}.inverse"][:, None] * rows).T.contiguous()
        elif node.op_type == "MatMul" and node.output[0].startswith("/heads/"):
            state["heads.weight"] = tensors[node.input[1]].T.contiguous()
    if "heads.weight" not in state or "positions.weight_quantized" not in tensors:
        raise ValueError(f"{model.name} is no export of this network")
    state["positions.weight"] = _numbers(tensors, "positions.weight")
    return state


def _numbers(tensors: dict[str, Tensor], name: str) -> Tensor:
    stored, scale, zero = (tensors[f"{name}_{part}"] for part in ("quantized", "scale", "zero_point"))
    return (stored.float() - zero.float()) * scale
