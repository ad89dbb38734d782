"""What the network is taught: where the answer is, that a window has none, and which of two windows has it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


@dataclass(frozen=True, slots=True)
class Losses:
    """Means over a step's pairs, in nats."""

    positive: Tensor
    negative: Tensor
    joint: Tensor
    sentence: Tensor

    def total(self, negative_weight: float, joint_weight: float, sentence_weight: float) -> Tensor:
        """The weighted sum that is minimised."""
        others = negative_weight * self.negative + joint_weight * self.joint + sentence_weight * self.sentence
        return self.positive + others


def span_losses(
    logits: tuple[Tensor, Tensor],
    labels: tuple[Tensor, Tensor],
    readable: Tensor,
    sentences: Tensor,
    smoothing: float = 0.0,
) -> Losses:
    """Losses of a batch whose first half answers and whose second half does not; the null answer is token 0.

    `sentences` is 1 on the tokens of the answer's sentence: its loss asks for all their chances together.
    """
    pairs = readable.shape[0] // 2
    candidates = readable.clone()
    candidates[:, 0] = 1
    parts = []
    for scores, target in zip(logits, labels, strict=True):
        with_null = scores.masked_fill(candidates == 0, -10000.0)
        answered = target[:pairs] > 0
        positive = cross_entropy(with_null[:pairs], target[:pairs])
        if smoothing:
            chances = with_null[:pairs].log_softmax(dim=1).masked_fill(candidates[:pairs] == 0, 0.0)
            evenly = -(chances.sum(dim=1) / candidates[:pairs].sum(dim=1)).mean()
            positive = (1 - smoothing) * positive + smoothing * evenly
        negative = cross_entropy(with_null[pairs:], torch.zeros_like(target[pairs:]))
        both = scores.masked_fill(readable == 0, -10000.0)
        side_by_side = torch.cat([both[:pairs], both[pairs:]], dim=1)[answered]
        count = answered.sum().clamp(min=1)  # a step may hold nothing but questions without an answer
        joint = cross_entropy(side_by_side, target[:pairs][answered], reduction="sum") / count
        inside = both[:pairs].masked_fill(sentences[:pairs] == 0, -10000.0)[answered]
        sentence = (side_by_side.logsumexp(dim=1) - inside.logsumexp(dim=1)).sum() / count
        parts.append((positive, negative, joint, sentence))
    return Losses(*(torch.stack(column).mean() for column in zip(*parts, strict=True)))
