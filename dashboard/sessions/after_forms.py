"""The form of a session entered after the fact: all of it on one page, nothing answered before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar

from wtforms import Field

from dashboard import formats
from dashboard.clinical.home_session import session_rules
from dashboard.clock import now
from dashboard.fields import (
    AskedLater,
    Between,
    ClockField,
    LongTextField,
    NumberField,
    Required,
    TextField,
    TimeIsDoubled,
    TimeIsSkipped,
)
from dashboard.sessions.after import Answers, Entry, TypedReading
from dashboard.sessions.forms import READABLE
from dashboard.sessions.models import Route, SessionAnswer
from dashboard.sessions.moment_forms import MomentForm, SeenForm, first_after, last_before, say
from dashboard.sessions.preflight_forms import KEEP, UNFILLED, AnswersForm, KeepField, fields_of
from dashboard.sessions.session_forms import ClosingFields, criteria_fields, given
from dashboard.sessions.start_forms import ROUTES
from dashboard.sessions.typed import look_at_reading, one_line
from dashboard.visits.choosing import SelectField, listed

FIRST_PRESSURE, READING = "first_pressure", "reading-"
TWICE = "The clocks went back and showed this time twice. Enter the session on its own pages."


@dataclass(frozen=True)
class Slot:
    """One reading of the schedule: its minute, its field, and the one that stands by it."""

    minute: int
    field: Field
    keep: KeepField


class AfterForm(AnswersForm, ClosingFields, SeenForm, MomentForm):
    """A whole session; the form's moment is that of its dose, `day` the day it was planned for."""

    minutes: ClassVar[tuple[int, ...]] = ()
    dose_mg = NumberField(
        "Dose in mg", [Required("Enter the dose in mg."), Between(*READABLE, "mg")], places=2
    )
    route = SelectField("Route", choices=[*listed([("", "Choose a route")]), *ROUTES],
                        validators=[Required("Choose the route.")])  # fmt: skip
    first_time = ClockField("First pressure taken at", [AskedLater()])
    asked_time = ClockField("Everything else asked at", [AskedLater()])
    until_time = ClockField("Observed until", [AskedLater()])
    reason = LongTextField("Why did it go ahead?", longest=2000)

    day: dt.date
    shown: Mapping[str, str]
    is_to_close = True
    first_at: dt.datetime | None = None
    asked_at: dt.datetime | None = None
    until: dt.datetime | None = None
    readings: Sequence[TypedReading] = ()

    def show(self, held: Mapping[str, SessionAnswer]) -> None:
        """Show the answers of a pre-flight that was begun; nothing else is filled in."""
        self.renew()
        for name, answer in held.items():
            if name in self and name in self.asked:
                self[name].data = answer.value

    @property
    def slots(self) -> list[Slot]:
        """The readings of the schedule in their order."""
        names = [(one, f"{READING}{one}") for one in self.minutes]
        return [Slot(minute, self[name], self[name + KEEP]) for minute, name in names]

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check every value; a time of day is the one nearest to the dose on its side of it."""
        super().validate(extra_validators)
        self.read_moment(day=self.day)
        if self.at is None and not (self.at_time.errors or self.which.errors or self.on_day.errors):
            say(self.at_time, "Enter when the dose was taken.")
        if self.at is not None:
            self._read_times(self.at)
            self.readings = [one for slot in self.slots if (one := _read(slot, self.at))]
        self.look(at=self.asked_at or self.at or now())
        self.check_effect()
        self.check_release()
        return not self.errors

    def entry(self) -> Entry:
        """Return what was typed; only for a form whose fields hold."""
        answers = self.answers(self.shown)
        first = [one for one in answers if one.key == FIRST_PRESSURE]
        rest = [one for one in answers if one.key != FIRST_PRESSURE]
        both = ((self.first_at, first), (self.asked_at, rest))
        return Entry(
            dose_mg=self.dose_mg.data or Decimal(0), route=Route(self.route.data),
            given_at=self.at or now(), zone=formats.zone().key, reason=self.reason.data or "",
            before=[Answers(at, said) for at, said in both if at is not None and said],
            readings=self.readings, effect=given(self.effects(), {}),
            release=given(self.release(), {}), until=self.until, seen_at=self.seen,
        )  # fmt: skip

    def _read_times(self, dose_at: dt.datetime) -> None:
        new = {one.key for one in self.answers(self.shown)}
        self.first_at = _at(self.first_time, last_before, dose_at)
        self.asked_at = _at(self.asked_time, last_before, dose_at)
        self.until = _at(self.until_time, first_after, dose_at)
        if FIRST_PRESSURE in new and self.first_time.data is None:
            _ask(self.first_time, "Enter when the first pressure was taken.")
        if new - {FIRST_PRESSURE} and self.asked_time.data is None:
            _ask(self.asked_time, "Enter when the pre-flight was asked.")
        if self.is_to_close and self.until_time.data is None:
            _ask(self.until_time, "Enter until when the patient was observed.")
        if self.until is not None and self.until > now():
            say(self.until_time, "This lies in the future. Correct it.")


def _at(
    field: Field, nearest: Callable[..., dt.datetime], dose_at: dt.datetime
) -> dt.datetime | None:
    """Return the instant of a time of day, the nearest to the dose; say what is wrong at it."""
    if field.data is None or field.errors:
        return None
    try:
        return nearest(dose_at, field.data, zone=formats.zone().key)
    except TimeIsSkipped as problem:
        say(field, str(problem))
    except TimeIsDoubled:
        say(field, TWICE)
    return None


def _ask(field: Field, words: str) -> None:
    if not field.errors:
        say(field, words)


def _read(slot: Slot, dose_at: dt.datetime) -> TypedReading | None:
    """Return a typed reading, taken at its minute after the dose; say what is wrong at it."""
    text = slot.field.data = one_line(slot.field.data)
    if not text or slot.field.errors:
        return None
    at = dose_at + dt.timedelta(minutes=slot.minute)
    if at > now():
        say(slot.field, "This reading lies in the future. Enter it on the session's page.")
        return None
    kept = slot.keep.data or ""
    looked = look_at_reading(text, at=at, breaths="", kept=kept)
    if looked.question or kept == text:
        slot.keep.asked = text
    if not looked.is_taken or looked.reading is None:
        say(slot.field, looked.problem or looked.question)
        return None
    return TypedReading(slot.minute, looked.reading, text, is_confirmed=kept == text)


@cache
def after_form(version: str) -> type[AfterForm]:
    """Return the form of a version of the rules, with its questions, readings and criteria."""
    rules = session_rules(version)
    minutes = tuple(one for one in rules.minutes if one)  # the one before the dose is item 6's
    fields: dict[str, Field] = {**fields_of(rules), **criteria_fields(rules.release.criteria)}
    for one in minutes:
        name = f"{READING}{one}"
        fields[name] = TextField(f"{one} min after the dose", longest=60, render_kw=UNFILLED)
        fields[name + KEEP] = KeepField(f"Keep the reading at {one} min", longest=60)
    return type(
        "After", (AfterForm,),
        {"rules": rules, "criteria": rules.release.criteria, "minutes": minutes, **fields},
    )  # fmt: skip
