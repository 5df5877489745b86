"""The recipes that are shipped fit the GPUs that their first lines say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.memory import MISTRAL, shape
from windsock_remote.preflight.host.memory import estimate
from windsock_remote.preflight.host.settings import settings_of

FOLDER = Path(__file__).resolve().parents[4] / "media" / "recipes" / "zephyr-7b-beta"
SAID = re.compile(r"#.*?(?:(\d+) GPUs|one GPU) of (\d+) GB")
OWN = ("name", "method", "model_name_or_path", "datasets", "eval_datasets", "chat_template_path")
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
SAYING = sorted(path.name for path in FOLDER.glob("*.yaml") if SAID.search(path.read_text()))


@pytest.mark.parametrize("name", SAYING)
def test_a_shipped_recipe_fits_what_it_says(name: str) -> None:
    text = (FOLDER / name).read_text()
    said = SAID.search(text)
    assert said is not None
    number, gigabytes = int(said[1] or 1), int(said[2])
    fields: dict[str, Any] = yaml.safe_load(text)
    launched = {k: fields.pop(k) for k in ("accelerate_config", "num_processes") if k in fields}
    # The DPO of an adapter goes on training that of the SFT.
    goes_on = fields["method"] == "dpo" and "lora" in name and not fields.get("use_peft")
    train = {
        "method": fields["method"],
        "arguments": {k: v for k, v in fields.items() if k not in OWN},
        "datasets": [{"split": "eval"}],
        "accelerate": launched,
    }
    adapter = {"r": 64, "target_modules": LINEAR} if goes_on else None
    found = estimate(shape(MISTRAL), settings_of(train, gpus=number, adapter=adapter))
    assert launched.get("num_processes", 1) == number
    assert found.high < gigabytes * 1e9


def test_some_recipes_say_what_they_are_meant_for() -> None:
    assert len(SAYING) >= 4
