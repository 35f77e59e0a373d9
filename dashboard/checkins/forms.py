"""The physician's forms for schedules, check-ins asked by hand, and the safety plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, Field, SelectMultipleField, widgets
from wtforms.validators import StopValidation

from dashboard import formats
from dashboard.checkins import schedules
from dashboard.checkins.models import ScheduleEntry, Timing
from dashboard.clinical.instruments import Instrument
from dashboard.clinical.schedules import AfterDose, Calendar, Entry
from dashboard.fields import (
    Between,
    DayBetween,
    DayField,
    LongTextField,
    Required,
    TextField,
    WholeNumberField,
)
from dashboard.forms import PageForm
from dashboard.visits.choosing import OneOfFew, Pairs, SelectField, listed

CALENDAR, AFTER_DOSE = "calendar", "after"
EMAIL, LINK = "email", "link"
NEEDED_FOR_ONE = {"required": False}  # needed for one timing only, so the browser must not insist
HOURS = listed((str(hour), f"{hour:02d}:00") for hour in range(24))


class Several(SelectMultipleField):
    """Any of a list, each with a box to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: str, *, message: str, **options: Any) -> None:
        super().__init__(label, [Required(message)], **options)
        self.message = message
        self.offered: frozenset[str] = frozenset()

    @property
    def ticked(self) -> frozenset[str]:
        """The values whose box is ticked."""
        return frozenset(self.data or ())

    def offer(self, pairs: Pairs) -> None:
        """List what can be chosen: (value, words)."""
        pairs = tuple(pairs)
        self.choices, self.offered = listed(pairs), frozenset(value for value, _ in pairs)

    def pre_validate(self, form: object) -> None:
        """Refuse what was not offered."""
        if not self.ticked <= self.offered:
            raise StopValidation(self.message)


class EntryForm(PageForm):
    """One questionnaire of the schedule: which, and when."""

    instrument = SelectField("Questionnaire", message="Choose a questionnaire from the list.")
    timing = OneOfFew(
        "When",
        message="Choose the calendar or the doses.",
        choices=listed([(CALENDAR, "By the calendar"), (AFTER_DOSE, "After each dose")]),
        default=CALENDAR,
    )
    every_days = WholeNumberField(
        "Every how many days", [Between(1, 365, "days")], render_kw=NEEDED_FOR_ONE
    )
    starts_on = DayField("First asked on", render_kw=NEEDED_FOR_ONE)
    hours_after = TextField("Hours after each dose", longest=60, render_kw=NEEDED_FOR_ONE)

    earliest: dt.date
    hours: tuple[int, ...] = ()

    def offer(self, instruments: Iterable[Instrument], *, earliest: dt.date) -> None:
        """Say what can be chosen, and the first day that can still be asked on."""
        self.earliest = earliest
        for field in (self.every_days, self.starts_on, self.hours_after):
            field.flags.required = True  # not "optional": the section says when it is needed
        self.instrument.offer((one.id, _offered(one)) for one in instruments)
        if not self.is_submitted():
            self.starts_on.data = earliest

    def show(self, entry: ScheduleEntry) -> None:
        """Fill the form with an entry that is to be changed."""
        is_calendar = entry.timing is Timing.CALENDAR
        self.instrument.data = entry.instrument
        self.timing.data = CALENDAR if is_calendar else AFTER_DOSE
        self.every_days.data = entry.every_days
        self.starts_on.data = max(entry.starts_on, self.earliest)
        self.hours_after.data = entry.hours_after.replace(",", ", ")

    def entry(self) -> Entry:
        """Return what was typed; the form was found valid."""
        if self.timing.data == AFTER_DOSE:
            return Entry(self.instrument.data, AfterDose(self.hours))
        return Entry(self.instrument.data, Calendar(self.every_days.data, self.starts_on.data))

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check every field, then what the chosen timing needs."""
        super().validate(extra_validators)
        if not self.timing.errors:
            self._check_doses() if self.timing.data == AFTER_DOSE else self._check_calendar()
        return not self.errors

    def _check_doses(self) -> None:
        self.every_days.errors, self.starts_on.errors = [], []
        try:
            self.hours = schedules.hours_of(self.hours_after.data or "")
        except ValueError as problem:
            refuse(self.hours_after, str(problem))

    def _check_calendar(self) -> None:
        self.hours_after.errors = []
        if self.every_days.data is None and not self.every_days.errors:
            refuse(self.every_days, "Enter a number of days, such as 7.")
        if self.starts_on.data is None:
            if not self.starts_on.errors:
                refuse(self.starts_on, "Enter the first day, such as t for today.")
        elif not self.earliest <= self.starts_on.data <= self._latest:
            words = f"from {formats.day(self.earliest)} to {formats.day(self._latest)}"
            refuse(self.starts_on, f"Enter a day {words}.")

    @property
    def _latest(self) -> dt.date:
        return self.earliest + dt.timedelta(days=schedules.LAST_DAY_OFF)


class DefaultForm(PageForm):
    """Which questionnaires of the default set to take, and from which day."""

    chosen = Several("Questionnaires", message="Choose at least one questionnaire.")
    starts_on = DayField(
        "First asked on",
        [
            Required("Enter the first day, such as t for today."),
            DayBetween(
                earliest=formats.today,
                latest=lambda: formats.today() + dt.timedelta(days=schedules.LAST_DAY_OFF),
                message="Enter a day from today to a year ahead.",
            ),
        ],
    )


class WayForm(PageForm):
    """Whether anything is asked, at which hour, and by which way."""

    is_paused = OneOfFew(
        "Asking",
        message="Choose running or paused.",
        choices=listed([("no", "Running"), ("yes", "Paused: nothing is made or sent")]),
    )
    sends_email = OneOfFew(
        "Invitations",
        message="Choose how invitations get there.",
        choices=listed([("yes", "Sent by e-mail"), ("no", "Links are copied by hand")]),
    )
    hour = SelectField("Opens at", message="Choose an hour from the list.", choices=HOURS)


class AskForm(PageForm):
    """Questionnaires to ask now."""

    chosen = Several("Questionnaires", message="Choose at least one questionnaire.")
    way = OneOfFew("How the link gets there", message="Choose how the link gets there.")
    confirmed = BooleanField("Ask all the same; the overlap is known")


class CancelForm(PageForm):
    """Why a check-in is taken back."""

    reason = TextField(
        "Reason", [Required("Say why, for example: asked twice by mistake.")], longest=300
    )


class EndForm(PageForm):
    """A second look before a questionnaire leaves the schedule."""


class SafetyPlanForm(PageForm):
    """What patient and physician agreed to do in a crisis."""

    text = LongTextField(
        "Safety plan", [Required("Write what was agreed, in the patient's words.")], longest=4000
    )


def refuse(field: Field, words: str) -> None:
    """Put a sentence beside a field."""
    field.errors = [*field.errors, words]


def _offered(instrument: Instrument) -> str:
    rules = instrument.administration
    least = rules.shortest_interval_days
    spacing = "daily" if least == 1 else f"every {least} days"
    return f"{instrument.short}: {len(instrument.items)} questions, at most {spacing}"
