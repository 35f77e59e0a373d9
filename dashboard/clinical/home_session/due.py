"""Which reading is due next, worked out from the start alone, so that it survives a reload."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.clinical.event_list import event_list
from dashboard.clinical.home_session.session_file import session_rules
from dashboard.clinical.instants import elapsed, utc


@dataclass(frozen=True)
class NextDue:
    """The next reading. `minute` None with `due_at` is a repeat after a very high pressure.

    Both None: none is due any more. `missed` are minutes whose reading was not taken before the
    next one was due; they stay missed, and are told.
    """

    minute: int | None
    due_at: datetime | None
    missed: tuple[int, ...]
    now: datetime

    @property
    def wait(self) -> timedelta | None:
        """How long until it is due; below zero when it is overdue, None when none is due."""
        return None if self.due_at is None else elapsed(self.now, until=self.due_at)

    @property
    def is_due(self) -> bool:
        """Whether it is to be taken now."""
        return self.due_at is not None and self.due_at <= self.now


def next_due(
    started_at: datetime,
    *,
    taken: Collection[int],
    now: datetime,
    minutes: Sequence[int] | None = None,
    high_at: datetime | None = None,
) -> NextDue:
    """Return the next reading of a session that started at the dose.

    `taken` are the minutes of the schedule whose reading is there, `high_at` when the newest
    reading was taken if it was one that is repeated (180/110 or more).
    """
    start, moment = utc(started_at), utc(now)
    schedule = session_rules().minutes if minutes is None else tuple(sorted(minutes))
    open_now = [minute for minute in schedule if minute not in taken]
    due = {minute: start + timedelta(minutes=minute) for minute in schedule}
    begun = [minute for minute in schedule if due[minute] <= moment]
    missed = tuple(minute for minute in open_now if begun and minute < begun[-1])
    ahead = next((minute for minute in open_now if minute not in missed), None)
    repeat_at = _repeat_at(high_at)
    if repeat_at is not None and (ahead is None or repeat_at < due[ahead]):
        return NextDue(None, repeat_at, missed, moment)
    return NextDue(ahead, None if ahead is None else due[ahead], missed, moment)


def fits(
    minute: int, *, started_at: datetime, at: datetime, minutes: Sequence[int] | None = None
) -> bool:
    """Say whether a reading taken at an instant may be that of a minute of the schedule.

    It may be the one that is nearest in time, or the last one that was due, taken late.
    """
    schedule = session_rules().minutes if minutes is None else tuple(sorted(minutes))
    since = elapsed(started_at, until=at)
    far = {one: abs(since - timedelta(minutes=one)) for one in schedule}
    if far[minute] == min(far.values()):
        return True
    return minute == max((one for one in schedule if timedelta(minutes=one) <= since), default=None)


def by_time(open_minutes: Collection[int], *, started_at: datetime, at: datetime) -> int | None:
    """Return which of the minutes without a reading one taken at an instant is: the nearest.

    None where it fits none of them: it is one between.
    """
    since = elapsed(started_at, until=at)
    fitting = [one for one in open_minutes if fits(one, started_at=started_at, at=at)]
    return min(fitting, key=lambda one: (abs(since - timedelta(minutes=one)), one), default=None)


def _repeat_at(high_at: datetime | None) -> datetime | None:
    minutes = event_list().responses["live_call"].repeat_minutes
    if high_at is None or minutes is None:
        return None
    return utc(high_at) + timedelta(minutes=minutes)
