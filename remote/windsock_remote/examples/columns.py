"""What a table makes of rows: the shape that all of them share, and each row in that shape.

The trainer's rows go through an Arrow table (`Dataset.from_list`): an object gets the keys of all
others in its place, as null. Standard library only.
"""

from __future__ import annotations

from typing import Any

NUMBERS = ("int", "float")
PLAIN_KEYS = ("role", "content")


class ShapeConflict(Exception):
    """Two values of one place that no table can hold: `where`, `first` and `second` kind."""

    def __init__(self, where: str, first: str, second: str) -> None:
        super().__init__(f"{where} is {first} in one row and {second} in another")
        self.where, self.first, self.second = where, first, second


def shape_of(value: Any, where: str = "") -> Any:
    """Return the shape of a value: a name of a kind, None, {key: shape}, or [shape of its items].

    Raises ShapeConflict where it does not agree with itself.
    """
    if isinstance(value, dict):
        return {
            key: shape_of(item, f"{where}.{key}" if where else key) for key, item in value.items()
        }
    if isinstance(value, list):
        shape = None
        for item in value:
            shape = merge(shape, shape_of(item, where), where)
        return [shape]
    return None if value is None else type(value).__name__


def merge(first: Any, second: Any, where: str = "") -> Any:
    """Return the shape that holds both. Raises ShapeConflict."""
    if first is None or second is None or first == second:
        return second if first is None else first
    if isinstance(first, dict) and isinstance(second, dict):
        merged = dict(first)
        for key, shape in second.items():
            merged[key] = merge(first.get(key), shape, _inside(where, key))
        return merged
    if isinstance(first, list) and isinstance(second, list):
        return [merge(first[0], second[0], where)]
    if first in NUMBERS and second in NUMBERS:
        return "float"
    raise ShapeConflict(where, kind(first), kind(second))


def _inside(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def kind(shape: Any) -> str:
    """Return the kind of a shape for people."""
    if isinstance(shape, dict):
        return "an object"
    if isinstance(shape, list):
        return "a list"
    return {"str": "text", "bool": "true or false"}.get(shape, "a number")


def fill(shape: Any, value: Any) -> Any:
    """Return a value as it comes back from a table of this shape."""
    if value is None or shape is None:
        return value
    if isinstance(shape, dict):
        return {key: fill(part, value.get(key)) for key, part in shape.items()}
    if isinstance(shape, list):
        return [fill(shape[0], item) for item in value]
    return float(value) if shape == "float" else value


def is_plain(row: dict[str, Any]) -> bool:
    """Whether a row is of text and of messages with a role and text and nothing else."""
    for value in row.values():
        if isinstance(value, list):
            for message in value:
                if not isinstance(message, dict) or tuple(message) != PLAIN_KEYS:
                    return False
                if not (isinstance(message["role"], str) and isinstance(message["content"], str)):
                    return False
        elif not isinstance(value, str):
            return False
    return True
