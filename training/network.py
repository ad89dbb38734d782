"""The network: the embedding model's encoder with two heads, as torch sees it."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from bot.readers.e5file import E5File

Drop = Callable[[Tensor], Tensor]


class Layer(nn.Module):
    """A BERT layer (post-normalised); query, key and value are one matrix."""

    def __init__(self, hidden: int, heads: int, feed_forward: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.attention_in = nn.Linear(hidden, 3 * hidden)
        self.attention_out = nn.Linear(hidden, hidden)
        self.attention_norm = nn.LayerNorm(hidden, epsilon)
        self.widen = nn.Linear(hidden, feed_forward)
        self.narrow = nn.Linear(feed_forward, hidden)
        self.output_norm = nn.LayerNorm(hidden, epsilon)

    def forward(self, states: Tensor, bias: Tensor | None, drop: Drop) -> Tensor:
        batch, length, hidden = states.shape
        width = hidden // self.heads
        query, key, value = self.attention_in(states).view(batch, length, 3, self.heads, width).permute(2, 0, 3, 1, 4)
        if states.is_cuda:
            mask = None if bias is None else bias.to(query.dtype)
            attended = functional.scaled_dot_product_attention(query, key, value, mask).transpose(1, 2)
            return self._after(states, attended.reshape(batch, length, hidden), drop)
        # Written out: torch's fused attention takes half of a step's time on a CPU, going backwards.
        scores = (query * width**-0.5) @ key.transpose(-1, -2)
        with torch.autocast(states.device.type, enabled=False):  # it would copy every weight to fp32 and back
            weights = torch.softmax(scores if bias is None else scores + bias.to(scores.dtype), dim=-1)
        return self._after(states, (weights @ value).transpose(1, 2).reshape(batch, length, hidden), drop)

    def _after(self, states: Tensor, mixed: Tensor, drop: Drop) -> Tensor:
        states = self.attention_norm(states + drop(self.attention_out(mixed)))
        widened = functional.gelu(self.widen(states))
        result: Tensor = self.output_norm(states + drop(self.narrow(widened)))
        return result


class SpanNetwork(nn.Module):
    """Word vectors and a mask (1 is a token, 0 is padding) → start and end logits, one a token each."""

    def __init__(self, file: E5File) -> None:
        super().__init__()
        self.positions = nn.Embedding(file.positions, file.hidden)
        self.norm = nn.LayerNorm(file.hidden, file.epsilon)
        self.layers = nn.ModuleList(
            Layer(file.hidden, file.heads, file.feed_forward, file.epsilon) for _ in range(file.layers)
        )
        self.heads = nn.Linear(file.hidden, 2)
        nn.init.normal_(self.heads.weight, std=0.02)
        nn.init.zeros_(self.heads.bias)
        self.load_state_dict(_weights(file), strict=False)

    def encode(self, words: Tensor, mask: Tensor | None = None, drop: Drop | None = None) -> Tensor:
        """The states of the last layer; without `mask` every token is read, without `drop` nothing is dropped."""
        drop = drop or _keep
        places = torch.arange(words.shape[1], device=words.device)
        states = drop(self.norm(words + self.positions(places)))
        bias = None if mask is None else (1.0 - mask[:, None, None, :].to(words.dtype)) * -10000.0
        for layer in self.layers:
            states = layer(states, bias, drop)
        result: Tensor = states
        return result

    def forward(self, words: Tensor, mask: Tensor | None = None, drop: Drop | None = None) -> tuple[Tensor, Tensor]:
        """(start, end) logits, each batch × length."""
        logits = self.heads(self.encode(words, mask, drop)).float()
        return logits[..., 0], logits[..., 1]


def _keep(states: Tensor) -> Tensor:
    return states


def dropout(share: float, generator: torch.Generator) -> Drop:
    """Drops features for all tokens of a window at once (Gal and Ghahramani, 2016): fewer random numbers."""

    def drop(states: Tensor) -> Tensor:
        shape = (states.shape[0], 1, states.shape[2])
        kept = torch.rand(shape, generator=generator, device=states.device) >= share
        return states * (kept.to(states.dtype) / (1 - share))

    return drop


_VECTORS = {
    "ao.b": "attention_out.bias",
    "aln.w": "attention_norm.weight",
    "aln.b": "attention_norm.bias",
    "fi.b": "widen.bias",
    "fo.b": "narrow.bias",
    "oln.w": "output_norm.weight",
    "oln.b": "output_norm.bias",
}


def _weights(file: E5File) -> dict[str, Tensor]:
    hidden, wide = file.hidden, file.feed_forward

    def get(name: str, columns: int) -> Tensor:
        return torch.tensor(file.matrix(name, columns))

    # The type of every token is 0: its vector goes into the positions.
    state = {
        "positions.weight": get("emb.pos", hidden) + get("emb.type", hidden)[0],
        "norm.weight": get("emb.ln.w", hidden)[0],
        "norm.bias": get("emb.ln.b", hidden)[0],
    }
    for number in range(file.layers):
        theirs, ours = f"l{number}.", f"layers.{number}."
        state[ours + "attention_in.weight"] = torch.cat([get(f"{theirs}{part}.w", hidden) for part in "qkv"])
        state[ours + "attention_in.bias"] = torch.cat([get(f"{theirs}{part}.b", hidden)[0] for part in "qkv"])
        state[ours + "attention_out.weight"] = get(theirs + "ao.w", hidden)
        state[ours + "widen.weight"] = get(theirs + "fi.w", hidden)
        state[ours + "narrow.weight"] = get(theirs + "fo.w", wide)
        for name, attribute in _VECTORS.items():
            columns = file.tensors[theirs + name].count
            state[ours + attribute] = get(theirs + name, columns)[0]
    return state
