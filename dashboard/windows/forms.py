"""The forms of appointments: booking, logging, changing one, and saying why one is no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dashboard import formats
from dashboard.clinical.windows import ContactKind
from dashboard.clock import now
from dashboard.fields import (
    Between,
    ClockField,
    DayField,
    LongTextField,
    Required,
    TextField,
    TimeIsDoubled,
    TimeIsSkipped,
    WholeNumberField,
    instant,
)
from dashboard.forms import PageForm
from dashboard.visits.choosing import OneOfFew, listed, named
from dashboard.windows.actions import Terms
from dashboard.windows.models import Appointment, Way

FIRST, SECOND = "first", "second"
FURTHEST = dt.timedelta(days=366)
LONGEST_MINUTES = 1440  # a typing guard: no appointment lasts longer than a day


class AppointmentForm(PageForm):
    """An appointment with somebody of the care team, in the practice's time."""

    kind = OneOfFew("What it is", message="Choose what it is.", choices=named(ContactKind))
    with_whom = TextField(
        "With whom", [Required("Enter who sees the patient, for example: Dr Lindqvist.")],
        longest=120,
    )  # fmt: skip
    way = OneOfFew("How they meet", message="Choose how they meet.", choices=named(Way))
    starts_on = DayField("Date", [Required("Enter the day of the appointment.")])
    start_time = ClockField("Time", [Required("Enter the time it begins.")])
    which = OneOfFew(
        "The clocks go back that night. Which one?",
        message="Choose which one is meant.",
        is_asked=False,
        choices=listed([(FIRST, "The first time"), (SECOND, "The second time")]),
    )
    minutes = WholeNumberField("Length in minutes", [Between(1, LONGEST_MINUTES, "minutes")])
    note = LongTextField("Note", longest=500)

    starts_at: dt.datetime
    born_on: dt.date
    asks_which = False

    def shows_terms(self, appointment: Appointment) -> None:
        """Fill the form with what an appointment says."""
        here = appointment.starts_at.astimezone(formats.zone())
        self.kind.data, self.way.data = appointment.kind.value, appointment.way.value
        self.with_whom.data, self.minutes.data = appointment.with_whom, appointment.minutes
        self.starts_on.data, self.start_time.data = here.date(), here.time()
        self.which.data, self.note.data = SECOND if here.fold else FIRST, appointment.note
        self.asks_which = is_doubled(here.date(), here.time())

    def terms(self) -> Terms:
        """Return what was typed into the valid form."""
        return Terms(
            kind=ContactKind(self.kind.data), starts_at=self.starts_at,
            zone_name=formats.zone().key, with_whom=self.with_whom.data or "",
            way=Way(self.way.data), minutes=self.minutes.data, note=self.note.data or "",
        )  # fmt: skip

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields, and that date and time are one moment that can be meant."""
        super().validate(extra_validators)
        if not (self.starts_on.errors or self.start_time.errors):
            self._read_moment()
        return not self.errors

    def refusal(self) -> str:
        """Say why the moment cannot be meant; empty where it can."""
        raise NotImplementedError

    def _read_moment(self) -> None:
        second = {FIRST: False, SECOND: True}.get(self.which.data or "")
        day, time = self.starts_on.data, self.start_time.data
        self.asks_which = is_doubled(day, time)
        try:
            self.starts_at = instant(day, time, formats.zone().key, second=second)
        except TimeIsSkipped as problem:
            self.start_time.errors = [str(problem)]
        except TimeIsDoubled as problem:
            self.which.errors = [str(problem)]
        else:
            if words := self.refusal():
                self.starts_on.errors = [words]


def is_doubled(day: dt.date, time: dt.time) -> bool:
    """Whether this time happens twice that day in the practice: which one has to be asked."""
    early = dt.datetime.combine(day, time.replace(fold=0), formats.zone())
    before, after = early.utcoffset(), early.replace(fold=1).utcoffset()
    return before is not None and after is not None and before > after


class BookForm(AppointmentForm):
    """An appointment that is to come."""

    def refusal(self) -> str:
        """Refuse what has passed, and what lies more than a year ahead."""
        if self.starts_at <= now():
            return "This has passed. Log it as one that took place instead."
        return "Book at most a year ahead." if self.starts_at > now() + FURTHEST else ""


class LogForm(AppointmentForm):
    """An appointment that took place already."""

    def refusal(self) -> str:
        """Refuse what is to come, and what lies before the patient's birth."""
        if self.starts_at > now():
            return "This lies in the future. Book it instead."
        is_before_birth = self.starts_on.data < self.born_on
        return "This cannot be before the patient's birth." if is_before_birth else ""


class CancelForm(PageForm):
    """Why an appointment does not take place."""

    reason = TextField(
        "Why is it cancelled?", [Required("Say why it does not take place.")], longest=500
    )


class InErrorForm(PageForm):
    """Why an appointment was entered in error."""

    reason = TextField(
        "Why was this entered in error?",
        [Required("Say why, for example: it was another patient's.")],
        longest=500,
    )


class WroteForm(PageForm):
    """To whom one wrote for an appointment inside a window."""

    to = TextField("To whom", [Required("Enter to whom you wrote.")], longest=120)
