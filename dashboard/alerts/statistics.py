"""How many alerts there are, how soon they are taken and by whom: figures without anybody's chart.

Reads every patient's alerts, in one place, and only their level, times and owner: no patient, rule,
questionnaire or answer leaves this module.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

import sqlalchemy as sa

from dashboard import formats
from dashboard.accounts.models import User
from dashboard.activity.reading import guarded
from dashboard.actor import seeing_every_patient
from dashboard.alerts.models import Alert, AlertStep, Level, State, StepKind
from dashboard.clock import now
from dashboard.db import db

WEEKS = 12
NOBODY = "Nobody"
LEVELS = {
    Level.IMMEDIATE: "Now",
    Level.SAME_DAY: "Today",
    Level.FOLLOW_UP: "Ask",
    Level.NEXT_VISIT: "Next visit",
}
TOOK = (StepKind.ACKNOWLEDGED, StepKind.CLOSED)


class One(NamedTuple):
    """What is read of one alert."""

    level: Level
    state: State
    raised_at: dt.datetime
    due_at: dt.datetime
    owner: str | None
    taken_at: dt.datetime | None
    is_escalated: bool


@dataclass(frozen=True)
class Group:
    """The alerts of one level in one week; `minutes` is the median until somebody took them."""

    week: str
    level: str
    raised: int
    waiting: int
    minutes: str
    overdue: str


@dataclass(frozen=True)
class Burden:
    """What one clinician has: alerts raised to them, a week, and those not closed."""

    name: str
    raised: int
    a_week: str
    waiting: int


@dataclass(frozen=True)
class Figures:
    """The figures of the last weeks."""

    since: str
    raised: int
    waiting: int
    unowned: int
    minutes: str
    overdue: str
    groups: tuple[Group, ...]
    burdens: tuple[Burden, ...]


def figures() -> Figures:
    """Count the alerts of the last twelve weeks, this one included."""
    monday = formats.today() - dt.timedelta(days=formats.today().weekday())
    first = monday - dt.timedelta(weeks=WEEKS - 1)
    found = _read(dt.datetime.combine(first, dt.time(), formats.zone()))
    moment = now()
    return Figures(
        since=formats.day(first),
        raised=len(found),
        waiting=_waiting(found),
        unowned=sum(one.owner is None and one.state is not State.CLOSED for one in found),
        minutes=_minutes(found),
        overdue=_overdue(found, moment),
        groups=_groups(found, moment),
        burdens=_burdens(found),
    )


def as_csv(shown: Figures) -> str:
    """Return the figures as a table that any spreadsheet reads."""
    held = io.StringIO()
    table = csv.writer(held, lineterminator="\r\n")
    table.writerow(["week of", "level", "raised", "not closed", "median minutes", "overdue"])
    table.writerows(
        [one.week, one.level, one.raised, one.waiting, one.minutes, one.overdue]
        for one in shown.groups
    )
    table.writerow([])
    table.writerow(["clinician", "raised", "a week", "not closed"])
    table.writerows(
        [guarded(one.name), one.raised, one.a_week, one.waiting] for one in shown.burdens
    )
    return held.getvalue()


def _read(since: dt.datetime) -> list[One]:
    """Read level, times and owner of every patient's alerts, and nothing else of them."""
    taken, escalated = _first(*TOOK), _first(StepKind.ESCALATED)
    with seeing_every_patient():
        rows = db.session.execute(
            sa.select(
                Alert.level, Alert.state, Alert.raised_at, Alert.due_at, User.name, taken,
                escalated.is_not(None),
            )
            .outerjoin(User, User.id == Alert.owner_id)
            .where(Alert.raised_at >= since)
            .order_by(Alert.raised_at.desc())
        )  # fmt: skip
        return [One(*row) for row in rows]


def _first(*kinds: StepKind) -> sa.ScalarSelect[dt.datetime]:
    first = sa.select(sa.func.min(AlertStep.at)).where(
        AlertStep.alert_id == Alert.id, AlertStep.kind.in_(kinds)
    )
    return first.correlate(Alert).scalar_subquery()


def _groups(found: Sequence[One], moment: dt.datetime) -> tuple[Group, ...]:
    by_group: dict[tuple[dt.date, Level], list[One]] = {}
    for one in found:
        by_group.setdefault((_monday(one.raised_at), one.level), []).append(one)
    order = list(LEVELS)
    keys = sorted(by_group, key=lambda key: (-key[0].toordinal(), order.index(key[1])))
    return tuple(
        Group(
            formats.day(week), LEVELS[level], len(members), _waiting(members), _minutes(members),
            _overdue(members, moment),
        )
        for (week, level), members in ((key, by_group[key]) for key in keys)
    )  # fmt: skip


def _burdens(found: Sequence[One]) -> tuple[Burden, ...]:
    raised = Counter(one.owner or NOBODY for one in found)
    waiting = Counter(one.owner or NOBODY for one in found if one.state is not State.CLOSED)
    return tuple(
        Burden(name, count, f"{count / WEEKS:.1f}", waiting[name])
        for name, count in sorted(raised.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def _monday(moment: dt.datetime) -> dt.date:
    day = moment.astimezone(formats.zone()).date()
    return day - dt.timedelta(days=day.weekday())


def _waiting(found: Iterable[One]) -> int:
    return sum(one.state is not State.CLOSED for one in found)


def _minutes(found: Iterable[One]) -> str:
    """Return the median of the minutes until somebody took an alert or closed it."""
    waits = [(one.taken_at - one.raised_at).total_seconds() for one in found if one.taken_at]
    return str(round(median(waits) / 60)) if waits else "\N{EN DASH}"


def _overdue(found: Sequence[One], moment: dt.datetime) -> str:
    """Return the share that nobody took in time: escalated, taken late, or waiting past due."""
    late = sum(
        one.is_escalated or (one.taken_at or moment) > one.due_at or _waits_too_long(one, moment)
        for one in found
    )
    return f"{round(100 * late / len(found))} %" if found else "\N{EN DASH}"


def _waits_too_long(one: One, moment: dt.datetime) -> bool:
    return one.state is State.OPEN and one.due_at <= moment
