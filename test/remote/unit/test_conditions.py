"""What a trainer's numbers were measured under."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace

from windsock_remote.recording.conditions import conditions


def test_what_the_trainer_took_is_told_also_where_the_recipe_is_silent() -> None:
    trainer = SimpleNamespace(
        args=SimpleNamespace(beta=0.1, loss_type=["sigmoid"], max_length=None, learning_rate=1e-6),
        processing_class=SimpleNamespace(chat_template="{{ messages }} ü"),
    )
    assert conditions(trainer) == {
        "chatTemplate": hashlib.sha256("{{ messages }} ü".encode()).hexdigest(),
        "arguments": {"beta": 0.1, "loss_type": ["sigmoid"], "max_length": None},
    }


def test_a_mask_that_the_data_decides_is_told_as_the_trainer_decided() -> None:
    trainer = SimpleNamespace(
        args=SimpleNamespace(completion_only_loss=None), completion_only_loss=True
    )
    assert conditions(trainer)["arguments"] == {"completion_only_loss": True}


def test_several_templates_and_foreign_values_are_left_out() -> None:
    trainer = SimpleNamespace(
        args=SimpleNamespace(loss_type=object(), packing=True),
        processing_class=SimpleNamespace(chat_template={"default": "a", "tools": "b"}),
    )
    assert conditions(trainer) == {"arguments": {"packing": True}}
