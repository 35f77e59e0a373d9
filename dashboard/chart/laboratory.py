"""Laboratory values, QTc and weight as strips, from the findings that count: one statement.

Potassium, phosphate, magnesium and QTc have a strip when they are on record; another value has one
when any of it is outside its limits. A weight is read only when somebody has asked to see it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.charts.span import Span
from dashboard.charts.trend import Point, Reference, Strip, StripKind
from dashboard.charts.value_strip import value_strip
from dashboard.clearance.cells import words_of
from dashboard.clinical import clearance
from dashboard.clinical.clearance.ecg import QTC_LIMIT
from dashboard.clinical.clearance.findings import ABNORMAL_FLAGS
from dashboard.clinical.clearance.kinds import Form, Kind
from dashboard.clinical.formulas import heart
from dashboard.clinical.formulas.body_size import Sex
from dashboard.clinical.instruments import half_up
from dashboard.db import db
from dashboard.findings.models import Finding, FindingRemoval, RemovalState
from dashboard.formats import printed

FIRST = ("K", "P", "Mg")
LABORATORY = frozenset({"chem", "lft", "cbc", "hba1c"})
ECG = ("qt_ms", "ecg_hr")
QTC, WEIGHT = "qtc", "weight_kg"
OF_ECG = "by Fridericia, below 60/min the larger of it and Hodges"


class Row(NamedTuple):
    """One finding as it is drawn; `taken_at` is None where only the day is known."""

    kind: str
    canonical: str
    entered: str
    unit: str
    ref_low: str
    ref_high: str
    flag: str
    taken_on: dt.date
    taken_at: dt.datetime | None
    ref: str
    act: uuid.UUID
    question: str


@dataclass(frozen=True)
class Person:
    """Whom reference ranges are for."""

    age: int
    sex: Sex | None


@dataclass(frozen=True)
class Measured:
    """One kind of value: its points with their limits."""

    key: str
    name: str
    unit: str
    points: tuple[Point, ...]
    reference: Reference | None

    @property
    def latest(self) -> Point:
        """The newest value."""
        return self.points[-1]

    @property
    def is_outside(self) -> bool:
        """Whether any value was outside its limits."""
        return any(
            one.out_of_limit or _is_outside(one.value, self.reference) for one in self.points
        )

    def strip(self, span: Span) -> Strip:
        """Return the strip of what is in view."""
        within = (
            f", within limits {self.reference.words}" if self.reference else ", no limits known"
        )
        return value_strip(
            self.key,
            name=self.name,
            subtitle=printed(f"{self.unit}{within}"),
            points=[one for one in self.points if span.holds(one.at)],
            reference=self.reference,
            kind=StripKind.WEIGHT if self.key == WEIGHT else StripKind.VALUE,
        )


def kinds(*, shows_weight: bool) -> frozenset[str]:
    """Return the kinds of findings that the chart reads."""
    numbers = {
        one.name
        for one in clearance.ruleset().kinds.values()
        if one.validity in LABORATORY and one.form in {Form.NUMBER, Form.WHOLE}
        and one.entries
    }  # fmt: skip
    return frozenset(numbers) | {*ECG} | ({WEIGHT} if shows_weight else set())


def read(patient_id: uuid.UUID, *, shows_weight: bool) -> tuple[Row, ...]:
    """Return the findings to draw that count, in order of time."""
    removed = sa.select(FindingRemoval.finding_id).where(
        FindingRemoval.patient_id == patient_id, FindingRemoval.state == RemovalState.DONE
    )
    found = db.session.execute(
        sa.select(
            Finding.kind, Finding.canonical, Finding.entered, Finding.unit, Finding.ref_low,
            Finding.ref_high, Finding.flag, Finding.taken_on, Finding.taken_at, Finding.ref,
            Finding.set_id, Finding.question,
        )
        .where(
            Finding.patient_id == patient_id,
            Finding.kind.in_(sorted(kinds(shows_weight=shows_weight))),
            Finding.id.not_in(removed),
        )
        .order_by(Finding.taken_on, Finding.id)
    )  # fmt: skip
    return tuple(Row._make(row) for row in found)


def measured(
    rows: Iterable[Row],
    person: Person,
    *,
    noon: Callable[[dt.date], dt.datetime],
    address: Callable[[str], str],
) -> tuple[Measured, ...]:
    """Return each kind with its points: electrolytes first, then QTc, others, the weight last.

    `noon` says where a value stands of which only the day is known, `address` where its record is.
    """
    known = clearance.ruleset().kinds
    by_kind: dict[str, list[Row]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    found = [
        _values(known[name], several, person, noon, address)
        for name, several in by_kind.items()
        if name not in ECG and name in known
    ]
    if ecgs := tuple(_qtc(by_kind, person, noon, address)):
        reference = Reference(high=QTC_LIMIT[person.sex])
        found.append(Measured(QTC, "QTc", "ms", ecgs, reference))
    return tuple(sorted((one for one in found if one.points), key=_place))


def shown(found: Iterable[Measured]) -> tuple[Measured, ...]:
    """Return what has a strip."""
    always = {*FIRST, QTC, WEIGHT}
    return tuple(one for one in found if one.key in always or one.is_outside)


def _place(one: Measured) -> tuple[int, str]:
    order = (*FIRST, QTC)
    if one.key in order:
        return order.index(one.key), ""
    return len(order) + (one.key == WEIGHT), one.name


def _values(
    kind: Kind,
    rows: Sequence[Row],
    person: Person,
    noon: Callable[[dt.date], dt.datetime],
    address: Callable[[str], str],
) -> Measured:
    usual = _usual(kind, person)
    own = [_own(kind, row) for row in rows]
    points = []
    for row, limits in zip(rows, own, strict=True):
        value = _number(row.canonical)
        if value is None:
            continue
        points.append(
            Point(
                row.taken_at or noon(row.taken_on), value, label=words_of(value),
                out_of_limit=_is_flagged(row) or _is_outside(value, limits or usual),
                note=_note(row, f"laboratory's range {limits.words}" if limits else "",
                           _converted(kind, row)),
                href=address(row.ref),
            )
        )  # fmt: skip
    reference = next((one for one in reversed(own) if one), usual)
    return Measured(kind.name, kind.label, kind.unit, _in_order(points), reference)


def _qtc(
    by_kind: Mapping[str, Sequence[Row]],
    person: Person,
    noon: Callable[[dt.date], dt.datetime],
    address: Callable[[str], str],
) -> Iterator[Point]:
    """Return the QTc that the clearance judges, of each ECG that has its heart rate."""
    rates = {row.act: row for row in by_kind.get("ecg_hr", ())}
    for qt in by_kind.get("qt_ms", ()):
        length = _number(qt.canonical)
        rate = _number(rates[qt.act].canonical) if qt.act in rates else None
        if not length or not rate:
            continue
        value = heart.qtc_gate(qt_ms=length, rate=rate)
        yield Point(
            qt.taken_at or noon(qt.taken_on), value, label=half_up(value),
            out_of_limit=value > QTC_LIMIT[person.sex],
            note=_note(qt, f"QT {words_of(length)} ms at {words_of(rate)}/min"),
            href=address(qt.ref),
        )  # fmt: skip


def _in_order(points: Iterable[Point]) -> tuple[Point, ...]:
    return tuple(sorted(points, key=lambda one: one.at))


def _note(row: Row, *words: str) -> str:
    """Say what else a reader must know of a value."""
    time = "" if row.taken_at else "time not known"
    question = f"questioned: {row.question}" if row.question else ""
    return ", ".join(filter(None, (*words, time, question)))


def _converted(kind: Kind, row: Row) -> str:
    """Say how a value was entered whose unit is not that of the rules."""
    return "" if row.unit in {"", kind.unit} else f"entered as {row.entered} {row.unit}"


def _number(text: str) -> Fraction | None:
    """Read a stored number; None for a value that is none."""
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def _own(kind: Kind, row: Row) -> Reference | None:
    """Return the laboratory's own range in the unit of the rules, if it can be read."""
    entry = kind.entry(row.unit)
    ends = [_number(text) if text else None for text in (row.ref_low, row.ref_high)]
    if entry is None:
        return None
    low, high = (None if end is None else entry.canonical(end) for end in ends)
    if (low is None and high is None) or (low is not None and high is not None and low >= high):
        return None
    return Reference(low, high)


def _usual(kind: Kind, person: Person) -> Reference | None:
    """Return the interval of age and sex; without a sex only one that holds for both."""
    sex = person.sex.value if person.sex else ""
    for one in clearance.ruleset().intervals:
        is_mine = (one.analyte, one.unit) == (kind.name, kind.unit)
        if is_mine and one.is_for(age=person.age, sex=sex):
            return Reference(one.low, one.high)
    return None


def _is_flagged(row: Row) -> bool:
    return row.flag.strip().upper() in ABNORMAL_FLAGS


def _is_outside(value: object, limits: Reference | None) -> bool:
    return limits is not None and isinstance(value, Fraction) and value not in limits
