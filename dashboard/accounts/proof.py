"""Checking a password at any door: counted first, then compared, and every failure told.

The count is committed before the password is looked at, so that a guess cannot be taken back and
no lock on the database is held while the hash is computed.
"""

from __future__ import annotations

import sqlalchemy as sa
from flask import flash, g

from dashboard import audit, formats
from dashboard.accounts import passwords, throttle
from dashboard.accounts.models import SignIn, User
from dashboard.accounts.sign_in import settings
from dashboard.actor import Actor, Kind
from dashboard.audit import Action
from dashboard.db import db


def of_email(email: str, password: str) -> User | None:
    """Return the account that this address and password open; unknown and wrong look alike."""
    user = db.session.scalar(sa.select(User).where(User.email == email))
    may = user is not None and user.is_active
    _count(email)
    if passwords.matches(user.password_hash if user and may else None, password):
        _take_back(email)
        return user
    _tell_failure(Action.SIGN_IN_FAILED, user)
    return None


def of_person(user: User, password: str, action: Action = Action.UNLOCK_FAILED) -> bool:
    """Whether a person known by their sign-in gives their password."""
    _count(user.email)
    if passwords.matches(user.password_hash, password):
        _take_back(user.email)
        return True
    _tell_failure(action, user)
    return False


def of_factor(user: User) -> None:
    """Count an attempt at a second factor before it is looked at."""
    throttle.attempt(throttle.factor_door(user.id))
    db.session.commit()


def forgive(user: User) -> int:
    """Open the account's doors after success; return how many attempts failed before."""
    failed = throttle.forgive(throttle.account_door(user.email))
    return failed + throttle.forgive(throttle.factor_door(user.id))


def welcome(user: User, *, failed: int) -> None:
    """Tell a person who arrived of attempts that failed before them."""
    if not failed:
        return
    earlier = db.session.scalars(
        sa.select(SignIn.began_at).where(SignIn.user_id == user.id)
        .order_by(SignIn.began_at.desc()).limit(2)
    ).all()  # fmt: skip
    since = f" since {formats.moment(earlier[1])}" if len(earlier) > 1 else ""
    attempts = "1 failed attempt" if failed == 1 else f"{failed} failed attempts"
    flash(f"{attempts}{since}. If that was not you, tell an admin.", "warn")


def refresh_hash(user: User, password: str) -> None:
    """Hash anew when the parameters have changed since the password was set."""
    if user.password_hash and passwords.is_outdated(user.password_hash):
        fresh = passwords.hash_of(password)
        user.password_hash = fresh


def as_person(user: User) -> Actor:
    """Name somebody just identified, for the trail."""
    return Actor(Kind.PERSON, user.name, user.id)


def second_factor_due() -> bool:
    """Whether this practice asks for a second factor."""
    return settings().second_factor_required


def _count(email: str) -> None:
    throttle.attempt_from(g.origin)
    throttle.attempt(throttle.account_door(email))
    db.session.commit()


def _take_back(email: str) -> None:
    throttle.take_back(throttle.account_door(email))
    throttle.take_back(throttle.address_door(g.origin))


def _tell_failure(action: Action, user: User | None) -> None:
    subject = str(user.id) if user else ""
    audit.record(db.session, action, subject="account", subject_id=subject)
    db.session.commit()
