"""What of a recipe decides how much memory and disk a training takes, with TRL's defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...sharding import SHARDINGS

DEFAULTS: dict[str, Any] = {
    "per_device_train_batch_size": 8,
    "per_device_eval_batch_size": 8,
    "gradient_accumulation_steps": 1,
    "max_length": 1024,
    "optim": "adamw_torch_fused",
    "gradient_checkpointing": True,
    "dtype": "float32",
    "eval_strategy": "no",
    "save_strategy": "steps",
    "save_steps": 500,
    "num_train_epochs": 3.0,
    "max_steps": -1,
    "warmup_steps": 0,
    "lora_r": 16,
    "lora_dropout": 0.05,
    "packing_strategy": "bfd",
    "bnb_4bit_quant_type": "nf4",
}
"""Of TRL and transformers as pinned, where they are not None, False or 0."""
MOST = 1 << 20
"""Of anything that is counted in a recipe; more is a slip of the hand."""
MOST_LENGTH = 131_072
"""Tokens taken for a recipe that cuts nothing while no row has been measured."""


@dataclass(frozen=True)
class Settings:
    """A training as far as memory goes. Sizes of a batch are those of one GPU."""

    method: str
    batch: int
    accumulation: int
    length: int
    dtype: str = "float32"
    """How the weights are stored: float32, bfloat16 or float16."""
    half: bool = True
    """Whether bf16 or fp16 autocast computes, over weights of whatever storage."""
    gpus: int = 1
    sharding: str = "multi_gpu"
    checkpointing: bool = True
    optim: str = "adamw_torch_fused"
    bits: int = 16
    """4 or 8 where the base is quantised."""
    nested: bool = False
    lora: int = 0
    """Rank of the adapter; 0 where all weights are trained."""
    lora_dropout: float = 0.05
    lora_targets: tuple[str, ...] | str | None = None
    lora_saved: tuple[str, ...] = ()
    """Modules that are trained whole beside the adapter."""
    dora: bool = False
    attention: str = "sdpa"
    padded: bool = True
    """Whether rows of a batch are filled up to one length."""
    logits: str = "full"
    """full, chunked (a few hundred tokens at a time) or fused (Liger)."""
    reference: str = "none"
    """none, copy, adapter (the same base) or precomputed."""
    own_adapter: bool = False
    """Whether an adapter that was there is trained on: the reference is then a second one."""
    eval_batch: int = 0
    """0 where nothing is evaluated."""
    eval_length: int = 0
    offloading: bool = False

    @property
    def zero(self) -> int:
        """Stage of ZeRO; 0 without DeepSpeed."""
        return int(self.sharding[4:]) if self.sharding.startswith("zero") else 0

    @property
    def fsdp(self) -> bool:
        """Whether FSDP shards the model."""
        return SHARDINGS.get(self.sharding) == "FSDP"

    @property
    def is_whole(self) -> bool:
        """Whether each GPU has all of the weights."""
        return self.gpus == 1 or not (self.fsdp or self.zero == 3)

    @property
    def sequences(self) -> int:
        """Sequences that go through the model at once: a pair is two."""
        return self.batch * (2 if self.method == "dpo" else 1)


def value_of(arguments: dict[str, Any], name: str) -> Any:
    """Return an argument as given, else TRL's default."""
    value = arguments.get(name)
    # None is a word of its own for a length: nothing is cut.
    if name in arguments and (value is not None or name == "max_length"):
        return value
    return DEFAULTS.get(name)


