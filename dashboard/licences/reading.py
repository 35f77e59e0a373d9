"""Licences as pages show them: one's own, everybody's, and those that end soon."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import formats
from dashboard.accounts.models import User
from dashboard.actor import Role
from dashboard.db import db
from dashboard.licences.models import Licence
from dashboard.patients.banner import Flag
from dashboard.practice.places import STATES

WARN_DAYS = 30  # issue 5: "expiry warnings (30 days)"; practice policy, no published number


@dataclass(frozen=True)
class LicenceView:
    """One licence in words."""

    ref: str
    physician: str
    state: str
    kind: str
    number: str
    since: str
    until: str
    standing: Flag
    ended: str
    is_ended: bool


def of_account(account_id: uuid.UUID) -> list[LicenceView]:
    """Return a physician's licences, those in force first, ended ones as well."""
    return _views(_query().where(Licence.account_id == account_id))


def of_everybody() -> list[LicenceView]:
    """Return all licences of the practice by physician."""
    return _views(_query())


def one(ref: str, *, account_id: uuid.UUID | None = None) -> Licence | None:
    """Return a licence, of one physician only where `account_id` says so."""
    query = sa.select(Licence).where(Licence.ref == ref)
    if account_id is not None:
        query = query.where(Licence.account_id == account_id)
    return db.session.scalar(query)


def physicians() -> Sequence[tuple[uuid.UUID, str]]:
    """Return key and name of every physician who can sign in."""
    rows = db.session.execute(
        sa.select(User.id, User.name)
        .where(User.role == Role.PHYSICIAN, User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
    return [(row.id, row.name) for row in rows]


def ending_soon(account_id: uuid.UUID) -> list[str]:
    """Return a sentence for each state in which a physician's last licence has ended or ends soon.

    A licence recorded for the time after it makes it silent.
    """
    rows = db.session.execute(
        sa.select(Licence.state, sa.func.max(Licence.until_on))
        .where(Licence.account_id == account_id, Licence.ended_at.is_(None))
        .group_by(Licence.state)
        .order_by(Licence.state)
    )
    today = formats.today()
    last_day = today + dt.timedelta(days=WARN_DAYS)
    return [_sentence(state, until, today) for state, until in rows if until <= last_day]


def _sentence(state: str, until: dt.date, today: dt.date) -> str:
    days = (until - today).days
    name = STATES.get(state, state)
    if days < 0:
        return f"Your licence for {name} ran out on {formats.day(until)}."
    when = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
    return f"Your licence for {name} runs out {when}, on {formats.day(until)}."


def standing(licence: Licence, *, today: dt.date) -> Flag:
    """Say whether a licence covers today, and whether it ends soon."""
    if licence.ended_at is not None:
        return Flag("none", "Ended")
    if today < licence.from_on:
        return Flag("info", "Not yet begun")
    days = (licence.until_on - today).days
    if days < 0:
        return Flag("stop", "Ran out")
    return Flag("due", f"{days} days left") if days <= WARN_DAYS else Flag("ok", "In force")


def _query() -> sa.Select[Licence, str]:
    return (
        sa.select(Licence, User.name)
        .join(User, User.id == Licence.account_id)
        .order_by(
            User.name, User.id, Licence.ended_at.is_not(None), Licence.state,
            Licence.until_on.desc(), Licence.id,
        )
    )  # fmt: skip


def _views(query: sa.Select[Licence, str]) -> list[LicenceView]:
    today = formats.today()
    return [_view(licence, name, today) for licence, name in db.session.execute(query)]


def _view(licence: Licence, name: str, today: dt.date) -> LicenceView:
    is_ended = licence.ended_at is not None
    return LicenceView(
        ref=licence.ref,
        physician=name,
        state=STATES.get(licence.state, licence.state),
        kind=licence.kind.value.capitalize(),
        number=licence.number,
        since=formats.day(licence.from_on),
        until=formats.day(licence.until_on),
        standing=standing(licence, today=today),
        ended=f"{formats.day(licence.ended_at)}: {licence.end_reason}" if licence.ended_at else "",
        is_ended=is_ended,
    )
