"""A trained network → the int8 ONNX file that ships, and its manifest."""

from __future__ import annotations

import hashlib
import json
import logging
import warnings
from collections.abc import Iterable
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor

from bot.readers.e5file import E5File
from bot.readers.spans import MANIFEST, MODEL_FILE
from training.compatible import known
from training.network import SpanNetwork
from training.smoothing import smooth

OPSET = 17


SMOOTHING = 0.8
"""Share of the outliers that goes to the weights; without it the int8 model found other spans for 2 questions of 10."""


def export(network: SpanNetwork, windows: Iterable[Tensor], file: E5File, out: Path) -> None:
    """Write `reader.onnx` (int8 weights, one scale a row) and `reader.json` into `out`; the network is changed by it.

    `windows` are word vectors of inputs such as the model will read (1 × tokens × width each). Raises OSError.
    """
    out.mkdir(parents=True, exist_ok=True)
    full, model = out / "reader.fp32.onnx", out / MODEL_FILE
    smooth(network.cpu().eval(), windows, SMOOTHING)
    _export_full(network, file.hidden, full)
    logging.disable(logging.WARNING)  # it tells the root logger what it does with each node
    try:
        quantize_dynamic(full, model, weight_type=QuantType.QInt8, per_channel=True, nodes_to_exclude=_heads(full))
    finally:
        logging.disable(logging.NOTSET)
    full.unlink()
    for made_for_another in (*out.glob("reader.*.patch"), *out.glob("patch.*.md")):
        made_for_another.unlink()
    data = model.read_bytes()
    manifest = {
        "format": 1,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "word_vectors": file.checksum(),
        "patches": [],
    }
    (out / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _export_full(network: SpanNetwork, hidden: int, path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the older exporter is deprecated; the newer one writes a graph that is slower
        torch.onnx.export(
            network,
            (torch.zeros(1, 16, hidden),),
            str(path),
            input_names=["words"],
            output_names=["start", "end"],
            dynamic_axes={name: {1: "tokens"} for name in ("words", "start", "end")},
            opset_version=OPSET,
            **known(torch.onnx.export, dynamo=False),
        )
    onnx.checker.check_model(str(path))


def _heads(path: Path) -> list[str]:
    """The last matrix of the graph: it is small, and all scores come out of it, so it stays in fp32."""
    return [node.name for node in onnx.load(str(path)).graph.node if node.op_type in ("MatMul", "Gemm")][-1:]
