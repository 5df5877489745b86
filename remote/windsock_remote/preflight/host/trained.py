"""Which weights a training changes, and how large an adapter is."""

from __future__ import annotations

from .activations import targets_of
from .model_shape import ModelShape
from .settings import Settings


def adapter_weights(shape: ModelShape, settings: Settings) -> int:
    """Return the weights of the adapter alone: two thin matrices per adapted layer."""
    modules = shape.modules()
    total = 0
    for name in targets_of(shape, settings):
        inputs, outputs, number = modules[name]
        total += number * settings.lora * (inputs + outputs)
        total += number * outputs if settings.dora else 0
    return total


def saved_weights(shape: ModelShape, settings: Settings) -> int:
    """Return the weights of modules that are trained whole beside an adapter."""
    total = 0
    for name in settings.lora_saved:
        last = name.rpartition(".")[2]
        if last in ("embed_tokens", "lm_head"):
            total += shape.embedding
        elif last in shape.modules():
            inputs, outputs, number = shape.modules()[last]
            total += inputs * outputs * number
    return total


def trained_weights(shape: ModelShape, settings: Settings) -> int:
    """Return how many weights the optimizer steps."""
    if not settings.lora:
        return shape.parameters
    return adapter_weights(shape, settings) + saved_weights(shape, settings)
