"""The memory of a training: worked numbers, what must grow with what, and how wide the range is."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from support.memory import ALL_LINEAR, MISTRAL, MIXTRAL, PLAIN, QWEN_SMALL, shape, sweep
from windsock_remote.preflight.host.memory import PARTS, Estimate, estimate
from windsock_remote.preflight.host.optimizer_bytes import state_bytes, step_bytes
from windsock_remote.preflight.host.settings import Settings, settings_of
from windsock_remote.preflight.host.trained import adapter_weights

GIB = 2**30


def state(found: Estimate) -> float:
    names = ("weights", "masters", "gradients", "optimizer")
    return sum(found.parts[name] for name in names) / GIB


@pytest.mark.parametrize(
    ("config", "billions"),
    [(MISTRAL, 7.2417), (QWEN_SMALL, 0.4940), (MIXTRAL, 46.7028)],
)
def test_weights_are_counted_as_the_model_cards_say(
    config: dict[str, Any], billions: float
) -> None:
    assert shape(config).parameters / 1e9 == pytest.approx(billions, abs=5e-4)


def test_the_state_of_a_full_training_is_16_bytes_a_weight_in_fp32_and_8_in_bf16() -> None:
    full = estimate(shape(), replace(PLAIN, half=False))
    assert state(full) == pytest.approx(107.9, abs=0.05)
    half = estimate(shape(), replace(PLAIN, dtype="bfloat16"))
    assert state(half) == pytest.approx(54.0, abs=0.05)


def test_autocast_over_fp32_weights_takes_18_bytes_for_each() -> None:
    mixed = estimate(shape(), PLAIN)
    assert mixed.moment == "forward"
    assert mixed.parts["masters"] == 4 * shape().parameters
    # The embedding is looked up, not multiplied: no copy is made of it.
    embedding = 2 * (shape().embedding + shape().head) / GIB
    assert state(mixed) + embedding == pytest.approx(121.4, abs=0.05)


@pytest.mark.parametrize(("nested", "gibibytes"), [(False, 4.15), (True, 3.84)])
def test_a_quantised_base_is_as_small_as_it_is_worked_out(nested: bool, gibibytes: float) -> None:
    settings = replace(PLAIN, dtype="bfloat16", bits=4, nested=nested, lora=1, lora_targets=())
    found = estimate(shape(), settings)
    assert found.parts["weights"] / GIB == pytest.approx(gibibytes, abs=0.01)


def test_experts_stay_as_large_as_they_are_where_the_rest_is_quantised() -> None:
    settings = replace(PLAIN, dtype="bfloat16", bits=4, lora=1, lora_targets=())
    weights = estimate(shape(MIXTRAL), settings).parts["weights"]
    assert weights > 2 * shape(MIXTRAL).routed > 80 * GIB


@pytest.mark.parametrize(("rank", "gibibytes"), [(16, 0.62), (64, 2.5), (128, 5.0)])
def test_an_adapter_takes_16_bytes_for_each_of_its_weights(rank: int, gibibytes: float) -> None:
    settings = replace(PLAIN, dtype="bfloat16", lora=rank, lora_targets=ALL_LINEAR)
    weights = adapter_weights(shape(), settings)
    assert weights == pytest.approx(41.9e6 * rank / 16, rel=0.002)
    found = estimate(shape(), settings)
    base = 2 * shape().parameters
    assert (state(found) - base / GIB) == pytest.approx(gibibytes, abs=0.03)


def test_checkpointed_activations_are_one_input_a_layer_and_one_layer() -> None:
    settings = replace(PLAIN, dtype="bfloat16")
    tokens = 4 * 2048
    inputs = 2 * tokens * 4096 * 32
    found = estimate(shape(), settings)
    assert found.moment == "backward"
    # Research gives 3.1 GiB with 34 bytes for each value of a layer; a gated MLP keeps 50.
    assert inputs + 34 * tokens * 4096 < found.parts["activations"] < inputs + 80 * tokens * 4096


def test_a_pair_counts_as_two_sequences_and_its_logits_are_not_chunked() -> None:
    settings = replace(PLAIN, method="dpo", batch=8, length=1024, logits="full", reference="copy")
    small = estimate(shape(QWEN_SMALL), replace(settings, dtype="bfloat16"))
    # One fp32 copy of the logits of 8 pairs is 9.27 GiB at this vocabulary, for each side half.
    copy = 4 * 2 * 8 * 1024 * 151936
    assert copy / GIB == pytest.approx(9.27, abs=0.01)
    assert 3 * copy < small.parts["logits"] < 4.5 * copy
    assert small.parts["reference"] == 2 * shape(QWEN_SMALL).parameters
    assert estimate(shape(), replace(settings, logits="chunked")).parts["logits"] < 1.5 * GIB


def test_two_single_answers_take_what_one_pair_takes() -> None:
    pairs = replace(PLAIN, method="dpo", batch=4, length=1024, logits="full", reference="copy")
    answers = replace(pairs, method="kto", batch=8)
    assert estimate(shape(), answers).parts == estimate(shape(), pairs).parts
    train = {"method": "kto", "arguments": {}, "datasets": []}
    assert settings_of(train).reference == "copy"


def test_masters_of_deepspeed_and_fsdp_are_spread_out() -> None:
    one = estimate(shape(), PLAIN)
    for sharding in ("zero1", "zero2", "zero3", "fsdp1", "fsdp2"):
        eight = estimate(shape(), replace(PLAIN, gpus=8, sharding=sharding, accumulation=1))
        assert eight.parts["masters"] == pytest.approx(one.parts["masters"] / 8)
        assert eight.parts["optimizer"] == pytest.approx(one.parts["optimizer"] / 8)
    zero2 = estimate(shape(), replace(PLAIN, gpus=8, sharding="zero2"))
    zero3 = estimate(shape(), replace(PLAIN, gpus=8, sharding="zero3"))
    assert zero3.parts["weights"] < zero2.parts["weights"] / 3


def test_batches_that_are_summed_up_under_fsdp_keep_whole_gradients_on_each_gpu() -> None:
    one = estimate(shape(), replace(PLAIN, gpus=8, sharding="fsdp2", accumulation=1))
    two = estimate(shape(), replace(PLAIN, gpus=8, sharding="fsdp2", accumulation=2))
    assert two.parts["gradients"] - one.parts["gradients"] > shape().parameters


def test_gpus_that_share_nothing_keep_a_second_copy_of_the_gradients() -> None:
    one = estimate(shape(), PLAIN)
    two = estimate(shape(), replace(PLAIN, gpus=2))
    assert two.parts["gradients"] == 2 * one.parts["gradients"]


def test_an_evaluation_with_larger_batches_can_be_the_fullest_moment() -> None:
    settings = replace(
        PLAIN, method="dpo", batch=1, length=1024, logits="full", dtype="bfloat16", lora=16
    )
    found = estimate(shape(QWEN_SMALL), replace(settings, eval_batch=8, eval_length=1024))
    assert found.moment == "evaluation"
    assert found.expected > 3 * estimate(shape(QWEN_SMALL), settings).expected


@pytest.mark.parametrize(
    ("optim", "stored", "bytes_"),
    [
        ("adamw_torch_fused", 4.0, 8.0),
        ("adamw_torch", 2.0, 4.0),
        ("paged_adamw_32bit", 2.0, 8.0),
        ("adamw_bnb_8bit", 4.0, 2.06),
        ("paged_adamw_8bit", 4.0, 2.06),
        ("lion_8bit", 4.0, 1.03),
        ("rmsprop", 4.0, 4.0),
        ("sgd", 4.0, 0.0),
        ("adamw_torch_4bit", 4.0, 1.06),
    ],
)
def test_optimizers_keep_what_their_names_say(optim: str, stored: float, bytes_: float) -> None:
    assert state_bytes(optim, stored) == pytest.approx(bytes_)


def test_only_optimizers_that_are_not_fused_work_on_a_copy() -> None:
    assert step_bytes("adamw_torch", 4.0) == 4.0
    assert step_bytes("adamw_torch_fused", 4.0) == 0.0
    assert step_bytes("paged_adamw_8bit", 4.0) == 0.0


def test_the_range_is_never_wider_than_half_of_its_low_end() -> None:
    for model, settings in sweep(1500):
        found = estimate(model, settings)
        assert 0 < found.low < found.expected < found.high <= 1.5 * found.low, (model, settings)
        assert all(found.parts[name] >= 0 for name in PARTS)
        assert found.expected == pytest.approx(max(found.moments.values()))


def grown(settings: Settings) -> list[Settings]:
    """Return trainings that can only take more."""
    return [
        replace(settings, batch=settings.batch * 2),
        replace(settings, length=settings.length * 2),
        replace(settings, eval_batch=settings.eval_batch + 8),
        *([replace(settings, lora=settings.lora * 2)] if settings.lora else []),
        *([replace(settings, reference="copy")] if settings.method == "dpo" else []),
        *([replace(settings, accumulation=4)] if settings.accumulation == 1 else []),
    ]


def test_more_of_anything_never_takes_less() -> None:
    for model, settings in sweep(500):
        before = estimate(model, settings).expected
        for more in grown(settings):
            assert estimate(model, more).expected >= before * 0.999, (model, settings, more)


def test_more_layers_weights_and_words_never_take_less() -> None:
    for (model, settings), field in itertools.product(
        sweep(100), ["layers", "hidden", "mlp", "vocabulary", "heads"]
    ):
        larger = replace(model, **{field: getattr(model, field) * 2})
        assert estimate(larger, settings).expected >= estimate(model, settings).expected


def test_what_saves_memory_never_takes_more() -> None:
    for model, settings in sweep(500):
        before = estimate(model, settings).expected
        if settings.reference == "copy":
            assert estimate(model, replace(settings, reference="precomputed")).expected <= before
        if settings.gpus > 1 and settings.sharding == "zero3":
            more = replace(settings, gpus=settings.gpus * 2)
            assert estimate(model, more).expected <= before


def test_a_recipe_is_read_with_trls_defaults() -> None:
    train: dict[str, Any] = {"method": "sft", "arguments": {}, "datasets": []}
    found = settings_of(train)
    assert (found.batch, found.accumulation, found.length) == (8, 1, 1024)
    assert (found.dtype, found.half, found.checkpointing) == ("float32", True, True)
    assert (found.logits, found.reference, found.eval_batch) == ("chunked", "none", 0)
    pairs = settings_of({**train, "method": "dpo"})
    assert (pairs.logits, pairs.reference, pairs.sequences) == ("full", "copy", 16)


def test_rows_shorter_than_the_limit_decide_unless_they_are_packed() -> None:
    train: dict[str, Any] = {"method": "sft", "arguments": {"max_length": 2048}, "datasets": []}
    assert settings_of(train, longest=300).length == 300
    assert settings_of(train, longest=9000).length == 2048
    train["arguments"]["packing"] = True
    assert settings_of(train, longest=300).length == 2048
    train["arguments"] = {"max_length": None}
    assert settings_of(train, longest=9000).length == 9000


def test_the_word_auto_takes_the_dtype_that_the_model_is_stored_in() -> None:
    train = {"method": "sft", "arguments": {"dtype": "auto"}, "datasets": []}
    assert settings_of(train, stored="bfloat16").dtype == "bfloat16"
    assert (
        settings_of({**train, "arguments": {"dtype": None}}, stored="bfloat16").dtype == "float32"
    )
