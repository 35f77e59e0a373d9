"""What tests of the door need: seeds, codes, doors without a cast's short cuts."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pyotp
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from dashboard.accounts import second_factor
from dashboard.accounts.models import User
from dashboard.actor import Role, acting_as_job
from dashboard.clock import now
from dashboard.db import db
from tests.cast import HASH, PASSWORD, Visitor

NEW_PASSWORD = "tulip anvil ferry midnight quorum"


def enter(visitor: Visitor, email: str = "alice@practice.example", password: str = PASSWORD):
    """Fill in the sign-in page."""
    return visitor.post("/sign-in", {"email": email, "password": password})


def give_seed(app: Flask, user_id: uuid.UUID) -> str:
    """Enrol an account in the second factor; return its seed."""
    seed = second_factor.new_seed()
    with app.app_context(), acting_as_job("test data"):
        second_factor.enrol(db.session.get_one(User, user_id), seed)
        db.session.commit()
        db.session.remove()
    return seed


def give_codes(app: Flask, user_id: uuid.UUID) -> list[str]:
    with app.app_context(), acting_as_job("test data"):
        codes = second_factor.new_recovery_codes(user_id)
        db.session.commit()
        db.session.remove()
    return codes


def code(seed: str, *, steps: int = 0) -> str:
    """Return the app's code now, or some 30-second steps from now."""
    totp = pyotp.TOTP(seed)
    return totp.generate_otp(totp.timecode(now()) + steps)


def add_person(app: Flask, name: str, role: Role, *, joined: bool = True) -> tuple[uuid.UUID, str]:
    """Add an account; return its key and public id."""
    with app.app_context(), acting_as_job("test data"):
        user = User(
            name=name, email=f"{name.split()[0].lower()}@practice.example", role=role,
            joined_at=now() if joined else None, password_hash=HASH if joined else None,
            totp_confirmed_at=now() if joined else None,
        )  # fmt: skip
        db.session.add(user)
        db.session.commit()
        found = user.id, user.ref
        db.session.remove()
    return found


def ref_of(app: Flask, user_id: uuid.UUID) -> str:
    with app.app_context():
        found = db.session.scalars(sa.select(User.ref).where(User.id == user_id)).one()
        db.session.remove()
    return found


def link_in(text: str) -> str:
    """Return the path of the private link on a page."""
    found = re.search(r"/join/[\w-]+", text)
    assert found, "no private link on the page"
    return found[0]


def all_at_once(act: Callable[[int], TestResponse], times: int = 40) -> list[TestResponse]:
    """Do something many times in parallel."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(act, range(times)))