def number(value: Any) -> float | None:
    """Return a value as a number, None where it is none that can be counted with."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if -1e15 < value < 1e15 else None


def names(value: Any) -> tuple[str, ...]:
    """Return the names in a list; what is no list of names has none."""
    if not isinstance(value, (list, tuple)):
        return ()
    return tuple(name for name in value if isinstance(name, str))


def whole(arguments: dict[str, Any], name: str, least: int = 1) -> int:
    """Return a number of an argument; what is no number counts as the default."""
    value = number(value_of(arguments, name))
    if value is None:
        value = number(DEFAULTS.get(name)) or 0
    return min(MOST, max(least, int(value)))


def settings_of(
    train: dict[str, Any],
    *,
    gpus: int = 1,
    longest: int | None = None,
    eval_longest: int | None = None,
    stored: str | None = None,
    adapter: dict[str, Any] | None = None,
) -> Settings:
    """Return what the `train` part of a spec says.

    `gpus` is the number of processes; `longest` the tokens of the longest row (of one side of a
    pair), None where it was not measured; `stored` the dtype that the model's config names, which
    `dtype: auto` takes; `adapter` the adapter_config of a model that is an adapter already.
    """
    arguments = train.get("arguments") or {}
    method = str(train.get("method"))
    packing = method == "sft" and bool(arguments.get("packing"))
    length = _length(arguments, longest, packing)
    use_peft = bool(arguments.get("use_peft")) or adapter is not None
    evaluates = value_of(arguments, "eval_strategy") != "no"
    evaluates = evaluates and any(d.get("split") == "eval" for d in train.get("datasets") or [])
    fp16, bf16 = bool(arguments.get("fp16")), arguments.get("bf16")
    half = fp16 or (not arguments.get("use_cpu") if bf16 is None else bool(bf16))
    targets = arguments.get("lora_target_modules")
    rank = whole(arguments, "lora_r")
    if adapter is not None:
        rank, targets = (
            whole(adapter, "r") if "r" in adapter else rank,
            adapter.get("target_modules"),
        )
    sharding = str((train.get("accelerate") or {}).get("accelerate_config") or "multi_gpu")
    return Settings(
        method=method,
        batch=whole(arguments, "per_device_train_batch_size"),
        accumulation=whole(arguments, "gradient_accumulation_steps"),
        length=length,
        dtype=_dtype(arguments, stored),
        half=half,
        gpus=max(1, gpus),
        sharding=sharding,
        checkpointing=bool(value_of(arguments, "gradient_checkpointing")),
        optim=str(value_of(arguments, "optim")),
        bits=4 if arguments.get("load_in_4bit") else 8 if arguments.get("load_in_8bit") else 16,
        nested=bool(arguments.get("use_bnb_nested_quant")),
        lora=rank if use_peft else 0,
        lora_dropout=number(value_of(arguments, "lora_dropout")) or 0.0,
        lora_targets=targets if isinstance(targets, str) else names(targets) or None,
        lora_saved=names(arguments.get("lora_modules_to_save")),
        dora=bool(arguments.get("use_dora")),
        attention=str(arguments.get("attn_implementation") or "sdpa"),
        padded=not packing and not (method == "sft" and arguments.get("padding_free")),
        logits=_logits(method, arguments),
        reference=_reference(method, arguments, use_peft),
        own_adapter=adapter is not None,
        eval_batch=whole(arguments, "per_device_eval_batch_size") if evaluates else 0,
        eval_length=_length(arguments, eval_longest or longest, False),
        offloading=bool(arguments.get("activation_offloading")),
    )


def _length(arguments: dict[str, Any], longest: int | None, packing: bool) -> int:
    limit = number(value_of(arguments, "max_length"))
    most = min(MOST, int(limit)) if limit is not None and limit >= 1 else MOST_LENGTH
    # Packing fills every sequence up, however short the rows are.
    return most if packing or not longest else min(most, longest)


def _dtype(arguments: dict[str, Any], stored: str | None) -> str:
    dtype = arguments.get("dtype", DEFAULTS["dtype"])
    named = (stored or "float32") if dtype == "auto" else str(dtype)
    return named if named in ("float32", "bfloat16", "float16") else "float32"


def _logits(method: str, arguments: dict[str, Any]) -> str:
    if arguments.get("use_liger_kernel"):
        return "fused"
    loss = arguments.get("loss_type")
    is_chunked = loss is None or loss == "chunked_nll"
    return "chunked" if method == "sft" and is_chunked else "full"


def _reference(method: str, arguments: dict[str, Any], adapter: bool) -> str:
    if method == "sft":
        return "none"
    if arguments.get("precompute_ref_log_probs"):
        return "precomputed"
    return "adapter" if adapter else "copy"
