"""The things that the sample dialogues talk about.

things.txt has families that share what is worth saying about them. A family is one line of things
and one line of facts: look | place | care | three uses | trouble | remedy |
what to look for.
"""

from pathlib import Path
from typing import NamedTuple


class Thing(NamedTuple):
    name: str
    plural: str
    look: str
    place: str
    care: str
    first: str
    second: str
    third: str
    trouble: str
    remedy: str
    quality: str

    @property
    def one(self) -> str:
        """The name with its article, as in "an umbrella"."""
        return f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.name}"


FAMILIES = Path(__file__).with_name("things.txt").read_text(encoding="utf-8")


def plural_of(name: str) -> str:
    if name.endswith(("s", "x", "ch", "sh")):
        return name + "es"
    if name.endswith("y") and name[-2] not in "aeiou":
        return name[:-1] + "ies"
    return {"bookshelf": "bookshelves", "scarf": "scarves"}.get(name, name + "s")


def family(block: str) -> list[Thing]:
    names, facts = block.strip().splitlines()
    look, place, care, uses, *rest = (cell.strip() for cell in facts.split("|"))
    first, second, third = (use.strip() for use in uses.split(";"))
    return [
        Thing(name, plural_of(name), look, place, care, first, second, third, *rest)
        for name in names.split(", ")
    ]


THINGS = [thing for block in FAMILIES.strip().split("\n\n") for thing in family(block)]
