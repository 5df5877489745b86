"""Books of recipes: what all recipes of a set share; they share no seed among them."""

from __future__ import annotations

from dataclasses import dataclass

from .language import Shape

LORA = {"use_peft": True, "lora_r": 8, "lora_alpha": 16, "lora_target_modules": "all-linear"}


@dataclass(frozen=True)
class Doses:
    """How strong the faults are."""

    too_high: tuple[float, ...] = (0.1, 0.2, 0.4)
    too_low: tuple[float, ...] = (1e-8, 1e-7, 5e-8)
    drift: tuple[float, ...] = (0.05, 0.1)
    times_longer: tuple[float, ...] = (2.0, 2.5)
    few_steps: tuple[int, ...] = (6, 8, 10)
    few_epochs: int = 10
    known_steps: tuple[int, ...] = (20, 24, 30)
    known_epochs: int = 4
    bounds: tuple[float, ...] = (0.02, 0.05)
    waits: tuple[float, ...] = (120.0, 300.0, 900.0)
    slower: tuple[float, ...] = (2.0, 2.5, 3.0)
    loose_betas: tuple[float, ...] = (0.05, 0.04)
    begin: tuple[int, int] = (15, 35)
    """The step at which a fault begins that has a beginning."""


@dataclass(frozen=True)
class Book:
    """What all recipes of a set have in common."""

    name: str
    seed: int
    language: int
    shape: Shape
    kinds: tuple[str, str]
    widths: tuple[int, int]
    steps: tuple[int, int]
    batches: tuple[int, ...]
    schedulers: tuple[str, ...]
    betas: tuple[float, ...]
    lengths: tuple[tuple[int, int], ...]
    optimizers: tuple[str, ...] = ("adamw_torch",)
    doses: Doses = Doses()
    healthy: int = 40


BOOKS = {
    "train": Book(
        name="train",
        seed=1000,
        language=11,
        shape=Shape(),
        kinds=("llama", "mistral"),
        widths=(48, 32),
        steps=(50, 90),
        batches=(4, 8),
        schedulers=("linear", "cosine"),
        betas=(0.1, 0.1, 0.2),
        lengths=((8, 16), (6, 12)),
    ),
    "heldout": Book(
        name="heldout",
        seed=77000,
        language=78,
        shape=Shape(nouns=60, qualities=24, words=120, successors=5),
        kinds=("olmo2", "llama"),
        widths=(64, 40),
        steps=(40, 120),
        batches=(4, 6, 8),
        schedulers=("linear", "cosine", "constant_with_warmup", "cosine_with_restarts"),
        betas=(0.05, 0.1, 0.3),
        lengths=((7, 14), (10, 20), (12, 16)),
        optimizers=("adamw_torch", "adamw_torch", "adafactor"),
        doses=Doses(
            too_high=(0.08, 0.15, 0.3),
            too_low=(2e-9, 3e-8, 2e-7),
            drift=(0.04, 0.15),
            times_longer=(2.2, 3.0),
            few_steps=(5, 7, 9),
            few_epochs=8,
            known_steps=(18, 25, 32),
            known_epochs=3,
            bounds=(0.01, 0.03),
            waits=(180.0, 600.0, 2400.0),
            slower=(1.8, 2.2, 4.0),
            loose_betas=(0.03, 0.05),
            begin=(12, 30),
        ),
    ),
    "heldout2": Book(
        name="heldout2",
        seed=240000,
        language=412,
        shape=Shape(nouns=30, qualities=12, words=80, successors=3),
        kinds=("mistral", "olmo2"),
        widths=(56, 48),
        steps=(45, 110),
        batches=(4, 8),
        schedulers=("linear", "cosine", "constant_with_warmup"),
        betas=(0.08, 0.15, 0.25),
        lengths=((9, 15), (8, 20)),
        optimizers=("adamw_torch", "adamw_torch", "adafactor"),
        doses=Doses(
            too_high=(0.12, 0.25, 0.5),
            too_low=(5e-9, 2e-8, 1e-7),
            drift=(0.06, 0.12),
            times_longer=(2.1, 2.7),
            few_steps=(6, 9, 11),
            few_epochs=9,
            known_steps=(22, 27, 31),
            known_epochs=4,
            bounds=(0.015, 0.04),
            waits=(150.0, 450.0, 1800.0),
            slower=(1.7, 2.4, 3.5),
            loose_betas=(0.03, 0.04),
            begin=(14, 33),
        ),
    ),
    "heldout3": Book(
        name="heldout3",
        seed=510000,
        language=903,
        shape=Shape(nouns=50, qualities=20, words=100, successors=4),
        kinds=("olmo2", "mistral"),
        widths=(40, 64),
        steps=(45, 100),
        batches=(4, 6, 8),
        schedulers=("linear", "cosine", "constant_with_warmup", "cosine_with_restarts"),
        betas=(0.06, 0.12, 0.2),
        lengths=((7, 15), (9, 18)),
        optimizers=("adamw_torch", "adamw_torch", "adafactor"),
        doses=Doses(
            too_high=(0.1, 0.3, 0.6),
            too_low=(1e-8, 4e-8, 1.5e-7),
            drift=(0.05, 0.14),
            times_longer=(2.3, 2.8),
            few_steps=(5, 8, 10),
            few_epochs=9,
            known_steps=(20, 26, 32),
            known_epochs=4,
            bounds=(0.012, 0.03),
            waits=(140.0, 500.0, 2000.0),
            slower=(1.9, 2.3, 3.2),
            loose_betas=(0.035, 0.045),
            begin=(13, 32),
        ),
    ),
}
