"""The shipped int8 model as a network whose matrices change by low-rank products, and what became of them as a patch.

Git keeps every version of a binary. So what further training changes is stored as `bot.readers.patch` has it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from bot.readers.patch import LIMIT, SMALL, Change, dither, packed, patched
from bot.readers.spans import MANIFEST, MODEL_FILE, read_manifest, read_model
from training.network import Drop, Layer
from training.smoothing import SMOOTHED

NORMS = ("attention_norm", "output_norm")
COARSENESS = 1.67
"""Root mean squares of what changed in a vector that are one step of it as it is stored."""
TOWARDS_ZERO = 0.55
"""From which part of a step on a factor's number is more than zero."""
FITTED = 3

Values = NDArray[np.int8]


class LowRankLinear(nn.Module):
    """A linear layer whose int8 weights change by left × right, rounded as the patch rounds.

    The gradient passes the rounding by (straight-through estimation; Bengio, Léonard and Courville, 2013). The change
    is counted in steps of the int8 values: what one of them means differs between outputs, and, with the smoothing of
    `training.smoothing`, between inputs.
    """

    steps: Tensor
    step: Tensor
    pattern: Tensor

    def __init__(self, steps: Tensor, step: Tensor, bias: Tensor, rank: int) -> None:
        """`steps` are the int8 values, outputs × inputs, `step` is how much one of them means."""
        super().__init__()
        outputs, inputs = steps.shape
        self.left = nn.Parameter(torch.zeros(outputs, rank))
        self.right = nn.Parameter(torch.randn(rank, inputs))
        self.bias = nn.Parameter(bias)
        self.register_buffer("steps", steps, persistent=False)
        self.register_buffer("step", step, persistent=False)
        self.register_buffer("pattern", torch.from_numpy(dither(inputs, outputs)).T.contiguous(), persistent=False)

    def forward(self, states: Tensor) -> Tensor:
        with torch.autocast(states.device.type, enabled=False):  # bfloat16 cannot tell a step from none
            wanted = self.steps + self.left @ self.right
            rounded = (wanted.detach() + self.pattern).round().clamp(-LIMIT, LIMIT)
            weight = (wanted + (rounded - wanted.detach())) * self.step
        return functional.linear(states, weight, self.bias)


class AdaptedNetwork(nn.Module):
    """Word vectors and a mask (1 is a token, 0 is padding) → start and end logits, each batch × length."""

    positions: Tensor

    def __init__(self, model: QuantisedModel, heads: int, epsilon: float, rank: int) -> None:
        """The network of `model`, which has `heads` attention heads a layer; what it says is unchanged at first."""
        super().__init__()
        self.register_buffer("positions", model.positions(), persistent=False)
        self.norm = nn.LayerNorm(self.positions.shape[1], epsilon)
        _fill(self.norm, model, "norm")
        self.layers = nn.ModuleList(_layer(model, number, heads, epsilon, rank) for number in range(model.layers))
        self.heads = nn.Linear(self.positions.shape[1], 2)
        with torch.no_grad():
            self.heads.weight.copy_(model.tensor(model.heads).T)
            self.heads.bias.copy_(model.tensor("heads.bias"))
        self.norm.requires_grad_(requires_grad=False)

    def forward(self, words: Tensor, mask: Tensor, drop: Drop) -> tuple[Tensor, Tensor]:
        bias = (1.0 - mask[:, None, None, :].to(words.dtype)) * -10000.0
        states = drop(self.norm(words + self.positions[: words.shape[1]]))
        for layer in self.layers:
            states = layer(states, bias, drop)
        logits = self.heads(states).float()
        return logits[..., 0], logits[..., 1]


