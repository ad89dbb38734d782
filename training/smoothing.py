"""Makes a network bear int8: moves the outliers of what goes into a matrix over to its weights.

SmoothQuant (Xiao et al., 2023): dynamic int8 has one scale for all that goes into a matrix, and a few channels with
outliers (here mostly those of `<s>`) leave little of it to the others. Each channel is divided by a factor, its weights
are multiplied by it: the product stays the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from training.network import SpanNetwork

SMOOTHED = ("attention_in", "attention_out", "widen", "narrow")


class Smoothed(nn.Module):
    """A linear layer behind the division of its channels."""

    def __init__(self, linear: nn.Linear, largest: Tensor, share: float) -> None:
        """`largest` is each input channel's largest magnitude; `share` of the outliers goes to the weights."""
        super().__init__()
        weights = linear.weight.abs().amax(dim=0).clamp(min=1e-5)
        factors = (largest.clamp(min=1e-5) ** share / weights ** (1 - share)).clamp(min=1e-4)
        factors = factors / factors.log().mean().exp()
        self.inverse = nn.Parameter(1 / factors, requires_grad=False)
        self.linear = nn.Linear(linear.in_features, linear.out_features)
        self.linear.load_state_dict({"weight": linear.weight * factors, "bias": linear.bias})

    def forward(self, states: Tensor) -> Tensor:
        result: Tensor = self.linear(states * self.inverse)
        return result


@dataclass(slots=True)
class _Largest:
    seen: Tensor | None = None

    def __call__(self, _: nn.Module, inputs: tuple[Tensor]) -> None:
        largest = inputs[0].detach().flatten(0, -2).abs().amax(dim=0)
        self.seen = largest if self.seen is None else torch.maximum(self.seen, largest)


def smooth(network: SpanNetwork, windows: Iterable[Tensor], share: float) -> None:
    """Replace the network's linear layers, by what goes into them when it reads `windows` (word vectors)."""
    watched = {(layer, name): _Largest() for layer in network.layers for name in SMOOTHED}
    hooks = [getattr(layer, name).register_forward_pre_hook(largest) for (layer, name), largest in watched.items()]
    with torch.no_grad():
        for words in windows:
            network(words)
    for hook in hooks:
        hook.remove()
    with torch.no_grad():
        for (layer, name), largest in watched.items():
            if largest.seen is not None:
                setattr(layer, name, Smoothed(getattr(layer, name), largest.seen, share))
