"""The forms of a planned session: planning one, cancelling one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

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
from dashboard.practice.places import STATES
from dashboard.sessions.forms import FIRST, READABLE, SECOND
from dashboard.sessions.models import Route, Setting
from dashboard.visits.choosing import OneOfFew, SelectField, listed, named

FURTHEST = dt.timedelta(days=366)
FIXED, BY_WEIGHT = "fixed", "by weight"


class PlanForm(PageForm):
    """A session that is to come, in the practice's time."""

    planned_on = DayField("Date", [Required("Enter the day of the session.")])
    planned_time = ClockField("Time", [Required("Enter the time of the session.")])
    which = OneOfFew(
        "The clocks go back that night. Which one?",
        message="Choose which one is meant.",
        is_asked=False,
        choices=listed([(FIRST, "The first time"), (SECOND, "The second time")]),
    )
    dose_mg = NumberField("Dose in mg", [Between(*READABLE, "mg")], places=2)
    route = SelectField("Route", choices=named(Route), default=Route.NOT_SAID.value)
    counted = OneOfFew(
        "How the dose is counted",
        message="Choose whether the dose is fixed or goes by weight.",
        choices=listed([(FIXED, "Fixed dose"), (BY_WEIGHT, "By weight (mg/kg)")]),
    )
    setting = OneOfFew(
        "Where it is taken", message="Choose home or clinic.", choices=named(Setting)
    )
    location_state = SelectField(
        "State the patient will be in",
        choices=listed([("", "Choose a state"), *STATES.items()]),
        validators=[Required("Choose the state the patient will be in.")],
    )

    planned_at: dt.datetime
    asks_which = False

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields, and that date and time are one moment to come."""
        super().validate(extra_validators)
        if not (self.planned_on.errors or self.planned_time.errors):
            self._read_moment()
        return not self.errors

    def _read_moment(self) -> None:
        day, time = self.planned_on.data, self.planned_time.data
        second = {FIRST: False, SECOND: True}.get(self.which.data or "")
        try:
            self.planned_at = instant(day, time, formats.zone().key, second=second)
        except TimeIsSkipped as problem:
            self.planned_time.errors = [str(problem)]
        except TimeIsDoubled as problem:
            self.asks_which, self.which.errors = True, [str(problem)]
        else:
            if self.planned_at <= now():
                self.planned_on.errors = ["This has passed. Record a dose that was given instead."]
            elif self.planned_at > now() + FURTHEST:
                self.planned_on.errors = ["Plan at most a year ahead."]


class CancelForm(PageForm):
    """Why a planned session does not take place."""

    reason = TextField(
        "Why is it cancelled?", [Required("Say why it does not take place.")], longest=500
    )
