"""On which day a result was collected, or the question about it.

A date such as 03/04/2026 is asked about once for its report, unless other dates tell its order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from dashboard.findings.reports.kinds import LEAVE_OUT
from dashboard.findings.reports.model import About, Asks, Choice, Doubt, Moment, Printed
from dashboard.findings.reports.moments import iso_day
from dashboard.findings.reports.text import short

DAY_QUESTIONS = (About.DATE_MISSING, About.DATE_UNSURE, About.DATE_ORDER, About.DATE_FUTURE)
MONTH_FIRST, DAY_FIRST = "month-first", "day-first"
ORDERS = (MONTH_FIRST, DAY_FIRST)


@dataclass(frozen=True)
class Day:
    """The day of collection, or what must be asked first."""

    day: date | None = None
    doubt: Doubt | None = None


def day_of(printed: Printed, *, answers: Mapping[About, str], today: date, example: Moment) -> Day:
    """Return the day a result was collected; a day that was answered is never after today.

    `example` is the date by which the report's order of day and month is asked about.
    """
    for about in DAY_QUESTIONS:
        told = iso_day(answers.get(about, ""))
        if told and told <= today:
            return Day(told)
    taken = in_order(printed.collected, answers)
    if taken.on is not None and taken.on <= today:
        return Day(taken.on)
    if taken.on is None and not taken.others:
        return Day(doubt=_missing(printed, today))
    return Day(doubt=_unsure(taken, today, example))


def in_order(moment: Moment, answers: Mapping[About, str]) -> Moment:
    """Read a date in the order that was answered, where its order was open."""
    answer = answers.get(About.DATE_ORDER)
    if not moment.is_order_open or answer not in ORDERS:
        return moment
    months, days = moment.others
    on, other = (months, days) if answer == MONTH_FIRST else (days, months)
    return replace(moment, on=on, at=moment.at_on(on), others=(other,), is_order_open=False)


def example_of(moments: Iterable[Moment], today: date) -> Moment:
    """Return the first date that can be read in two ways, neither after today."""
    found = (
        one for one in moments if one.is_order_open and all(day <= today for day in one.others)
    )
    return next(found, Moment())


def _unsure(taken: Moment, today: date, example: Moment) -> Doubt:
    """Ask about a day that can be several ones, or that would be after today."""
    told = short(taken.printed) if taken.printed.strip() else "This value"
    past = tuple(day for day in taken.others if day <= today)
    if not past:
        told = _long(taken.on) if taken.on else told
        sentence = f"{told} is in the future: on which day was it collected?"
        return _asked(About.DATE_FUTURE, sentence, ())
    if taken.on or len(past) < len(taken.others):
        sentence = f"{told} would be in the future: is it {_long(past[0])}?"
        return _asked(About.DATE_UNSURE, sentence, past)
    if taken.is_order_open:
        return _order(example)
    return _asked(About.DATE_UNSURE, f"{told} can be of more than one day: which one?", past)


def _order(example: Moment) -> Doubt:
    sentence = (
        f"{short(example.printed)} can be read in two ways: which day is meant? "
        "The answer holds for every such date of this report."
    )
    days = zip(ORDERS, example.others, strict=True)
    choices = (Choice(order, f"{_long(day)} ({order.replace('-', ' ')})") for order, day in days)
    return Doubt(About.DATE_ORDER, Asks.DATE, sentence, (*choices, LEAVE_OUT))


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
    return f"{day:%d-%b-%Y}"
