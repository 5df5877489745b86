"""The shape of a decoder as its config.json tells it: what memory is counted from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ... import model_files
from ...atomic import read_json

MOST_SIZE = 1 << 32
MOST_GUESSED_WRONG = 0.02
"""Share by which the weights counted may miss those in the files; beyond, the files are right."""


@dataclass(frozen=True)
class ModelShape:
    """Sizes of a Llama-like decoder: gated MLP, grouped attention, perhaps experts."""

    vocabulary: int
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head_size: int
    mlp: int
    tied: bool = False
    qkv_bias: bool = False
    out_bias: bool = False
    head_norms: bool = False
    norms: int = 2
    """Normalisations of the hidden states per layer; Gemma 2 and 3 have four."""
    experts: int = 0
    """Experts of a layer; 0 for a plain MLP."""
    experts_used: int = 0
    """Experts that see one token."""
    expert_mlp: int = 0
    shared_mlp: int = 0
    """Width of the experts that see every token."""
    dense_layers: int = 0
    """Layers of a model with experts that have a plain MLP."""
    capped: bool = False
    """Whether logits go through a tanh that bounds them."""
    other: int = 0
    """Weights that no formula here knows (as the files count them)."""
    is_known: bool = True
    """False where the family is not one of those that the formulas were made for."""

    @property
    def q_size(self) -> int:
        """Width of all query heads together."""
        return self.heads * self.head_size

    @property
    def kv_size(self) -> int:
        """Width of all key heads together, as of all value heads."""
        return self.kv_heads * self.head_size

    @property
    def embedding(self) -> int:
        """Weights of the token embedding."""
        return self.vocabulary * self.hidden

    @property
    def head(self) -> int:
        """Weights of the output head beside the embedding: none where they are tied."""
        return 0 if self.tied else self.embedding

    @property
    def attention_linear(self) -> int:
        """Weights of the four projections of a layer."""
        return self.hidden * (2 * self.q_size + 2 * self.kv_size)

    def mlp_linear(self, sparse: bool) -> int:
        """Weights of the linear layers of a layer's MLP, all experts."""
        if not sparse:
            return 3 * self.hidden * self.mlp
        experts = 3 * self.hidden * self.expert_mlp * self.experts
        return experts + 3 * self.hidden * self.shared_mlp + self.hidden * self.experts

    @property
    def sparse_layers(self) -> int:
        """Layers with experts."""
        return self.layers - self.dense_layers if self.experts else 0

    @property
    def routed(self) -> int:
        """Weights of all experts that see only some tokens."""
        return self.sparse_layers * 3 * self.hidden * self.expert_mlp * self.experts

    @property
    def linear(self) -> int:
        """Weights of the linear layers inside the decoder's layers."""
        dense = self.layers - self.sparse_layers
        return (
            self.layers * self.attention_linear
            + dense * self.mlp_linear(False)
            + self.sparse_layers * self.mlp_linear(True)
        )

    @property
    def small(self) -> int:
        """Weights of normalisations and biases."""
        per_layer = self.norms * self.hidden
        per_layer += self.qkv_bias * (self.q_size + 2 * self.kv_size)
        per_layer += self.out_bias * self.hidden
        per_layer += 2 * self.head_norms * self.head_size
        return self.layers * per_layer + self.hidden

    @property
    def parameters(self) -> int:
        """All weights."""
        return self.embedding + self.head + self.linear + self.small + self.other

    @property
    def layer(self) -> int:
        """Weights of the largest layer."""
        return self.attention_linear + self.mlp_linear(self.sparse_layers > 0)

    def modules(self) -> dict[str, tuple[int, int, int]]:
        """Return the linear layers by name: inputs, outputs, and how often each is there."""
        hidden, layers = self.hidden, self.layers
        found = {
            "q_proj": (hidden, self.q_size, layers),
            "k_proj": (hidden, self.kv_size, layers),
            "v_proj": (hidden, self.kv_size, layers),
            "o_proj": (self.q_size, hidden, layers),
        }
        width = self.mlp if not self.experts else self.shared_mlp
        number = layers if not self.experts else self.sparse_layers
        if width:
            found["gate_proj"] = found["up_proj"] = (hidden, width, number)
            found["down_proj"] = (width, hidden, number)
        return found


def shape_in(folder: Path | None) -> ModelShape | None:
    """Return the shape of the model in a folder, None where its config does not tell one.

    Where the weights are there, they are counted, and what the formulas miss is `other`.
    """
    config = read_json(folder / "config.json") if folder is not None else None
    shape = None if config is None else shape_of(config)
    if shape is None or folder is None:
        return shape
    counted = model_files.count(model_files.tensor_shapes(folder))
    off = counted - shape.parameters
    if counted and abs(off) > MOST_GUESSED_WRONG * counted:
        return replace(shape, other=off, is_known=False)
    return shape


def shape_of(config: dict[str, Any]) -> ModelShape | None:
    """Return the shape that a config.json tells; None where sizes are missing."""
    nested = config.get("text_config")
    if isinstance(nested, dict) and "hidden_size" in nested:
        config = {**nested, "model_type": nested.get("model_type") or config.get("model_type")}
    family = str(config.get("model_type") or "")
    number = _reader(config)
    hidden, layers = number("hidden_size", "n_embd"), number("num_hidden_layers", "n_layer")
    heads, vocabulary = number("num_attention_heads", "n_head"), number("vocab_size")
    if not (hidden and layers and heads and vocabulary):
        return None
    mlp = number("intermediate_size") or 4 * hidden
    experts = number("num_local_experts", "num_experts", "n_routed_experts")
    expert_mlp = number("moe_intermediate_size") or mlp
    shared = number("shared_expert_intermediate_size")
    shared = shared or number("n_shared_experts") * expert_mlp
    return ModelShape(
        vocabulary=vocabulary,
        hidden=hidden,
        layers=layers,
        heads=heads,
        kv_heads=number("num_key_value_heads") or heads,
        head_size=number("head_dim") or hidden // heads,
        mlp=mlp,
        tied=bool(config.get("tie_word_embeddings", _ties_by_default(family))),
        qkv_bias=bool(config.get("attention_bias", family.startswith("qwen2"))),
        out_bias=bool(config.get("attention_bias", False)) and not family.startswith("qwen2"),
        head_norms=family.startswith(("qwen3", "gemma3", "gemma4")),
        norms=4 if family.startswith(("gemma2", "gemma3", "gemma4")) else 2,
        experts=experts,
        experts_used=(number("num_experts_per_tok") or 2) if experts else 0,
        expert_mlp=expert_mlp if experts else 0,
        shared_mlp=shared if experts else 0,
        dense_layers=_dense_layers(config, layers) if experts else 0,
        capped=bool(config.get("final_logit_softcapping", family.startswith("gemma2") and 30)),
        is_known=re.match(r"(llama|mistral|mixtral|qwen2|qwen3|gemma)", family) is not None,
    )


def _reader(config: dict[str, Any]) -> Any:
    def number(*names: str) -> int:
        for name in names:
            value = config.get(name)
            if isinstance(value, int) and not isinstance(value, bool) and 0 < value < MOST_SIZE:
                return value
        return 0

    return number


def _ties_by_default(family: str) -> bool:
    # Configs leave out what is transformers' default.
    return family.startswith("gemma")


def _dense_layers(config: dict[str, Any], layers: int) -> int:
    named = config.get("mlp_only_layers")
    first = config.get("first_k_dense_replace")
    if isinstance(named, list) and named:
        return len(named)
    if isinstance(first, int) and not isinstance(first, bool):
        return min(layers, max(0, first))
    return 0
