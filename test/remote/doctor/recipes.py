"""What is trained: healthy recipes, and recipes with a fault."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any, Callable

from . import plants
from .books import LORA, Book
from .language import Pairs
from .training import Data, Recipe, Resume


@dataclass
class Writer:
    """Writes the recipes of a book; each has a source of chance of its own."""

    book: Book
    recipes: list[tuple[Recipe, dict[str, Any]]] = field(default_factory=list)

    def add(
        self, name: str, times: int, make: Callable[[random.Random, int], Any], *faults: str
    ) -> None:
        """Add `times` recipes; `make` returns a recipe, or one and facts that its effect needs."""
        for number in range(times):
            chance = random.Random(f"{self.book.seed} {name} {number}")
            made = make(chance, number)
            recipe, facts = made if isinstance(made, tuple) else (made, {})
            recipe.id, recipe.faults = f"{name}-{number + 1}", list(faults)
            recipe.seed = self.book.seed + len(self.recipes) + 1
            self.recipes.append((recipe, facts))

    def plain(self, chance: random.Random, method: str, **more: Any) -> Recipe:
        """Return a healthy recipe of a method, with some arguments drawn and `more` set."""
        book = self.book
        steps = more.pop("max_steps", chance.randrange(*book.steps, 5))
        batch = more.pop("per_device_train_batch_size", chance.choice(book.batches))
        is_lora = more.pop("lora", chance.random() < 0.4)
        model = chance.choice(["base", "base", "small"])
        arguments: dict[str, Any] = {
            "max_steps": steps,
            "per_device_train_batch_size": batch,
            "logging_steps": chance.choice([1, 1, 5]),
            "lr_scheduler_type": chance.choice(book.schedulers),
            "warmup_steps": chance.choice([3, 5, 8]),
            "optim": chance.choice(book.optimizers),
            "max_grad_norm": 1.0,
            "eval_strategy": "steps",
            "eval_steps": chance.choice([10, 15, 20]),
            **(LORA if is_lora else {}),
        }
        lengths = chance.choice(book.lengths)
        data = Data(rows=steps * batch, lengths=lengths)
        if method == "sft":
            arguments["learning_rate"] = chance.choice(
                [3e-3, 6e-3] if is_lora else [5e-4, 1e-3, 2e-3]
            )
            arguments["assistant_only_loss"] = chance.random() < 0.5
        else:
            arguments["learning_rate"] = chance.choice(
                [2e-3, 3e-3] if is_lora else [5e-4, 1e-3, 1.5e-3]
            )
            arguments["beta"] = chance.choice(book.betas)
            swapped = chance.choice([0.1, 0.15])
            data.pairs = Pairs(lengths=lengths, swapped=swapped, contrast=chance.choice([0.6, 0.8]))
        arguments.update(more)
        return Recipe("", method, arguments, model=model, data=data)


def recipes_of(book: Book) -> list[tuple[Recipe, dict[str, Any]]]:
    """Return all recipes of a book with the facts their effects are judged by."""
    writer = Writer(book)
    _healthy(writer)
    _rates(writer)
    _references(writer)
    _data(writer)
    _numbers(writer)
    _machine(writer)
    _healthy_otherwise(writer)
    return writer.recipes


def _healthy(w: Writer) -> None:
    half = w.book.healthy // 2

    def sft(chance: random.Random, number: int) -> Recipe:
        recipe = w.plain(chance, "sft")
        if number % 5 == 4:
            recipe.model = "random"
            recipe.arguments["learning_rate"] = 4e-3
            for name in LORA:
                recipe.arguments.pop(name, None)
        elif number % 6 == 1:
            recipe.data.rows //= 2
            recipe.arguments["learning_rate"] = 5e-4
        recipe.is_plain = number % 4 == 3
        recipe.what = "healthy SFT"
        return recipe

    def dpo(chance: random.Random, number: int) -> Recipe:
        recipe = w.plain(chance, "dpo")
        recipe.is_plain = number % 4 == 3
        recipe.what = "healthy DPO"
        return recipe

    def resumed(chance: random.Random, number: int) -> Recipe:
        method = ("sft", "dpo")[number % 2]
        recipe = w.plain(chance, method, save_strategy="steps", save_steps=15, max_steps=60)
        recipe.resume = Resume(crash_at=chance.randint(32, 44))
        recipe.what = "a crash, and gone on rightly from the last checkpoint"
        return recipe

    w.add("healthy-sft", half - 2, sft)
    w.add("healthy-dpo", half - 2, dpo)
    w.add("healthy-resumed", 4, resumed)


def _rates(w: Writer) -> None:
    def diverges(method: str) -> Callable[[random.Random, int], Recipe]:
        def make(chance: random.Random, number: int) -> Recipe:
            is_lora = number == 2 and method == "sft"
            rate = chance.choice(w.book.doses.too_high) * (
                5 if is_lora else 2 if method == "dpo" else 1
            )
            recipe = w.plain(chance, method, learning_rate=rate, lora=is_lora, optim="adamw_torch")
            if method == "dpo":
                recipe.arguments["lr_scheduler_type"] = "constant_with_warmup"
            recipe.what = f"learning rate {rate:g}, hundreds of times too high"
            return recipe

        return make

    def stuck(method: str) -> Callable[[random.Random, int], Recipe]:
        def make(chance: random.Random, number: int) -> Recipe:
            rate = chance.choice(w.book.doses.too_low)
            recipe = w.plain(chance, method, learning_rate=rate, optim="adamw_torch")
            recipe.what = f"learning rate {rate:g}, thousands of times too low"
            return recipe

        return make

    def collapse(chance: random.Random, number: int) -> Recipe:
        rate = chance.choice([8e-3, 1e-2])
        recipe = w.plain(
            chance,
            "dpo",
            learning_rate=rate,
            lora=False,
            beta=chance.choice(w.book.doses.loose_betas),
            max_steps=120,
            per_device_train_batch_size=8,
            optim="adamw_torch",
        )
        recipe.data.rows = chance.choice([48, 64, 80])
        recipe.data.pairs = Pairs(lengths=(14, 20), swapped=0.0, contrast=1.0)
        recipe.what = f"learning rate {rate:g}, too high, for many epochs: margins without end"
        return recipe

    w.add("diverges-sft", 3, diverges("sft"), "divergence")
    w.add("diverges-dpo", 3, diverges("dpo"), "divergence")
    w.add("stuck-dpo", 3, stuck("dpo"), "stuck")
    w.add("stuck-sft", 2, stuck("sft"), "stuck")
    w.add("collapse", 3, collapse, "collapse")


def _references(w: Writer) -> None:
    def other(chance: random.Random, number: int) -> Recipe:
        recipe = w.plain(chance, "dpo", lora=False)
        recipe.model, recipe.reference = "base", ("other", "random", "tuned")[number % 3]
        recipe.plant = plants.without_reference_check()
        recipe.what = f"the reference is another model ({recipe.reference})"
        return recipe

    def drifted(chance: random.Random, number: int) -> Recipe:
        size = chance.choice(w.book.doses.drift)
        recipe = w.plain(chance, "dpo", lora=False)
        recipe.model, recipe.reference = "base", "base"
        recipe.plant = plants.reference_drifted(size, chance.randint(0, 9999))
        recipe.what = f"the reference is another revision, {size:.0%} of noise on its weights"
        return recipe

    def dropout(chance: random.Random, number: int) -> Recipe:
        recipe = w.plain(chance, "dpo", lora=False, disable_dropout=False)
        recipe.model = "dropout"
        recipe.what = "dropout is on in policy and reference"
        return recipe

    def adapter(chance: random.Random, number: int) -> Recipe:
        recipe = w.plain(chance, "dpo", lora=False)
        recipe.model, recipe.reference = "tuned", "base"
        recipe.plant = plants.without_reference_check()
        recipe.what = "the reference is the base below the adapter of SFT, not the tuned model"
        return recipe

    w.add("reference-other", 3, other, "dpoStart")
    w.add("reference-drifted", 1, drifted, "dpoStart")
    w.add("reference-dropout", 2, dropout, "dpoStart")
    w.add("reference-adapter", 2, adapter, "dpoStart")


def _data(w: Writer) -> None:
    def blind(method: str) -> Callable[[random.Random, int], Recipe]:
        def make(chance: random.Random, number: int) -> Recipe:
            recipe = w.plain(chance, method, lora=False)
            recipe.arguments["assistant_only_loss"] = False
            if method == "dpo":
                recipe.arguments.pop("assistant_only_loss")
            else:
                recipe.arguments["learning_rate"] = 4e-3
            recipe.without_content = True
            recipe.what = "the chat template leaves the content of messages out"
            return recipe

        return make

    def shuffled(chance: random.Random, number: int) -> Recipe:
        rate = chance.choice([2e-4, 3e-4, 5e-4])
        recipe = w.plain(
            chance, "dpo", lora=False, learning_rate=rate, per_device_train_batch_size=8
        )
        assert recipe.data.pairs is not None
        recipe.data.pairs = replace(recipe.data.pairs, swapped=0.5)
        recipe.what = "which reply is chosen was drawn by lot"
        return recipe

    def near(chance: random.Random, number: int) -> Recipe:
        recipe = w.plain(
            chance,
            "dpo",
            learning_rate=chance.choice([5e-3, 7e-3]),
            lora=False,
            beta=0.1,
            max_steps=90,
            per_device_train_batch_size=8,
        )
        recipe.data.pairs = Pairs(lengths=(12, 16), near=True, swapped=0.0)
        recipe.what = "the rejected reply is the chosen one but for a word"
        return recipe

    def longer(chance: random.Random, number: int) -> Recipe:
        times = chance.choice(w.book.doses.times_longer)
        recipe = w.plain(chance, "dpo")
        recipe.data.pairs = Pairs(lengths=(8, 14), chosen_longer=times, swapped=0.05, contrast=0.6)
        recipe.what = f"chosen replies are {times:g} times as long as rejected ones"
        return recipe

    def few(epochs: int, rate: float, each: int, batch: int) -> Callable[..., Recipe]:
        def make(chance: random.Random, **more: Any) -> Recipe:
            recipe = w.plain(
                chance,
                "sft",
                lora=False,
                learning_rate=rate,
                per_device_train_batch_size=batch,
                max_steps=each * epochs,
                lr_scheduler_type="constant_with_warmup",
                logging_steps=1,
                optim="adamw_torch",
                **more,
            )
            recipe.data.rows = each * batch
            return recipe

        return make

    def overfits(chance: random.Random, number: int) -> Recipe:
        each, epochs = chance.choice(w.book.doses.few_steps), w.book.doses.few_epochs
        recipe = few(epochs, chance.choice([4e-3, 6e-3]), each, 4)(chance, eval_steps=each)
        recipe.model = "base"
        recipe.what = f"{each * 4} rows, {epochs} epochs"
        return recipe

    def staircase(chance: random.Random, number: int) -> tuple[Recipe, dict[str, Any]]:
        each, epochs = chance.choice(w.book.doses.known_steps), w.book.doses.known_epochs
        recipe = few(epochs, chance.choice([6e-3, 8e-3]), each, 8)(chance)
        recipe.model = "base"
        recipe.what = f"{each * 8} rows {epochs} times, memorised"
        return recipe, {"epoch_steps": each}

    w.add("template-sft", 2, blind("sft"), "blindTemplate")
    w.add("template-dpo", 2, blind("dpo"), "blindTemplate")
    w.add("labels-by-lot", 3, shuffled, "labelNoise")
    w.add("near-identical", 3, near, "displacement")
    w.add("chosen-longer", 3, longer, "lengthBias")
    w.add("overfits", 3, overfits, "overfit")
    w.add("staircase", 3, staircase, "staircase")


def _numbers(w: Writer) -> None:
    def hidden(chance: random.Random, number: int) -> Recipe:
        method = ("sft", "dpo")[number % 2]
        recipe = w.plain(chance, method, logging_nan_inf_filter=True, lora=number == 1)
        at = chance.randint(*w.book.doses.begin)
        recipe.is_plain = True
        recipe.plant = plants.overflow(at)
        recipe.what = f"a weight overflows at step {at}; transformers' filter hides the NaN"
        if number in (2, 3):
            recipe.plant = None
            recipe.arguments.update(dtype="float16", learning_rate=1e-3)
            recipe.what = "all in half precision, Adam divides by 0; the filter hides the NaN"
        return recipe

    def shown(chance: random.Random, number: int) -> Recipe:
        method = ("sft", "dpo", "sft")[number % 3]
        recipe = w.plain(chance, method, lora=False)
        at = chance.randint(*w.book.doses.begin)
        recipe.plant = plants.overflow(at)
        recipe.is_plain = number == 2
        recipe.what = f"a weight overflows at step {at}"
        if number == 0:
            recipe.plant = None
            recipe.arguments.update(dtype="float16", learning_rate=1e-3)
            recipe.what = "all in half precision, Adam divides by 0"
        return recipe

    def clipped(chance: random.Random, number: int) -> tuple[Recipe, dict[str, Any]]:
        bound = chance.choice(w.book.doses.bounds)
        recipe = w.plain(chance, "sft", max_grad_norm=bound, optim="adamw_torch")
        recipe.what = f"max_grad_norm {bound:g}: every step is clipped"
        return recipe, {"max_grad_norm": bound}

    def spike(method: str) -> Callable[[random.Random, int], tuple[Recipe, dict[str, Any]]]:
        def make(chance: random.Random, number: int) -> tuple[Recipe, dict[str, Any]]:
            at, seed = chance.randint(25, 38), chance.randint(0, 9999)
            recipe = w.plain(chance, method)
            recipe.plant = plants.batch_of_noise(at, seed)
            recipe.what = f"the batch of step {at} is rubbish"
            if method == "dpo":
                recipe = w.plain(
                    chance,
                    method,
                    lora=False,
                    learning_rate=2e-3,
                    beta=0.3,
                    max_steps=70,
                    per_device_train_batch_size=8,
                )
                recipe.data.pairs = Pairs(lengths=(12, 18), swapped=0.0, contrast=1.0)
                recipe.plant = plants.batch_turned_round(at)
                recipe.what = f"chosen and rejected have changed places in the batch of step {at}"
            return recipe, {"at": at}

        return make

    w.add("nan-hidden", 4, hidden, "hiddenNan")
    w.add("nan-shown", 3, shown, "nan")
    w.add("clipped", 3, clipped, "clip")
    w.add("spike-sft", 2, spike("sft"), "spike")
    w.add("spike-dpo", 1, spike("dpo"), "spike")


def _machine(w: Writer) -> None:
    def resume(chance: random.Random, number: int) -> Recipe:
        method = ("sft", "dpo", "sft")[number % 3]
        recipe = w.plain(
            chance, method, lora=False, save_strategy="steps", save_steps=20, max_steps=70
        )
        recipe.arguments["lr_scheduler_type"] = "linear"
        crash = chance.randint(40, 46) if number else 52
        gone = ("optimizer.pt", "scheduler.pt")
        recipe.resume = Resume(crash, forget=gone)
        recipe.what = "optimizer and schedule were lost at the resume: the rate begins anew"
        if number == 1:
            recipe.resume.arguments = {"learning_rate": 8 * recipe.arguments["learning_rate"]}
            recipe.what = "resumed at eight times the learning rate"
        if number == 2:
            recipe.model = "random"
            recipe.arguments["learning_rate"] = 4e-3
            recipe.resume = Resume(crash, weights_of="random")
            recipe.what = "resumed with the weights of the start"
        return recipe

    def stall(chance: random.Random, number: int) -> tuple[Recipe, dict[str, Any]]:
        at, seconds = chance.randint(*w.book.doses.begin), chance.choice(w.book.doses.waits)
        recipe = w.plain(chance, ("sft", "dpo")[number % 2])
        recipe.plant = plants.loader_waits(at, seconds)
        recipe.what = f"a batch comes {seconds:g} s late at step {at}"
        return recipe, {"at": at}

    def slow(chance: random.Random, number: int) -> tuple[Recipe, dict[str, Any]]:
        at, factor = chance.randint(18, 28), chance.choice(w.book.doses.slower)
        recipe = w.plain(chance, ("sft", "dpo")[number % 2])
        recipe.arguments["max_steps"] = max(60, recipe.arguments["max_steps"])
        recipe.data.rows = (
            recipe.arguments["max_steps"] * recipe.arguments["per_device_train_batch_size"]
        )
        recipe.plant = plants.machine_slows(at, factor)
        recipe.what = f"from step {at} on each takes {factor:g} times as long"
        return recipe, {"at": at}

    w.add("resume-fault", 3, resume, "resume")
    w.add("stall", 3, stall, "stall")
    w.add("slow", 3, slow, "slow")


OTHERWISE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("dpo", "an SFT term", {"loss_type": ["sigmoid", "sft"], "loss_weights": [1.0, 0.5]}),
    ("dpo", "IPO", {"loss_type": "ipo"}),
    ("dpo", "the hinge loss", {"loss_type": "hinge"}),
    ("dpo", "smoothed labels", {"label_smoothing": 0.1}),
    ("dpo", "two micro-batches a step", {"gradient_accumulation_steps": 2}),
    ("dpo", "the reference asked beforehand", {"precompute_ref_log_probs": True}),
    ("dpo", "two epochs", {}),
    ("sft", "two micro-batches a step", {"gradient_accumulation_steps": 2, "logging_steps": 10}),
    ("sft", "three epochs", {"learning_rate": 5e-4}),
    ("sft", "no evaluations", {"logging_steps": 10}),
    ("sft", "many steps from nothing", {"learning_rate": 4e-3, "max_steps": 160, "eval_steps": 20}),
)


def _healthy_otherwise(w: Writer) -> None:
    """Sound runs that differ from the others in kind, for rules that expect one kind only."""

    def make(chance: random.Random, number: int) -> Recipe:
        method, what, arguments = OTHERWISE[number]
        recipe = w.plain(chance, method, lora=False, **arguments)
        recipe.what = f"healthy {method.upper()}, {what}"
        recipe.data.rows *= recipe.arguments.get("gradient_accumulation_steps", 1)
        if "epochs" in what:
            recipe.data.rows //= 3 if method == "sft" else 2
            recipe.arguments["learning_rate"] = 5e-4
        if what == "no evaluations":
            del recipe.arguments["eval_strategy"], recipe.arguments["eval_steps"]
            recipe.is_plain = True
        if what == "many steps from nothing":
            recipe.model = "random"
        return recipe

    w.add("healthy-otherwise", len(OTHERWISE), make)