class QuantisedModel:
    """The model of a folder with its patches, its tensors by name, and where each stands in the file."""

    def __init__(self, folder: Path) -> None:
        """Raises as `read_model`."""
        self._folder = folder
        self._bytes = read_model(folder)
        self._graph = onnx.load_from_string(self._bytes).graph
        self._tensors = {tensor.name: tensor for tensor in self._graph.initializer}
        # "/layers.11/widen/linear/MatMul_quant": the node knows what its matrix is, the matrix does not
        parts = {n.name: n.input[1] for n in self._graph.node if n.op_type == "MatMulInteger"}
        self._matrices: dict[tuple[str, ...], str] = {
            tuple(name.split("/")[1:3]): matrix for name, matrix in parts.items()
        }
        self.heads = next(n.input[1] for n in self._graph.node if n.name == "/heads/MatMul")
        self.layers = len({layer for layer, _ in self._matrices})

    def tensor(self, name: str) -> Tensor:
        """A tensor as it is stored, as fp32."""
        return torch.tensor(numpy_helper.to_array(self._tensors[name]).astype(np.float32))

    def positions(self) -> Tensor:
        """The vectors of the positions."""
        scale, zero = self.tensor("positions.weight_scale"), self.tensor("positions.weight_zero_point")
        return (self.tensor("positions.weight_quantized") - zero) * scale

    def linear(self, layer: int, part: str, rank: int) -> LowRankLinear:
        """One of a layer's four matrices, with its smoothing (`training.smoothing`) in the weights."""
        matrix = self._matrix(layer, part)
        scale = self.tensor(matrix.removesuffix("_quantized") + "_scale")
        inverse = self.tensor(f"layers.{layer}.{part}.inverse")
        bias = self.tensor(f"layers.{layer}.{part}.linear.bias")
        return LowRankLinear(self.tensor(matrix).T.contiguous(), scale[:, None] * inverse[None, :], bias, rank)

    def write_patch(self, network: AdaptedNetwork, grids: Mapping[str, float], taken: float, out: Path) -> Path:
        """Write what changed into `out`, and return where. The model and the patches before stand beside it.

        The factors of each matrix are stored as multiples of its grid (by the name of its module). The share `taken` of
        what changed is what the patch will add: between the weights before and after lie ones that have learnt most
        and forgotten little (Wortsman et al., "Robust fine-tuning", 2022). Raises OSError.
        """
        network.cpu()
        found = [self._vector("heads.bias", network.heads.bias), self._vector(self.heads, network.heads.weight.T)]
        for number, layer in enumerate(network.layers):
            for part in SMOOTHED:
                grid = grids[f"layers.{number}.{part}"]
                linear = getattr(layer, part)
                found.append(self._matrix_change(self._matrix(number, part), linear, grid))
                found.append(self._vector(f"layers.{number}.{part}.linear.bias", linear.bias))
            for part in NORMS:
                norm = getattr(layer, part)
                found.append(self._vector(f"layers.{number}.{part}.weight", norm.weight))
                found.append(self._vector(f"layers.{number}.{part}.bias", norm.bias))
        changes = [replace(change, step=taken * change.step) for change, _ in found]
        patch = packed(changes, np.concatenate([values for _, values in found]))
        out.mkdir(parents=True, exist_ok=True)
        manifest = read_manifest(self._folder)
        if out != self._folder:
            for name in (MODEL_FILE, *manifest["patches"]):
                shutil.copy(self._folder / name, out)
        path = out / f"reader.{len(manifest['patches']) + 1}.patch"
        path.write_bytes(patch)
        manifest["patches"].append(path.name)
        manifest["patched_sha256"] = hashlib.sha256(patched(self._bytes, patch)).hexdigest()
        (out / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        return path

    def _matrix(self, layer: int, part: str) -> str:
        return self._matrices[f"layers.{layer}", part]

    def _vector(self, name: str, now: Tensor) -> tuple[Change, Values]:
        before = self.tensor(name)
        change = now.detach().cpu() - before
        step = COARSENESS * float(change.square().mean().sqrt()) or 1.0
        rows, columns = before.shape if before.ndim > 1 else (1, len(before))
        return Change(self._at(name), rows, columns, 0, step), _values((change / step).round())

    def _matrix_change(self, name: str, linear: LowRankLinear, grid: float) -> tuple[Change, Values]:
        left, right = _multiples(linear.right.detach().T.double() / grid, linear.left.detach().double() / grid)
        values = np.concatenate([_values(left), _values(right.T)])
        return Change(self._at(name), len(left), len(right), left.shape[1], grid * grid), values

    def _at(self, name: str) -> int:
        content = numpy_helper.to_array(self._tensors[name]).tobytes()
        at = self._bytes.index(content)
        if self._bytes.find(content, at + 1) >= 0:
            raise ValueError(f"{name} stands in {MODEL_FILE} twice")
        return at


def averaged(networks: Sequence[AdaptedNetwork]) -> AdaptedNetwork:
    """The first network with the mean of what all of them changed; its rank is the sum of theirs.

    Networks that were trained on from one and the same lie together well (Wortsman et al., "Model soups", 2022).
    """
    result: AdaptedNetwork = deepcopy(networks[0]).cpu()
    count = len(networks)
    states = [network.cpu().state_dict() for network in networks]
    for name, module in result.named_modules():
        if isinstance(module, LowRankLinear):
            module.left = nn.Parameter(torch.cat([own[f"{name}.left"] / count for own in states], dim=1))
            module.right = nn.Parameter(torch.cat([own[f"{name}.right"] for own in states], dim=0))
    with torch.no_grad():
        for name, value in result.named_parameters():
            if not name.endswith((".left", ".right")):
                value.copy_(torch.stack([own[name] for own in states]).mean(dim=0))
    return result


def narrowed(network: AdaptedNetwork, rank: int) -> AdaptedNetwork:
    """The network with the best products of a rank (Eckart and Young, 1936), their factors as long as each other."""
    result: AdaptedNetwork = deepcopy(network).cpu()
    for module in result.modules():
        if isinstance(module, LowRankLinear):
            (along, lower), (across, upper) = (torch.linalg.qr(one.double()) for one in (module.left, module.right.T))
            one, sizes, other = torch.linalg.svd(lower @ upper.T)
            left, right = ((own * sizes.sqrt())[:, :rank].float() for own in (along @ one, across @ other.T))
            module.left, module.right = nn.Parameter(left.contiguous()), nn.Parameter(right.T.contiguous())
    return result


def _layer(model: QuantisedModel, number: int, heads: int, epsilon: float, rank: int) -> Layer:
    linear = {part: model.linear(number, part, rank) for part in SMOOTHED}
    wide, hidden = linear["widen"].steps.shape
    layer = Layer(hidden, heads, wide, epsilon)
    for part in SMOOTHED:
        setattr(layer, part, linear[part])
    for part in NORMS:
        _fill(getattr(layer, part), model, f"layers.{number}.{part}")
    return layer


def _fill(norm: nn.LayerNorm, model: QuantisedModel, name: str) -> None:
    with torch.no_grad():
        norm.weight.copy_(model.tensor(f"{name}.weight"))
        norm.bias.copy_(model.tensor(f"{name}.bias"))


def _multiples(left: Tensor, right: Tensor) -> tuple[Tensor, Tensor]:
    """Whole numbers near two factors, whose product is near that of left and right transposed: each in turn is fitted
    to the other's (alternating least squares)."""
    near, far = _to_whole(left), _to_whole(right)
    for _ in range(FITTED):
        near = _to_whole(left @ (right.T @ far) @ _inverse(far))
        far = _to_whole(right @ (left.T @ near) @ _inverse(near))
    return near, far


def _inverse(factor: Tensor) -> Tensor:
    """Of what a factor times itself is, with a little added, lest there is none."""
    return torch.linalg.inv(factor.T @ factor + 1e-3 * torch.eye(factor.shape[1], dtype=factor.dtype))


def _to_whole(values: Tensor) -> Tensor:
    """Whole numbers, a little more of them zero than the nearest would be: fewer bits for what they say."""
    return values.sign() * (values.abs() + 0.5 - TOWARDS_ZERO).round().clamp(0, SMALL)


def _values(whole: Tensor) -> Values:
    values: Values = whole.flatten().numpy().clip(-SMALL, SMALL).astype(np.int8)
    return values
