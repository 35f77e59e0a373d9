"""Which sign-in a request belongs to: a row per device, found by the digest of a random token.

An idle sign-in is locked, not destroyed: the page and its typed text wait behind the lock.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa
from flask import Flask, Request, current_app, g, request, session
from flask_login import LoginManager

from dashboard import audit
from dashboard.accounts.models import SignIn, User
from dashboard.actor import Person, Standing
from dashboard.alerts.waiting import waiting_for
from dashboard.clearance.waiting import blocking_for
from dashboard.clock import now
from dashboard.db import affected, db, expect_writing, table_of
from dashboard.practice.models import Practice
from dashboard.referrals.waiting import new_ones
from dashboard.settings import Settings
from dashboard.tasks.waiting import due_for

TOUCH_EVERY = dt.timedelta(minutes=1)
HALF_WAY = dt.timedelta(minutes=30)  # how long a sign-in may wait for its second factor
KEPT = dt.timedelta(days=90)


def install(app: Flask) -> None:
    """Let Flask-Login ask here who a request is from."""
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app)
    manager.request_loader(_load)
    app.teardown_request(_forget)


def begin(user: User, *, second_factor_passed: bool = False) -> SignIn:
    """Start a sign-in on this device with a fresh token; what the cookie held before is dropped.

    The page to return to is kept only for the person who was there: nobody else learns of it.
    """
    _end_former(user)
    kept = {name: session[name] for name in ("return_to", "typed_text_kept") if name in session}
    session.clear()
    g.pop("csrf_token", None)
    session.update(kept)
    token = secrets.token_urlsafe(32)
    session["sign_in"] = token
    at = now()
    row = SignIn(
        token_digest=digest(token),
        user_id=user.id,
        began_at=at,
        seen_at=at,
        ends_at=at + settings().absolute,
        second_factor_at=at if second_factor_passed else None,
        origin=(request.remote_addr or "")[:60],
        device=device_label(request.headers.get("User-Agent", "")),
    )
    db.session.add(row)
    return row


def lock(row: SignIn) -> None:
    """Lock a sign-in: no page opens until the password is given."""
    row.locked_at = now()
    g.pop("touch_sign_in", None)
    audit.record(db.session, audit.Action.LOCK, subject="sign_in", subject_id=str(row.id))


def rotate(row: SignIn) -> None:
    """Give a sign-in a new token and form token, after unlocking or passing the second factor."""
    token = secrets.token_urlsafe(32)
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    session["sign_in"] = token
    row.token_digest = digest(token)


def end(row: SignIn, reason: str) -> None:
    """End one sign-in; its next request finds nothing."""
    if row.ended_at is None:
        row.ended_at, row.end_reason = now(), reason


def end_all(user_id: uuid.UUID, reason: str, *, but: uuid.UUID | None = None) -> int:
    """End every sign-in of an account at once, one excepted; return how many."""
    table = table_of(SignIn)
    ended = sa.update(table).where(table.c.user_id == user_id, table.c.ended_at.is_(None))
    if but is not None:
        ended = ended.where(table.c.id != but)
    return affected(db.session, ended.values(ended_at=now(), end_reason=reason))


def open_ones(user_id: uuid.UUID) -> Sequence[SignIn]:
    """Return an account's sign-ins that have not ended, newest first."""
    mine = sa.and_(SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.ends_at > now())
    return db.session.scalars(sa.select(SignIn).where(mine).order_by(SignIn.began_at.desc())).all()


def prune() -> int:
    """Forget sign-ins that ended more than 90 days ago; return how many."""
    table = table_of(SignIn)
    return affected(db.session, sa.delete(table).where(table.c.ends_at < now() - KEPT))


def _end_former(user: User) -> None:
    former = current_row()
    if former is None:
        return
    if former.user_id != user.id:
        session.pop("return_to", None)
        session.pop("typed_text_kept", None)
    end(former, "signed in anew on this device")


def current_row() -> SignIn | None:
    """Return this request's sign-in row, whatever its standing, for changing it."""
    token = session.get("sign_in")
    if not isinstance(token, str):
        return None
    return db.session.scalar(sa.select(SignIn).where(SignIn.token_digest == digest(token)))


def digest(token: str) -> bytes:
    """Return what is stored instead of a token."""
    return hashlib.sha256(token.encode()).digest()


def settings() -> Settings:
    """Return the running program's settings."""
    held: Settings = current_app.extensions["settings"]
    return held


def standing(row: SignIn, user: User) -> Standing | None:
    """Say how far a sign-in has come; None when it must count as no sign-in at all."""
    at = now()
    if row.ended_at is not None or user.disabled_at is not None:
        return None
    if at >= row.ends_at:
        return Standing.ENDED
    if settings().second_factor_required and row.second_factor_at is None:
        if at >= row.began_at + HALF_WAY:
            return None
        return Standing.SECOND_FACTOR_DUE if user.totp_confirmed_at else Standing.ENROLMENT_DUE
    if row.locked_at is not None or at >= row.seen_at + settings().idle:
        return Standing.LOCKED
    return Standing.OPEN


@cache
def _by_token() -> sa.Select[SignIn, User, Practice, int, int, int, int]:
    """Select a sign-in with everything that every page asks; made once, as it is asked so often."""
    return (
        sa.select(
            SignIn, User, Practice, waiting_for(User.id), new_ones(), blocking_for(User.id),
            due_for(User.id),
        )
        .join(User, User.id == SignIn.user_id)
        .outerjoin(Practice, sa.true())
        .where(SignIn.token_digest == sa.bindparam("token", type_=SignIn.token_digest.type))
    )  # fmt: skip


def _load(_request: Request) -> Person | None:
    token = session.get("sign_in")
    if not isinstance(token, str):
        return None
    found = db.session.execute(_by_token(), {"token": digest(token)}).first()
    if found is None:
        return None
    row, user, practice, *waiting = found
    g.alerts_waiting, g.referrals_waiting, g.clearance_blocking, g.tasks_due = waiting
    if practice is not None:
        g.practice = practice
    stands = standing(row, user)
    if stands is None:
        return None
    g.sign_in_began_at = row.began_at
    if (
        stands is Standing.OPEN
        and now() - row.seen_at >= TOUCH_EVERY
        and not g.get("is_background", False)
    ):
        g.touch_sign_in = row.id
    return Person(id=user.id, name=user.name, role=user.role, standing=stands, sign_in_id=row.id)


def touch(response: object) -> object:
    """Note, at most once a minute, that the person is active."""
    sign_in_id = g.pop("touch_sign_in", None)
    if sign_in_id is not None:
        db.session.rollback()
        expect_writing(True)
        table = table_of(SignIn)
        db.session.execute(sa.update(table).where(table.c.id == sign_in_id).values(seen_at=now()))
        db.session.commit()
    return response


def _forget(_error: BaseException | None) -> None:
    expect_writing(True)


BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
    ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_label(agent: str) -> str:
    """Name a device coarsely, as its owner would: Firefox on Windows."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "A browser")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{browser} on {system}" if system else browser
