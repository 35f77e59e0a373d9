"""What differs between two texts of one note, field by field, for a person to bring together."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import formats
from dashboard.visits import vitals
from dashboard.visits.models import VitalKey
from dashboard.visits.note import TEXTS, Note

NOTHING = "(empty)"


@dataclass(frozen=True)
class Difference:
    """One field that differs; a weight is told of, not shown."""

    label: str
    theirs: str
    yours: str


def differences(theirs: Note, yours: Note) -> tuple[Difference, ...]:
    """Return the fields that differ, in the order of the form."""
    left, right = _fields(theirs), _fields(yours)
    names = list(dict.fromkeys((*left, *right)))
    found = [
        Difference(name, left.get(name) or NOTHING, right.get(name) or NOTHING)
        for name in names
        if left.get(name, "") != right.get(name, "")
    ]
    if _weight(theirs) != _weight(yours):
        found.append(Difference("Weight", *map(_told, (_weight(theirs), _weight(yours)))))
    return tuple(found)


def _fields(note: Note) -> dict[str, str]:
    texts = {name.capitalize(): getattr(note, name) for name in TEXTS}
    signs = {line.label: line.value for line in vitals.lines(vitals.without_weight(note.vitals))}
    return {
        "Kind of visit": note.kind.value,
        "Date and time": formats.moment(note.began_at, note.zone_name),
        **signs,
        **texts,
    }


def _weight(note: Note) -> vitals.Vital | None:
    return next((vital for vital in note.vitals if vital.key is VitalKey.WEIGHT), None)


def _told(weight: vitals.Vital | None) -> str:
    return "a weight, not shown" if weight else NOTHING
