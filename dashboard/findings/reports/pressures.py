"""Blood pressure sent in two halves, put together: a reading is both numbers of one time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashboard.clinical.laboratory.results import results
from dashboard.findings.reports.model import Printed

POSTURES = {"bp": "", "bp_supine": " supine", "bp_standing": " standing"}


def with_pressures(printed: Sequence[Printed]) -> tuple[Printed, ...]:
    """Return the results with each systolic joined to its diastolic; a lone half stays as it is."""
    found: list[Printed | None] = list(printed)
    waiting: dict[tuple[object, ...], list[int]] = {}
    for index, one in enumerate(printed):
        if one.code in results().diastolic:
            waiting.setdefault(_reading(one), []).append(index)
    for index, one in enumerate(printed):
        halves = waiting.get(_reading(one)) if one.code in results().systolic else None
        if halves:
            other = halves.pop(0)
            found[index], found[other] = joined(one, printed[other]), None
    return tuple(one for one in found if one is not None)


def joined(systolic: Printed, diastolic: Printed) -> Printed:
    """Return one reading, such as 118/74, in the place of both its halves."""
    posture = POSTURES[results().systolic[systolic.code]]
    places = (systolic.place, diastolic.place)
    return replace(
        systolic,
        place=" and ".join(dict.fromkeys(places)),
        name=f"Blood pressure{posture}",
        code="",
        value=f"{_whole(systolic.value)}/{_whole(diastolic.value)}",
        unit=systolic.unit
        if systolic.unit == diastolic.unit
        else f"{systolic.unit}; {diastolic.unit}",
        interval="",
        flag=systolic.flag or diastolic.flag,
        comments=(*systolic.comments, *diastolic.comments),
    )


def _reading(one: Printed) -> tuple[object, ...]:
    """Return what both halves of a reading have in common."""
    kinds = results().systolic.get(one.code) or results().diastolic.get(one.code)
    return kinds, one.collected, one.status


def _whole(value: str) -> str:
    """Return 118 for 118.0; every other value stays as it is printed."""
    whole, point, places = value.strip().partition(".")
    return whole if point and not places.strip("0") else value.strip()
