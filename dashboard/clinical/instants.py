"""Instants and the time between them, counted in UTC so that no clock change bends it.

Two times of one time zone are subtracted by their clock faces in Python: a night of 25 hours would
count 24. Everything that counts hours after a dose goes through here.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MINUTE = timedelta(minutes=1)


class NoInstant(ValueError):
    """A time without time zone is no instant: nothing can be counted from it."""


def utc(moment: datetime) -> datetime:
    """Return an instant in UTC; raise `NoInstant` for a time without time zone."""
    if moment.utcoffset() is None:
        raise NoInstant(NoInstant.__doc__)
    return moment.astimezone(UTC)


def elapsed(start: datetime, *, until: datetime) -> timedelta:
    """Return the time that passed between two instants; below zero when `until` lies before."""
    return utc(until) - utc(start)


def minutes_after(start: datetime, *, at: datetime) -> int:
    """Return the full minutes that passed since a start; below zero before it."""
    return elapsed(start, until=at) // MINUTE
