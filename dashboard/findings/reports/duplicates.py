"""Two results of one kind at one time: the same one twice, or two that cannot both be true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dashboard.findings.reports.model import (
    LEAVE,
    TAKE,
    About,
    Answers,
    Asks,
    Choice,
    Doubt,
    Row,
    Status,
)

MOST_TOLD = 3


def with_duplicates(rows: Sequence[Row], *, answers: Answers) -> tuple[Row, ...]:
    """Return the rows, with a doubt on each that says again or otherwise what another says."""
    groups: dict[tuple[str, object], list[Row]] = {}
    for row in rows:
        if row.kind and row.finding and not row.is_left_out:
            groups.setdefault((row.kind, row.collected_on), []).append(row)
    doubts: dict[str, Doubt] = {}
    for group in groups.values():
        doubts.update(_doubts(group, answers))
    return tuple(
        replace(row, doubts=(*row.doubts, doubts[row.id])) if row.id in doubts else row
        for row in rows
    )


def _doubts(group: Sequence[Row], answers: Answers) -> Iterable[tuple[str, Doubt]]:
    is_one_value = len({one.finding.value for one in group if one.finding}) == 1
    for index, row in enumerate(group):
        if answers.get(row.id, {}).get(About.DUPLICATE) == TAKE:
            continue
        others = () if is_one_value else group
        differing = [one for one in others if not _is_same(one, row) and _is_one_time(one, row)]
        if differing:
            yield row.id, _differs(row, differing)
        elif first := next((one for one in group[:index] if _is_one_time(one, row)), None):
            yield row.id, _repeats(first)


def _is_one_time(one: Row, other: Row) -> bool:
    """Whether two results of one day can be of one sample: no clock times that tell them apart."""
    first, second = one.collected_at, other.collected_at
    return first is None or second is None or first == second


def _is_same(one: Row, other: Row) -> bool:
    return bool(one.finding and other.finding and one.finding.value == other.finding.value)


def _differs(row: Row, others: Sequence[Row]) -> Doubt:
    told = ", ".join(f"{one.finding.entered} ({one.printed.place})"
                     for one in others[:MOST_TOLD] if one.finding)  # fmt: skip
    sentence = (
        f"{row.label} stands here more than once for one time: also {told}. Is this one right?"
    )
    corrected = any(one.status is Status.CORRECTED for one in others)
    is_older = corrected and row.status is not Status.CORRECTED
    return _doubt(sentence, proposes_leaving=is_older)


def _repeats(first: Row) -> Doubt:
    sentence = f"This repeats {first.printed.place}: {first.label} with the same value and time."
    return _doubt(sentence, proposes_leaving=True)


def _doubt(sentence: str, *, proposes_leaving: bool) -> Doubt:
    choices = (
        Choice(LEAVE, "Leave it out", is_proposed=proposes_leaving),
        Choice(TAKE, "Take it as well"),
    )
    return Doubt(About.DUPLICATE, Asks.CONFIRMATION, sentence, choices)
