"""A moment as it is typed (left empty: now), and the moment at which a page was read."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from wtforms import Field, HiddenField

from dashboard import formats
from dashboard.clock import now
from dashboard.fields import ClockField, DayField, TimeIsDoubled, TimeIsSkipped, instant
from dashboard.forms import PageForm
from dashboard.sessions.forms import FIRST, SECOND
from dashboard.visits.choosing import OneOfFew, listed

SLACK = dt.timedelta(minutes=1)  # clocks of browser and server


class MomentForm(PageForm):
    """A form with one moment in it; `at` is None while nothing was typed."""

    on_day = DayField("Date")
    at_time = ClockField("Time")
    which = OneOfFew(
        "The clocks went back that night. Which one?",
        message="Choose which one is meant.",
        is_asked=False,
        choices=listed([(FIRST, "The first time"), (SECOND, "The second time")]),
    )
    at: dt.datetime | None = None
    asks_which = False

    def read_moment(self, *, day: dt.date) -> None:
        """Read the moment, on `day` where only a time was typed; say what is wrong at its field."""
        if self.on_day.errors or self.at_time.errors:
            return
        if self.at_time.data is None:
            if self.on_day.data is not None:
                say(self.at_time, "Enter the time as well.")
            return
        second = {FIRST: False, SECOND: True}.get(self.which.data or "")
        try:
            self.at = instant(
                self.on_day.data or day, self.at_time.data, formats.zone().key, second=second
            )
        except TimeIsSkipped as problem:
            say(self.at_time, str(problem))
        except TimeIsDoubled as problem:
            self.asks_which = True
            say(self.which, str(problem))
        else:
            if self.at > now() + SLACK:
                say(self.at_time, "This lies in the future. Correct day and time.")


def last_before(moment: dt.datetime, time: dt.time, *, zone: str) -> dt.datetime:
    """Return the last instant up to a moment at which clocks showed a time.

    Raises `TimeIsSkipped`, and `TimeIsDoubled` in the night in which the clocks go back.
    """
    day = moment.astimezone(ZoneInfo(zone)).date()
    today = instant(day, time, zone)
    return today if today <= moment else instant(day - dt.timedelta(days=1), time, zone)


def first_after(moment: dt.datetime, time: dt.time, *, zone: str) -> dt.datetime:
    """Return the first instant from a moment on at which clocks show a time; raises alike."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    today = instant(day, time, zone)
    return today if today >= moment else instant(day + dt.timedelta(days=1), time, zone)


class SeenForm(PageForm):
    """A form that knows when the answers it shows were read."""

    seen_at = HiddenField()

    def renew(self) -> None:
        """Say that the page shows what is on record now."""
        self.seen_at.data = now().isoformat()

    @property
    def seen(self) -> dt.datetime:
        """When the page was made; long ago where that cannot be read."""
        try:
            moment = dt.datetime.fromisoformat(self.seen_at.data or "")
        except ValueError:
            return dt.datetime.min.replace(tzinfo=dt.UTC)
        return min(moment, now()) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def say(field: Field, words: str) -> None:
    """Say at a field what is wrong with it."""
    field.errors = [*field.errors, words]
