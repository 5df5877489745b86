"""The schemas of the run contract, as tests use them."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import jsonschema

import windsock_remote

SCHEMAS = Path(windsock_remote.__file__).parent / "schema"


@functools.cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    """Return the validator of `<name>.schema.json`, itself checked."""
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def problems(name: str, record: Any) -> list[str]:
    """Return what is wrong with a record; an empty list when it fits."""
    errors = validator(name).iter_errors(record)
    return [f"{error.json_path}: {error.message}" for error in errors]
