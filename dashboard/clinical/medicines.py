"""Medicines beside ketamine: which class a medicine belongs to, and what that means here.

A small cited list, no interaction checker: a medicine that is not in it is unknown to it, and that
is what pages say.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType


class Weight(StrEnum):
    """How much a class matters beside ketamine."""

    STOP_AT_HOME = "stop at home"
    STOP_ON_THE_DAY = "stop on the day"
    CAUTION = "caution"
    ASK = "ask"
    INFO = "info"


class BadMedicineList(ValueError):
    """The list of medicines has a class twice, an empty one, or one without source."""


@dataclass(frozen=True)
class MedicineClass:
    """One class of medicines: its effect beside ketamine, and who says so.

    `facts` are the clearance facts that a current medicine of the class makes true.
    """

    id: str
    label: str
    weight: Weight
    effect: str
    source: str
    verified: str
    facts: tuple[str, ...]
    medicines: tuple[str, ...]


@dataclass(frozen=True)
class Noted:
    """One medicine as typed, with the classes it belongs to; none means it is not in the list."""

    typed: str
    classes: tuple[MedicineClass, ...]

    @property
    def is_listed(self) -> bool:
        """Whether the list says anything about it."""
        return bool(self.classes)


def note(typed: str) -> Noted:
    """Return what the list says about a medicine, found by name within what was typed.

    "Escitalopram (Lexapro) 10 mg" is found by its first word; brand names are not in the list.
    """
    words = _words(typed)
    found = tuple(one for one in classes() if any(_words(name) <= words for name in one.medicines))
    return Noted(typed.strip(), found)


def names() -> tuple[str, ...]:
    """Return every medicine of the list once, by alphabet, for suggestions."""
    return tuple(sorted({name for one in classes() for name in one.medicines}))


def facts(typed: Iterable[str]) -> Mapping[str, int]:
    """Return clearance fact -> how many of these medicines make it true."""
    counted: dict[str, int] = {}
    for medicine in {one.strip().casefold() for one in typed}:
        for fact in {fact for found in note(medicine).classes for fact in found.facts}:
            counted[fact] = counted.get(fact, 0) + 1
    return MappingProxyType(counted)


@cache
def classes() -> tuple[MedicineClass, ...]:
    """Return every class, in the order of the file."""
    return read_list(files(__package__).joinpath("data", "medicines-1.toml").read_text("utf-8"))


def read_list(text: str) -> tuple[MedicineClass, ...]:
    """Read a list of classes; raises BadMedicineList naming what does not fit."""
    found = tuple(
        MedicineClass(
            id=row["id"],
            label=row["label"],
            weight=Weight(row["level"]),
            effect=row["effect"],
            source=row["source"],
            verified=row["verified"],
            facts=tuple(row["facts"]),
            medicines=tuple(name.casefold() for name in row["medicines"]),
        )
        for row in tomllib.loads(text)["class"]
    )
    for index, one in enumerate(found):
        if one.id in {before.id for before in found[:index]}:
            raise BadMedicineList(f"the class {one.id} is there twice")
        if not (one.medicines and one.source and one.effect):
            raise BadMedicineList(f"the class {one.id} lacks medicines, source or effect")
    return found


def _words(text: str) -> frozenset[str]:
    plain = "".join(c if c.isalnum() or c == "'" else " " for c in text.replace("’", "'"))
    return frozenset(plain.casefold().split())
