"""The forms of a dose: recording one, and marking one as entered in error."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, Field

from dashboard import formats
from dashboard.clock import now
from dashboard.fields import (
    Between,
    ClockField,
    DayField,
    NumberField,
    Required,
    TextField,
    TimeIsDoubled,
    TimeIsSkipped,
    instant,
)
from dashboard.forms import PageForm
from dashboard.sessions.models import Route
from dashboard.visits.choosing import OneOfFew, SelectField, listed, named

FIRST, SECOND = "first", "second"
READABLE = (Decimal("0.01"), Decimal("9999.99"))  # what the field takes, no clinical limit


class DoseForm(PageForm):
    """A dose that was given."""

    given_on = DayField("Date", [Required("Enter the day the dose was given.")])
    given_time = ClockField("Time", [Required("Enter the time the dose was given.")])
    which = OneOfFew(
        "The clocks went back that night. Which one?",
        message="Choose which one is meant.",
        is_asked=False,
        choices=listed([(FIRST, "The first time"), (SECOND, "The second time")]),
    )
    dose_mg = NumberField("Dose in mg", [Between(*READABLE, "mg")], places=2)
    route = SelectField("Route", choices=named(Route), default=Route.NOT_SAID.value)
    another = BooleanField("This is another dose of the same day: record it as well")

    despite = TextField("Why was it given all the same?", longest=150)

    born_on: dt.date
    stands_against = ""
    given_at: dt.datetime
    asks_which = False

    def starts_now(self) -> None:
        """Propose the present day and time of the practice."""
        here = now().astimezone(formats.zone())
        self.given_on.data, self.given_time.data = here.date(), here.time().replace(second=0)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields, and that date and time are one moment of the past."""
        super().validate(extra_validators)
        if not (self.given_on.errors or self.given_time.errors):
            self._read_moment()
        return not self.errors

    def asks_about_another(self, times: str) -> None:
        """Ask whether a second dose of the same day is meant."""
        self.another.errors = [
            f"A dose is on the chart for {formats.day(self.given_at)} already ({times}). "
            "Tick the box if this is another one; else leave this page."
        ]

    def asks_despite(self, because: str) -> None:
        """Ask why a dose was given that the clearance did not allow."""
        self.stands_against = because
        self.despite.flags.required = True
        self.despite.errors = [
            f"The clearance does not allow a dose on {formats.day(self.given_at)}: {because}. "
            "If it was given all the same, say why: the dose is recorded and a task keeps it "
            "in sight. Nothing is recorded yet."
        ]

    def _read_moment(self) -> None:
        day, time = self.given_on.data, self.given_time.data
        second = {FIRST: False, SECOND: True}.get(self.which.data or "")
        try:
            self.given_at = instant(day, time, formats.zone().key, second=second)
        except TimeIsSkipped as problem:
            _refuse(self.given_time, str(problem))
        except TimeIsDoubled as problem:
            self.asks_which = True
            _refuse(self.which, str(problem))
        else:
            if day < self.born_on:
                _refuse(self.given_on, "The dose cannot be before the patient's birth.")
            elif self.given_at > now() + dt.timedelta(minutes=5):
                _refuse(self.given_on, "This lies in the future. Record a dose once it was given.")


class InErrorForm(PageForm):
    """Why a dose was entered in error."""

    reason = TextField(
        "Why was this entered in error?",
        [Required("Say why, for example: given to another patient.")],
        longest=500,
    )


def _refuse(field: Field, words: str) -> None:
    field.errors = [*field.errors, words]
