"""On which day a result was collected, or the question about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dashboard.findings.reports.kinds import LEAVE_OUT
from dashboard.findings.reports.model import About, Asks, Choice, Doubt, Printed
from dashboard.findings.reports.moments import iso_day
from dashboard.findings.reports.text import short

DAY_QUESTIONS = (About.DATE_MISSING, About.DATE_UNSURE, About.DATE_FUTURE)


@dataclass(frozen=True)
class Day:
    """The day of collection, or what must be asked first."""

    day: date | None = None
    doubt: Doubt | None = None


def day_of(printed: Printed, *, answers: Mapping[About, str], today: date) -> Day:
    """Return the day a result was collected; a day that was answered is never after today."""
    for about in DAY_QUESTIONS:
        told = iso_day(answers.get(about, ""))
        if told and told <= today:
            return Day(told)
    taken = printed.collected
    if taken.on is None and taken.others:
        subject = short(taken.printed) if taken.printed.strip() else "This value"
        sentence = f"{subject} can be of more than one day: which one?"
        return Day(doubt=_asked(About.DATE_UNSURE, sentence, taken.others))
    if taken.on is None:
        return Day(doubt=_missing(printed, today))
    if taken.on <= today:
        return Day(taken.on)
    others = tuple(day for day in taken.others if day <= today)
    if others:
        sentence = f"{short(taken.printed)} would be in the future: is it {_long(others[0])}?"
        return Day(doubt=_asked(About.DATE_UNSURE, sentence, others))
    sentence = f"{_long(taken.on)} is in the future: on which day was it collected?"
    return Day(doubt=_asked(About.DATE_FUTURE, sentence, ()))


def _missing(printed: Printed, today: date) -> Doubt:
    told = printed.collected.printed.strip()
    sentence = "No day of collection is printed: on which day was it?"
    if told:
        sentence = f"The day of collection {short(told)} cannot be read: on which day was it?"
    resulted = printed.resulted.on
    if resulted and resulted <= today:
        sentence += f" It was resulted on {_long(resulted)}."
    return _asked(About.DATE_MISSING, sentence, ())


def _asked(about: About, sentence: str, days: tuple[date, ...]) -> Doubt:
    choices = tuple(Choice(day.isoformat(), _long(day)) for day in days)
    return Doubt(about, Asks.DATE, sentence, (*choices, LEAVE_OUT))


def _long(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
