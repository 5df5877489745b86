"""What accelerate is told is what TRL ships under the same name, and accelerate can read it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import trl
import yaml
from accelerate.commands.config.config_args import load_config_from_file

from windsock_remote.sharding import SHARDINGS, launcher_config

SHIPPED = Path(trl.__file__).parent / "accelerate_configs"
OWN = {
    "num_processes": "the run's own",
    "mixed_precision": "the recipe's bf16 and fp16 decide",
    "enable_cpu_affinity": "accelerate's default is the same",
}


@pytest.mark.parametrize("name", SHARDINGS)
def test_a_configuration_says_what_trls_own_says(name: str) -> None:
    shipped = yaml.safe_load((SHIPPED / f"{name}.yaml").read_text())
    ours = launcher_config(name, 8, 1)
    # transformers fills in the recipe's own number.
    shipped.get("deepspeed_config", {}).pop("gradient_accumulation_steps", None)
    for key in OWN:
        shipped.pop(key, None)
        ours.pop(key, None)
    assert ours == shipped


def test_every_configuration_that_trl_ships_can_be_named() -> None:
    assert set(SHARDINGS) == {path.stem for path in SHIPPED.glob("*.yaml")}


@pytest.mark.parametrize("nodes", [1, 2])
@pytest.mark.parametrize("name", SHARDINGS)
def test_accelerate_reads_it(name: str, nodes: int, tmp_path: Path) -> None:
    path = tmp_path / "accelerate.json"
    path.write_text(json.dumps(launcher_config(name, 8, nodes)))
    read = load_config_from_file(str(path))
    assert (read.num_processes, read.num_machines) == (8, nodes)
    assert read.distributed_type.value == SHARDINGS[name]
