"""Allergies that forbid ketamine: the substance itself, its relatives, what its products contain.

A small list: a substance that is not in it is unknown to it. The carrier of a compounded product
is known to its pharmacy only.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

VARIABLE = "hypersensitivity_ketamine"


class BadAllergenList(ValueError):
    """The list of allergens has an entry without names or without source."""


@dataclass(frozen=True)
class Allergen:
    """One substance with the names it goes by."""

    id: str
    label: str
    effect: str
    source: str
    verified: str
    names: tuple[str, ...]


def note(typed: str) -> tuple[Allergen, ...]:
    """Return the allergens of the list that are named within what was typed."""
    words = f" {_plain(typed)} "
    return tuple(
        one for one in allergens() if any(f" {_plain(name)} " in words for name in one.names)
    )


@cache
def allergens() -> tuple[Allergen, ...]:
    """Return the list, in the order of its file."""
    return read_list(files(__package__).joinpath("data", "allergens-1.toml").read_text("utf-8"))


def read_list(text: str) -> tuple[Allergen, ...]:
    """Read a list of allergens; raises BadAllergenList naming what does not fit."""
    found = tuple(
        Allergen(
            id=row["id"], label=row["label"], effect=row["effect"], source=row["source"],
            verified=row["verified"], names=tuple(row["names"]),
        )
        for row in tomllib.loads(text)["allergen"]
    )  # fmt: skip
    for one in found:
        if not (one.names and one.source and one.effect):
            raise BadAllergenList(f"{one.id} lacks names, source or effect")
    return found


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
