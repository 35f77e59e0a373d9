"""Slowing guesses: every attempt on a door is counted in the database before it is looked at.

One conditional statement claims the attempt, so that of any number of simultaneous guesses exactly
the allowed ones are looked at. A door is a digest of what was typed: an account that does not
exist answers like one that does.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from dashboard.accounts.models import Throttle
from dashboard.clock import now
from dashboard.db import Instant, affected, db, table_of
from dashboard.errors import NotNow

FREE = 4  # failures in a row without a pause
FIRST_PAUSE = dt.timedelta(seconds=15)  # after the fifth; doubled by every further failure
LONGEST_PAUSE = dt.timedelta(minutes=15)
MOST = 100  # NIST SP 800-63B-4: consecutive failures per account, then an admin unlocks
PER_ADDRESS = 100
ADDRESS_SPAN = dt.timedelta(minutes=15)
KEPT = dt.timedelta(days=30)


class Stopped(NotNow):
    """This account is stopped after too many failed attempts."""

    heading = "This account is stopped"
    advice = "Ask an admin of your practice to unlock it."


def account_door(email: str) -> str:
    """Name the door of an account, existing or not, by what was typed as its e-mail address."""
    return f"account:{hashlib.sha256(email.encode(errors='surrogatepass')).hexdigest()}"


def factor_door(user_id: uuid.UUID) -> str:
    """Name the door of an account's second factor."""
    return f"factor:{user_id}"


def address_door(address: str) -> str:
    """Name the door of everybody behind one network address."""
    return f"address:{address[:60]}"


def attempt(door: str) -> None:
    """Count an attempt on an account, or refuse it (`NotNow`) and say when to try again."""
    table, at = table_of(Throttle), now()
    pauses = [
        (table.c.failures == count, sa.literal(at + _pause(count + 1), Instant()))
        for count in range(FREE, FREE + 7)
    ]
    opens = sa.case(
        (table.c.failures < FREE, sa.literal(at, Instant())),
        *pauses,
        else_=sa.literal(at + LONGEST_PAUSE, Instant()),
    )
    changed = {"failures": table.c.failures + 1, "open_again_at": opens}
    is_open = sa.and_(table.c.open_again_at <= at, table.c.failures < MOST)
    if not _claim(door, changed, is_open):
        _refuse(door)


def attempt_from(address: str) -> None:
    """Count an attempt from a network address, or refuse it: a coarse limit against floods."""
    table, at = table_of(Throttle), now()
    anew = sa.or_(table.c.failures >= PER_ADDRESS, table.c.last_at <= at - ADDRESS_SPAN)
    is_last = sa.and_(table.c.failures == PER_ADDRESS - 1, table.c.last_at > at - ADDRESS_SPAN)
    closes = sa.literal(at + ADDRESS_SPAN, Instant())
    changed = {
        "failures": sa.case((anew, 1), else_=table.c.failures + 1),
        "open_again_at": sa.case((is_last, closes), else_=sa.literal(at, Instant())),
    }
    if not _claim(address_door(address), changed, table.c.open_again_at <= at):
        _refuse(address_door(address))


def take_back(door: str) -> None:
    """Take an attempt that succeeded off a door's count."""
    table = table_of(Throttle)
    counted = sa.and_(table.c.door == door, table.c.failures > 0)
    fewer = sa.update(table).where(counted).values(failures=table.c.failures - 1)
    db.session.execute(fewer)


def forgive(door: str) -> int:
    """Open a door after success; return how many attempts in a row had failed at it."""
    row = _row(door)
    unlock(door)
    return row.failures if row else 0


def unlock(door: str) -> None:
    """Open a door again, whatever was counted at it."""
    table = table_of(Throttle)
    db.session.execute(sa.delete(table).where(table.c.door == door))


def is_stopped(*doors: str) -> bool:
    """Whether only an admin can open one of the doors again."""
    return any(count >= MOST for count in _counts(doors))


def failures_at(*doors: str) -> int:
    """Return how many attempts in a row have failed at some doors."""
    return sum(_counts(doors))


def prune() -> int:
    """Forget doors nobody tried for a month, stopped ones excepted; return how many."""
    table = table_of(Throttle)
    old = sa.and_(table.c.last_at < now() - KEPT, table.c.failures < MOST)
    return affected(db.session, sa.delete(table).where(old))


def _claim(
    door: str, changed: Mapping[str, sa.ColumnElement[Any]], is_open: sa.ColumnElement[bool]
) -> bool:
    at = now()
    on_postgres = db.session.get_bind().dialect.name == "postgresql"
    insert = (postgresql.insert if on_postgres else sqlite.insert)(table_of(Throttle))
    first = insert.values(door=door, failures=1, open_again_at=at, last_at=at)
    again = first.on_conflict_do_update(
        index_elements=["door"], set_={**changed, "last_at": at}, where=is_open
    )
    return affected(db.session, again) == 1


def _refuse(door: str) -> None:
    row = _row(door)
    db.session.rollback()
    if row is not None and row.failures >= MOST and not door.startswith("address:"):
        raise Stopped
    left = (row.open_again_at - now()) if row else FIRST_PAUSE
    raise NotNow(f"There were too many failed attempts. Try again in {in_words(left)}.")


def _counts(doors: Sequence[str]) -> Sequence[int]:
    table = table_of(Throttle)
    counted = sa.select(table.c.failures).where(table.c.door.in_(doors))
    return db.session.scalars(counted).all()


def _row(door: str) -> sa.Row[int, dt.datetime] | None:
    table = table_of(Throttle)
    return db.session.execute(
        sa.select(table.c.failures, table.c.open_again_at).where(table.c.door == door)
    ).first()


def _pause(failures: int) -> dt.timedelta:
    return min(FIRST_PAUSE * (1 << (failures - FREE - 1)), LONGEST_PAUSE)


def in_words(span: dt.timedelta) -> str:
    """Say a pause as people do: 30 seconds, 4 minutes (rounded up)."""
    seconds = max(1, -int(-span.total_seconds() // 1))
    if seconds <= 90:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    return f"{-(-seconds // 60)} minutes"
