"""Values under one head: when and how they came about, and each of them as the rules read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, ClassVar

from wtforms import Field as Control

from dashboard import formats
from dashboard.clinical import clearance
from dashboard.clock import now
from dashboard.fields import (
    ClockField,
    DayField,
    Required,
    TextField,
    TimeIsDoubled,
    TimeIsSkipped,
    instant,
)
from dashboard.findings import actions
from dashboard.findings.actions import Entry
from dashboard.findings.models import Source
from dashboard.findings.panels import Row
from dashboard.findings.typed import At, Looked, Typed, look
from dashboard.findings.value_controls import FLAG, HIGH, KEEP, LOW, UNIT, KeepField
from dashboard.forms import PageForm
from dashboard.visits.choosing import OneOfFew, SelectField, listed

FIRST, SECOND = "first", "second"
EARLIEST = dt.date(1990, 1, 1)
SOURCES = (
    (Source.LABORATORY, "Laboratory"), (Source.CLINIC, "Measured in the clinic"),
    (Source.HOME, "Measured at home"), (Source.DEVICE, "Device or printout"),
    (Source.STATED, "The patient says so"),
)  # fmt: skip
PLACES = {At.VALUE: "", At.UNIT: UNIT, At.LOW: LOW, At.HIGH: HIGH}


class HeadForm(PageForm):
    """When and how values came about: one head for all of them."""

    taken_on = DayField("Taken on", [Required("Enter the day it was taken, for example t or -1d.")])
    taken_time = ClockField("At")
    which = OneOfFew(
        "The clocks went back that night. Which one?",
        message="Choose which one is meant.",
        is_asked=False,
        choices=listed([(FIRST, "The first time"), (SECOND, "The second time")]),
    )
    source = SelectField("Source", choices=listed((one.value, words) for one, words in SOURCES))
    measured_by = TextField("Measured by", longest=120)

    born_on: dt.date
    taken_at: dt.datetime | None = None
    asks_which = False

    def starts_now(self) -> None:
        """Propose the present day and time of the practice."""
        self.starts_at(now())

    def starts_at(self, moment: dt.datetime) -> None:
        """Show a moment as day and time of the practice."""
        here = moment.astimezone(formats.zone())
        self.taken_on.data, self.taken_time.data = here.date(), here.time().replace(second=0)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the head: a day that was, and a time that is one moment of it."""
        super().validate(extra_validators)
        if self.taken_on.data is not None and not self.taken_on.errors:
            self._read_day(self.taken_on.data)
        return not self.errors

    def _read_day(self, day: dt.date) -> None:
        if day > formats.today():
            say(self.taken_on, "This day lies in the future. Enter the day it was taken.")
        elif day < max(self.born_on, EARLIEST):
            say(self.taken_on, "This day is too early: it lies before the birth or before 1990.")
        elif self.taken_time.data is not None and not self.taken_time.errors:
            self._read_moment(day, self.taken_time.data)

    def _read_moment(self, day: dt.date, time: dt.time) -> None:
        second = {FIRST: False, SECOND: True}.get(self.which.data or "")
        try:
            self.taken_at = instant(day, time, formats.zone().key, second=second)
        except TimeIsSkipped as problem:
            say(self.taken_time, str(problem))
        except TimeIsDoubled as problem:
            self.asks_which = True
            say(self.which, str(problem))
        else:
            if self.taken_at > now() + dt.timedelta(minutes=5):
                say(self.taken_time, "This time lies in the future.")


class ValuesForm(HeadForm):
    """Values under a head. `rows` are set by the class made of a panel or of one finding.

    `sizes` are the newest weight and height on record, which a typed one is compared with.
    """

    rows: ClassVar[tuple[Row, ...]] = ()
    entries: tuple[Entry, ...] = ()
    sizes: Mapping[str, Fraction] = {}

    def propose(self, units: Mapping[str, str]) -> None:
        """Offer the units that were used last."""
        for row in self.rows:
            if row.name + UNIT in self and units.get(row.kind.name) in row.units:
                self[row.name + UNIT].data = units[row.kind.name]

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Read every row; what cannot be, or is asked about, is said at its field."""
        super().validate(extra_validators)
        self.entries = tuple(self._read_rows())
        if not self.entries and not self.errors:
            self.form_errors = ["Enter at least one value."]
        return not self.errors

    def looks_kept(self, row: Row) -> str:
        """Return the value and unit that may be confirmed at a row, or "" where none is asked."""
        kept = self[row.name + KEEP]
        return kept.asked if isinstance(kept, KeepField) else ""

    def _read_rows(self) -> Iterator[Entry]:
        for row in self.rows:
            value = self[row.name].data or ""
            if value and not self[row.name].errors:
                entry = self._read(row, value)
                if entry is not None:
                    yield entry
            elif self._text(row, LOW) or self._text(row, HIGH):
                say(self[row.name], f"Enter {row.label}, or empty its interval.")

    def _read(self, row: Row, value: str) -> Entry | None:
        typed = Typed(
            value=value, unit=self._text(row, UNIT) or row.unit, low=self._text(row, LOW),
            high=self._text(row, HIGH), kept=self._text(row, KEEP),
        )  # fmt: skip
        looked = look(row.kind, typed, last=self.sizes.get(row.kind.name))
        if looked.problem or looked.question:
            self._asked(row, looked)
            return None
        return self._entry(row, looked)

    def _asked(self, row: Row, looked: Looked) -> None:
        if looked.question:
            self[row.name + KEEP].asked = looked.stands_for
        place = row.name + PLACES[looked.at]
        field = self[place if place in self else row.name]
        say(field, f"{row.label}: {looked.problem or looked.question}")

    def _entry(self, row: Row, looked: Looked) -> Entry | None:
        """Return the entry as the clearance reads it, or say at the field what it refuses."""
        entry = Entry(
            kind=row.kind.name, entered=looked.value, unit=looked.unit,
            taken_on=self.taken_on.data or formats.today(), taken_at=self.taken_at,
            source=self._source, measured_by=self.measured_by.data or "",
            ref_low=self._text(row, LOW), ref_high=self._text(row, HIGH),
            flag=self._text(row, FLAG), is_confirmed=looked.is_confirmed,
        )  # fmt: skip
        try:
            found = actions.read(entry, rules=clearance.ruleset(), today=dt.date.max)
        except clearance.Rejected as refused:
            words = str(refused).removeprefix(f"{row.kind.name}: ")
            say(self[row.name], f"{row.label}: {words[:1].upper()}{words[1:]}.")
            return None
        if found.question:
            self[row.name + KEEP].asked = looked.stands_for
            say(self[row.name], f"{row.label}: {found.question}. Correct it, or keep it below.")
            return None
        if looked.is_confirmed:
            self[row.name + KEEP].asked = looked.stands_for
        return entry

    @property
    def _source(self) -> Source:
        """The source; while it is still asked for, the least trusted one stands in."""
        return Source.STATED if self.source.errors else Source(self.source.data)

    def _text(self, row: Row, ending: str) -> str:
        return str(self[row.name + ending].data or "") if row.name + ending in self else ""


def say(field: Control, words: str) -> None:
    """Say at a field what is wrong with it."""
    field.errors = [*field.errors, words]
