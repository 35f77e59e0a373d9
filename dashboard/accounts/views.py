"""Accounts as pages show them: plain frozen values, read in few statements."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from dashboard import formats
from dashboard.accounts import sign_in
from dashboard.accounts.models import SignIn, User
from dashboard.actor import Role
from dashboard.audit import Action, AuditEvent
from dashboard.clock import now
from dashboard.db import db

PAGE = 50
FAILED = (
    Action.SIGN_IN_FAILED.value,
    Action.UNLOCK_FAILED.value,
    Action.SECOND_FACTOR_FAILED.value,
)
FAILED_WORDS = {
    Action.SIGN_IN_FAILED.value: "Wrong password at sign-in",
    Action.UNLOCK_FAILED.value: "Wrong password inside a sign-in",
    Action.SECOND_FACTOR_FAILED.value: "Wrong second-factor code",
}


class State(StrEnum):
    """Whether an account can be used."""

    ACTIVE = "active"
    INVITED = "invited"
    DISABLED = "disabled"


KIND = {State.ACTIVE: "ok", State.INVITED: "due", State.DISABLED: "none"}


@dataclass(frozen=True)
class AccountView:
    """One account."""

    ref: str
    name: str
    email: str
    role: str
    state: str
    kind: str
    second_factor: str
    invited: str
    joined: str
    disabled: str
    password_set: str


@dataclass(frozen=True)
class SignInView:
    """One sign-in on one device."""

    id: uuid.UUID
    device: str
    origin: str
    began: str
    seen: str
    is_here: bool


@dataclass(frozen=True)
class Failure:
    """One failed attempt on an account."""

    at: str
    what: str
    origin: str


@dataclass(frozen=True)
class Listed:
    """One account of the admin's list."""

    account: AccountView
    last_seen: str


@dataclass(frozen=True)
class Wanted:
    """Which accounts the list shows."""

    words: str = ""
    role: str = ""
    state: str = ""
    after: str = ""


def account(user: User) -> AccountView:
    """Return an account as pages show it."""
    state = _state(user)
    return AccountView(
        ref=user.ref, name=user.name, email=user.email, role=user.role.value,
        state=state.value, kind=KIND[state],
        second_factor=_when(user.totp_confirmed_at),
        invited=_when(user.invited_at), joined=_when(user.joined_at),
        disabled=_when(user.disabled_at), password_set=_when(user.password_set_at),
    )  # fmt: skip


def sign_ins(user_id: uuid.UUID, *, here: uuid.UUID | None = None) -> list[SignInView]:
    """Return where an account is signed in."""
    return [_where(row, here=here) for row in sign_in.open_ones(user_id)]


def failures(user_id: uuid.UUID, *, most: int = 20) -> list[Failure]:
    """Return the latest failed attempts on an account, newest first, of the last 30 days."""
    rows = db.session.execute(
        sa.select(AuditEvent.at, AuditEvent.action, AuditEvent.origin)
        .where(
            AuditEvent.action.in_(FAILED),
            AuditEvent.subject_id == str(user_id),
            AuditEvent.at > now() - dt.timedelta(days=30),
        )
        .order_by(AuditEvent.seq.desc())
        .limit(most)
    )
    return [
        Failure(formats.moment(row.at), FAILED_WORDS[row.action], row.origin or "unknown")
        for row in rows
    ]


def listed(wanted: Wanted) -> tuple[list[Listed], str | None]:
    """Return a page of accounts by name, and the key of the next page if there is one."""
    found = list(db.session.scalars(_selection(wanted)))
    more = found[PAGE - 1].ref if len(found) > PAGE else None
    users = found[:PAGE]
    seen = _last_seen([user.id for user in users])
    return [Listed(account(user), _when(seen.get(user.id))) for user in users], more


def receivers(*, but: uuid.UUID) -> list[tuple[str, str]]:
    """Return the active physicians, one excepted, as choices."""
    active = sa.and_(
        User.role == Role.PHYSICIAN,
        User.joined_at.is_not(None),
        User.disabled_at.is_(None),
        User.id != but,
    )
    rows = db.session.execute(sa.select(User.ref, User.name).where(active).order_by(User.name))
    return [(row.ref, row.name) for row in rows]


def _where(row: SignIn, *, here: uuid.UUID | None) -> SignInView:
    return SignInView(
        id=row.id,
        device=row.device or "Unknown device",
        origin=row.origin or "unknown",
        began=formats.moment(row.began_at),
        seen=formats.moment(row.seen_at),
        is_here=row.id == here,
    )


def _selection(wanted: Wanted) -> sa.Select[User]:
    query = sa.select(User).order_by(User.name, User.id).limit(PAGE + 1)
    if wanted.words:
        like = f"%{_literal(wanted.words.casefold())}%"
        query = query.where(
            sa.or_(
                sa.func.lower(User.name).like(like, escape="\\"),
                User.email.like(like, escape="\\"),
            )
        )
    if wanted.role:
        query = query.where(User.role == Role(wanted.role))
    if wanted.state:
        query = query.where(_in_state(State(wanted.state)))
    if wanted.after:
        last = sa.select(User.name, User.id).where(User.ref == wanted.after)
        if (place := db.session.execute(last).first()) is not None:
            query = query.where(sa.tuple_(User.name, User.id) > sa.tuple_(place.name, place.id))
    return query


def _in_state(state: State) -> sa.ColumnElement[bool]:
    if state is State.DISABLED:
        return User.disabled_at.is_not(None)
    joined = User.joined_at.is_not(None) if state is State.ACTIVE else User.joined_at.is_(None)
    return sa.and_(joined, User.disabled_at.is_(None))


def _state(user: User) -> State:
    if user.disabled_at is not None:
        return State.DISABLED
    return State.ACTIVE if user.joined_at is not None else State.INVITED


def _last_seen(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dt.datetime]:
    rows = db.session.execute(
        sa.select(SignIn.user_id, sa.func.max(SignIn.seen_at))
        .where(SignIn.user_id.in_(ids))
        .group_by(SignIn.user_id)
    )
    return {user_id: at for user_id, at in rows}


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _when(at: dt.datetime | None, before: str = "") -> str:
    return f"{before}{formats.moment(at)}" if at else ""
