"""The forms of findings: a panel row by row under one head, corrections, and reasons."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any, ClassVar

from wtforms import Field as Control
from wtforms import HiddenField

from dashboard import formats
from dashboard.clinical import clearance
from dashboard.clinical.clearance.findings import LEVELS, RESULTS
from dashboard.clinical.clearance.kinds import Form, Kind
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
from dashboard.findings.panels import Panel, Row
from dashboard.findings.typed import At, Looked, Typed, look, spread
from dashboard.forms import PageForm
from dashboard.visits.choosing import OneOfFew, SelectField, listed

FIRST, SECOND = "first", "second"
EARLIEST = dt.date(1990, 1, 1)
SOURCES = (
    (Source.LABORATORY, "Laboratory"), (Source.CLINIC, "Measured in the clinic"),
    (Source.HOME, "Measured at home"), (Source.DEVICE, "Device or printout"),
    (Source.STATED, "The patient says so"),
)  # fmt: skip
FLAGS = ("", "L", "H", "LL", "HH", "A")
FORMULAS = ("", "Bazett", "Fridericia", "Framingham", "Hodges", "not printed")
UNIT, LOW, HIGH, FLAG, KEEP = "-unit", "-low", "-high", "-flag", "-keep"
WORDS: Mapping[Form, tuple[str, ...]] = {
    Form.TRUTH: ("no", "yes"), Form.RESULT: RESULTS, Form.LEVEL: LEVELS,
}  # fmt: skip
QTC = re.compile(r"(\d{2,3})?", re.ASCII)
UNFILLED = {"autocomplete": "off"}
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
            _say(self.taken_on, "This day lies in the future. Enter the day it was taken.")
        elif day < max(self.born_on, EARLIEST):
            _say(self.taken_on, "This day is too early: it lies before the birth or before 1990.")
        elif self.taken_time.data is not None and not self.taken_time.errors:
            self._read_moment(day, self.taken_time.data)

    def _read_moment(self, day: dt.date, time: dt.time) -> None:
        second = {FIRST: False, SECOND: True}.get(self.which.data or "")
        try:
            self.taken_at = instant(day, time, formats.zone().key, second=second)
        except TimeIsSkipped as problem:
            _say(self.taken_time, str(problem))
        except TimeIsDoubled as problem:
            self.asks_which = True
            _say(self.which, str(problem))
        else:
            if self.taken_at > now() + dt.timedelta(minutes=5):
                _say(self.taken_time, "This time lies in the future.")


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
                _say(self[row.name], f"Enter {row.label}, or empty its interval.")

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
        _say(field, f"{row.label}: {looked.problem or looked.question}")

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
            _say(self[row.name], f"{row.label}: {words[:1].upper()}{words[1:]}.")
            return None
        if found.question:
            self[row.name + KEEP].asked = looked.stands_for
            _say(self[row.name], f"{row.label}: {found.question}. Correct it, or keep it below.")
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


class PanelForm(ValuesForm):
    """A panel of values."""

    panel: ClassVar[Panel]
    laboratory = TextField("Laboratory", longest=120)
    note = TextField("Note", longest=300)
    line: TextField | None = TextField("All in one line", longest=120, render_kw=UNFILLED)
    printed_qtc: TextField | None = TextField("Printed QTc, ms", longest=10, render_kw=UNFILLED)
    machine_formula = SelectField(
        "Formula of the machine", choices=listed((one, one or "not known") for one in FORMULAS)
    )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Part the one line into its fields, then read every row."""
        if self.line and self.line.data:
            self._part_line(self.line.data)
        holds = super().validate(extra_validators)
        if self.printed_qtc and not QTC.fullmatch(self.printed_qtc.data or ""):
            _say(self.printed_qtc, "Enter the printed QTc as a whole number of ms, such as 431.")
        if self.line and self._line_problem:
            _say(self.line, self._line_problem)
        return holds and not self.errors

    @property
    def words(self) -> str:
        """The note, with the printed QTc: kept beside what is computed, and never judged."""
        if not self.printed_qtc or not self.printed_qtc.data:
            return self.note.data or ""
        by = f" ({self.machine_formula.data})" if self.machine_formula.data else ""
        return " ".join(
            filter(None, [f"Printed QTc {self.printed_qtc.data} ms{by}.", self.note.data])
        )

    _line_problem = ""

    def _part_line(self, line: str) -> None:
        names = tuple(row.name for row in self.rows if row.kind.name in self.panel.quick)
        try:
            told = spread(line, names)
        except ValueError as problem:
            self._line_problem = str(problem)
            return
        if clash := [name for name in told if self[name].data not in {None, "", told[name]}]:
            self._line_problem = f"{self[clash[0]].label.text} is typed below as well. Empty one."
            return
        for name, value in told.items():
            self[name].data = value
        if self.line:
            self.line.data = ""


class KeepField(TextField):
    """Stands by exactly one value in exactly one unit; `asked` is what may be confirmed."""

    asked = ""


@cache
def form_of(panel: Panel) -> type[PanelForm]:
    """Return the form class of a panel."""
    rows: dict[str, object] = dict(pair for row in panel.rows for pair in _controls(row))
    if not panel.quick:
        rows["line"] = None
    if not panel.has_printed_qtc:
        rows |= {"printed_qtc": None, "machine_formula": None}
    return type("PanelForm", (PanelForm,), {"panel": panel, "rows": panel.rows, **rows})


@cache
def form_of_kind(kind: Kind) -> type[CorrectionForm]:
    """Return the form class that corrects one finding."""
    unit = kind.entries[0].unit if len({one.unit for one in kind.entries}) == 1 else ""
    row = Row(kind.name, kind, kind.label.replace(", two readings", ""), unit)
    return type("CorrectionForm", (CorrectionForm,), {"rows": (row,), **dict(_controls(row))})


class CorrectionForm(ValuesForm):
    """One value, corrected, and why."""

    reason = TextField(
        "Why is it corrected?",
        [Required("Say why, for example: the decimal point was left out.")],
        longest=500,
    )


class ReasonForm(PageForm):
    """Why a finding was entered in error."""

    reason = TextField(
        "Why was it entered in error?",
        [Required("Say why, for example: another patient's result.")],
        longest=500,
    )


def _controls(row: Row) -> Iterator[tuple[str, Control]]:
    kind = row.kind
    if kind.form in WORDS:
        choices = [("", "not done"), *((word, word) for word in WORDS[kind.form])]
        yield row.name, SelectField(row.label, choices=listed(choices), default="")
        yield row.name + KEEP, HiddenField()
        return
    yield row.name, TextField(row.label, longest=40, render_kw=UNFILLED)
    yield row.name + KEEP, KeepField(f"Keep {row.label}", longest=60)
    if kind.form is Form.PRESSURE:
        return
    if len(row.units) > 1:
        offered = [] if row.unit else [("", "unit?")]
        choices = [*offered, *((unit, formats.printed(unit)) for unit in row.units)]
        yield row.name + UNIT, SelectField(f"Unit of {row.label}", choices=listed(choices),
                                           default=row.unit)  # fmt: skip
    yield row.name + LOW, TextField(f"Lower limit of {row.label}", longest=20, render_kw=UNFILLED)
    yield row.name + HIGH, TextField(f"Upper limit of {row.label}", longest=20, render_kw=UNFILLED)
    flags = [(one, one or "–") for one in FLAGS]
    yield row.name + FLAG, SelectField(f"Flag of {row.label}", choices=listed(flags), default="")


def _say(field: Control, words: str) -> None:
    field.errors = [*field.errors, words]
