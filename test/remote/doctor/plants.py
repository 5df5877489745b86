"""Faults that are put into a trainer once it is built; each is a function that takes it."""

from __future__ import annotations

import time
from typing import Any, Callable

from .clock import Clock

Plant = Callable[[Any, Clock], None]
Change = Callable[[Any, int, Any], None]


def before_step(trainer: Any, change: Change) -> None:
    """Have `change(model, step, inputs)` called before the forward pass of each micro-batch."""
    training_step = trainer.training_step

    def changed(model: Any, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        change(model, trainer.state.global_step + 1, inputs)
        return training_step(model, inputs, *args, **kwargs)

    trainer.training_step = changed


def loader_waits(at: int, seconds: float) -> Plant:
    """A batch comes late once, as from a network disk that hangs."""

    def plant(trainer: Any, clock: Clock) -> None:
        def wait(_: Any, step: int, __: Any) -> None:
            if step == at:
                clock.wait(seconds)

        before_step(trainer, wait)

    return plant


def machine_slows(at: int, factor: float) -> Plant:
    """From a step on each takes `factor` times as long, as beside another process."""

    def plant(trainer: Any, clock: Clock) -> None:
        seen: list[float] = []
        training_step = trainer.training_step

        def slowed(*args: Any, **kwargs: Any) -> Any:
            began = time.process_time()
            loss = training_step(*args, **kwargs)
            took = time.process_time() - began
            if trainer.state.global_step + 1 < at:
                seen.append(took)
            else:
                typical = sorted(seen)[len(seen) // 2]
                until = time.process_time() + typical * (factor - 1)
                while time.process_time() < until:
                    pass
            return loss

        trainer.training_step = slowed

    return plant


def batch_of_noise(at: int, seed: int) -> Plant:
    """One batch of SFT holds rubbish, as of a file in another encoding."""

    def plant(trainer: Any, _: Clock) -> None:
        import torch

        generator = torch.Generator().manual_seed(seed)

        def spoil(_: Any, step: int, inputs: Any) -> None:
            if step != at:
                return
            size = len(trainer.processing_class)
            noise = torch.randint(5, size, inputs["input_ids"].shape, generator=generator)
            inputs["input_ids"] = noise
            inputs["labels"] = torch.where(inputs["labels"] == -100, inputs["labels"], noise)

        before_step(trainer, spoil)

    return plant


def batch_turned_round(at: int) -> Plant:
    """In one batch of DPO chosen and rejected have changed places."""

    def plant(trainer: Any, _: Clock) -> None:
        import torch

        def spoil(_: Any, step: int, inputs: Any) -> None:
            if step == at:
                for name in ("input_ids", "attention_mask", "completion_mask"):
                    chosen, rejected = inputs[name].chunk(2)
                    inputs[name] = torch.cat([rejected, chosen])

        before_step(trainer, spoil)

    return plant


def overflow(at: int) -> Plant:
    """A weight overflows, as in half precision."""

    def plant(trainer: Any, _: Clock) -> None:
        import torch

        def spoil(model: Any, step: int, _: Any) -> None:
            if step == at:
                with torch.no_grad():
                    weights = [w for w in model.parameters() if w.requires_grad]
                    weights[-1].view(-1)[0] = float("inf")

        before_step(trainer, spoil)

    return plant


def without_reference_check() -> Plant:
    """Train on with a reference that is another model, as other trainers do."""

    def plant(trainer: Any, _: Clock) -> None:
        from windsock_remote.methods.reference_check import ReferenceCheck

        trainer.remove_callback(ReferenceCheck)

    return plant


def reference_drifted(size: float, seed: int) -> Plant:
    """The reference is not quite the starting model: another revision, other rounding."""

    def plant(trainer: Any, _: Clock) -> None:
        import torch

        from windsock_remote.methods.reference_check import ReferenceCheck

        trainer.remove_callback(ReferenceCheck)
        torch.manual_seed(seed)
        with torch.no_grad():
            for weights in trainer.ref_model.parameters():
                weights.add_(torch.randn_like(weights) * size * weights.std())

    return plant
