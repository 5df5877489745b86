"""TRL's own config class and trainer are asked about a recipe, without its model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.preflights import checked, spec_of, train_part, write_rows
from support.token_passes import GOOD_OF, PLAIN
from windsock_remote.preflight.output import Output

OWN_KEYS = ("name", "method", "datasets", "eval_datasets", "model_name_or_path", "num_processes")
OWN_KEYS += ("accelerate_config",)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recipes")


def refused(
    root: Path, tmp_path: Path, method: str, template: str | None = None, **arguments: Any
) -> dict[str, Any] | None:
    """Return what TRL says against a recipe, as a finding."""
    from windsock_remote.preflight.tokens.recipe import RecipeCheck

    rows = [GOOD_OF[method]]
    part = train_part(method, write_rows(tmp_path / "rows.jsonl", rows), **arguments)
    if template is not None:
        part["chatTemplate"] = template
    lines: list[dict[str, Any]] = []
    RecipeCheck(spec_of(root, part)).say(Output(lines.append), wait=True)
    return next(iter(checked(lines)), None)


def test_a_key_that_trl_refuses_is_named_in_its_words(root: Path, tmp_path: Path) -> None:
    finding = refused(root, tmp_path, "sft", warmup_ratio=0.1)
    assert finding is not None
    assert (finding["part"], finding["code"]) == ("recipe", "recipeRefused")
    assert finding["key"] == "warmup_ratio"
    assert "TRL does not know" in finding["values"]["said"]


EXCLUSIVE: list[tuple[str, dict[str, Any], str]] = [
    ("sft", {"padding_free": True}, "`max_length` is not enforced"),
    ("sft", {"packing": True, "max_length": None}, "`max_length` can't be `None`"),
    ("dpo", {"loss_type": "exo_pair"}, "greater than 0.0 when using 'exo_pair'"),
    (
        "dpo",
        {"sync_ref_model": True, "use_peft": True, "lora_target_modules": "all-linear"},
        "sync_ref_model",
    ),
]


@pytest.mark.parametrize("number", range(len(EXCLUSIVE)))
def test_options_that_exclude_each_other_are_named_in_the_words_of_the_trainer(
    root: Path, tmp_path: Path, number: int
) -> None:
    method, arguments, words = EXCLUSIVE[number]
    finding = refused(root, tmp_path, method, **arguments)
    assert finding is not None
    assert words in finding["values"]["said"]


@pytest.mark.parametrize("name", ["sft-full", "dpo-qlora"])
def test_a_recipe_that_is_shipped_is_taken(root: Path, tmp_path: Path, name: str) -> None:
    import yaml

    folder = Path(__file__).resolve().parents[3] / "media" / "recipes" / "zephyr-7b-beta"
    recipe = yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
    method = recipe["method"]
    arguments = {key: value for key, value in recipe.items() if key not in OWN_KEYS}
    assert refused(root, tmp_path, method, PLAIN, **arguments) is None
