"""The upper layers of the shipped int8 model as a network that can be trained on, and what became of them as a patch.

Git keeps every version of a binary. So what further training changes is stored as the difference from the model that is
there already: its weights stay on the grid of int8 values that they are on, and most of them move by one step or none.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from bot.readers.e5file import E5File
from bot.readers.spans import PATCH
from training.network import Drop, Layer
from training.smoothing import SMOOTHED

NORMS = ("attention_norm", "output_norm")
LIMIT = 127

Array = NDArray[np.generic]


class GridLinear(nn.Module):
    """A linear layer whose weights take part as the nearest int8 value; the gradient goes to what is behind them.

    Straight-through estimation (Bengio, Léonard and Courville, 2013).
    """

    def __init__(self, steps: Tensor, step: Tensor, bias: Tensor) -> None:
        """`steps` are the int8 values, outputs × inputs, `step` is how much one of them means."""
        super().__init__()
        self.weight = nn.Parameter(steps * step)
        self.bias = nn.Parameter(bias)
        self.register_buffer("step", step)

    def forward(self, states: Tensor) -> Tensor:
        onto_grid = (on_grid(self.weight, self.step) * self.step - self.weight).detach()
        return functional.linear(states, self.weight + onto_grid, self.bias)


class UpperLayers(nn.Module):
    """The states below the first of these layers → start and end logits, each batch × length."""

    def __init__(self, model: QuantisedModel, file: E5File, count: int) -> None:
        super().__init__()
        self.first = file.layers - count
        self.layers = nn.ModuleList(
            Layer(file.hidden, file.heads, file.feed_forward, file.epsilon) for _ in range(count)
        )
        self.heads = nn.Linear(file.hidden, 2)
        with torch.no_grad():
            for number, layer in enumerate(self.layers, self.first):
                for part in SMOOTHED:
                    setattr(layer, part, model.linear(number, part))
                for part in NORMS:
                    getattr(layer, part).weight.copy_(model.tensor(f"layers.{number}.{part}.weight"))
                    getattr(layer, part).bias.copy_(model.tensor(f"layers.{number}.{part}.bias"))
            self.heads.weight.copy_(model.tensor(model.heads).T)
            self.heads.bias.copy_(model.tensor("heads.bias"))

    def forward(self, states: Tensor, mask: Tensor, drop: Drop) -> tuple[Tensor, Tensor]:
        bias = (1.0 - mask[:, None, None, :].to(states.dtype)) * -10000.0
        for layer in self.layers:
            states = layer(states, bias, drop)
        logits = self.heads(states).float()
        return logits[..., 0], logits[..., 1]


class QuantisedModel:
    """`reader.onnx`, its tensors by name, and where each stands in the file."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        self._path = path
        self._bytes = path.read_bytes()
        self._graph = onnx.load_from_string(self._bytes).graph
        self._tensors = {tensor.name: tensor for tensor in self._graph.initializer}
        # "/layers.11/widen/linear/MatMul_quant": the node knows what its matrix is, the matrix does not
        parts = {n.name: n.input[1] for n in self._graph.node if n.op_type == "MatMulInteger"}
        self._matrices: dict[tuple[str, ...], str] = {
            tuple(name.split("/")[1:3]): matrix for name, matrix in parts.items()
        }
        self.heads = next(n.input[1] for n in self._graph.node if n.name == "/heads/MatMul")

    def tensor(self, name: str) -> Tensor:
        """A tensor as it is stored, as fp32."""
        return torch.tensor(numpy_helper.to_array(self._tensors[name]).astype(np.float32))

    def linear(self, layer: int, part: str) -> GridLinear:
        """One of a layer's four matrices, with its smoothing (`training.smoothing`) in the weights."""
        steps = self.tensor(self._matrix(layer, part)).T
        scale = self.tensor(self._matrix(layer, part).removesuffix("_quantized") + "_scale")
        inverse = self.tensor(f"layers.{layer}.{part}.inverse")
        bias = self.tensor(f"layers.{layer}.{part}.linear.bias")
        return GridLinear(steps, scale[:, None] * inverse[None, :], bias)

    def below(self, layer: int) -> bytes:
        """The part of the model that gives the states that go into a layer."""
        model = onnx.load_from_string(self._bytes)
        output = f"/layers.{layer - 1}/output_norm/LayerNormalization_output_0"
        below: bytes = onnx.utils.Extractor(model).extract_model(["words"], [output]).SerializeToString()
        return below

    def write_patch(self, upper: UpperLayers, out: Path) -> float:
        """Write the difference that `upper` makes beside the model, and its checksum into the manifest.

        Returns the share of the upper int8 values that changed. Raises OSError.
        """
        changed = bytearray(self._bytes)
        moved, all_steps = 0, 0
        for number, layer in enumerate(upper.layers, upper.first):
            for part in SMOOTHED:
                linear = getattr(layer, part)
                steps = on_grid(linear.weight.detach(), linear.step).T.numpy().astype(np.int8)
                moved += self._put(changed, self._matrix(number, part), steps)
                all_steps += steps.size
                self._put(changed, f"layers.{number}.{part}.linear.bias", linear.bias.detach().numpy())
            for part in NORMS:
                self._put(changed, f"layers.{number}.{part}.weight", getattr(layer, part).weight.detach().numpy())
                self._put(changed, f"layers.{number}.{part}.bias", getattr(layer, part).bias.detach().numpy())
        self._put(changed, self.heads, upper.heads.weight.detach().T.numpy())
        self._put(changed, "heads.bias", upper.heads.bias.detach().numpy())
        difference = np.frombuffer(bytes(changed), np.uint8) - np.frombuffer(self._bytes, np.uint8)
        # Zeros and small steps: looking for longer repetitions makes it larger, and lzma thrice as slow to read.
        packer = zlib.compressobj(9, memLevel=9, strategy=zlib.Z_RLE)
        out.mkdir(parents=True, exist_ok=True)
        (out / PATCH).write_bytes(packer.compress(difference.tobytes()) + packer.flush())
        manifest = json.loads((self._path.parent / "reader.json").read_text(encoding="utf-8"))
        manifest["patched_sha256"] = hashlib.sha256(changed).hexdigest()
        (out / "reader.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        return moved / all_steps

    def _matrix(self, layer: int, part: str) -> str:
        return self._matrices[f"layers.{layer}", part]

    def _put(self, changed: bytearray, name: str, values: Array) -> int:
        """Put values where a tensor stands; how many are others than before."""
        before = numpy_helper.to_array(self._tensors[name])
        if before.shape != values.shape:
            raise ValueError(f"{name} is {before.shape}, not {values.shape}")
        wanted = np.ascontiguousarray(values, before.dtype)
        at = self._bytes.index(before.tobytes())
        if self._bytes.find(before.tobytes(), at + 1) >= 0:
            raise ValueError(f"{name} stands in {self._path.name} twice")
        changed[at : at + before.nbytes] = wanted.tobytes()
        return int((wanted != before).sum())


def on_grid(weight: Tensor, step: Tensor) -> Tensor:
    """The int8 values nearest to weights."""
    return (weight / step).round().clamp(-LIMIT, LIMIT)
