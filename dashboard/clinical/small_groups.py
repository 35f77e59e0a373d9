"""Which groups are large enough for a proportion, also when one is taken from the others.

A group under the fewest is told as its number only. If the members of all such groups together are
still fewer, whoever takes the told groups from the whole finds them: then the smallest told group
is withheld as well, until those withheld are enough, or everybody is.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Set
from enum import StrEnum
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)
Member = TypeVar("Member", bound=Hashable)


class Telling(StrEnum):
    """Whether a group's proportions are told, and if not, why."""

    TOLD = "told"
    TOO_FEW = "too few"
    REST_TOO_FEW = "the rest is too few"


def told(
    groups: Mapping[Name, Set[Member]], *, whole: Collection[Member], fewest: int
) -> Mapping[Name, Telling]:
    """Say of each group whether its proportions are told beside those of the whole.

    Groups may overlap, and members of the whole may be in none.
    """
    found = {
        name: Telling.TOLD if len(members) >= fewest else Telling.TOO_FEW
        for name, members in groups.items()
    }
    if len(whole) < fewest:  # nothing is told of the whole, so nothing can be taken from it
        return found
    while 0 < len(set(whole) - _members_of_told(groups, found)) < fewest:
        smallest = min(
            (name for name, one in found.items() if one is Telling.TOLD),
            key=lambda name: (len(groups[name]), repr(name)), default=None,
        )  # fmt: skip
        if smallest is None:
            break
        found[smallest] = Telling.REST_TOO_FEW
    return found


def _members_of_told(
    groups: Mapping[Name, Set[Member]], found: Mapping[Name, Telling]
) -> set[Member]:
    return {
        member
        for name, members in groups.items()
        if found[name] is Telling.TOLD
        for member in members
    }
