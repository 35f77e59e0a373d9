"""The demo practice and the three people who work there, each with the printed pass phrase."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.accounts import passwords
from dashboard.accounts.models import User
from dashboard.actor import Role
from dashboard.db import db
from dashboard.practice.models import Practice

PASS_PHRASE = "paper lantern over quiet water"  # noqa: S105 - of the demo, printed at each start
NAME = "Casement demo practice"
TIME_ZONE = "America/New_York"
STATES = ("CT", "MA", "NJ", "NY", "PA", "RI")


@dataclass(frozen=True)
class Account:
    """Somebody of the demo's staff, as they sign in."""

    key: str
    name: str
    role: Role

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return f"{self.key}@demo.example"


ACCOUNTS = (
    Account("okafor", "Dr N. Okafor", Role.PHYSICIAN),
    Account("lindholm", "Dr R. Lindholm", Role.PHYSICIAN),
    Account("admin", "S. Marsh", Role.ADMIN),
)


@dataclass(frozen=True)
class Member:
    """A member of staff as records name them."""

    id: uuid.UUID
    name: str


def practice() -> Practice:
    """Add the demo practice; it says of itself that it is synthetic."""
    row = Practice(
        name=NAME, telephone="518-555-0100", time_zone=TIME_ZONE, is_synthetic=True,
        states_served=" ".join(STATES), free_assessment=True,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def join(*, since: dt.datetime) -> Mapping[str, Member]:
    """Add the three accounts, joined since `since`, and return them by their keys."""
    found = {}
    for account in ACCOUNTS:
        user = User(
            email=account.email, name=account.name, role=account.role, invited_at=since,
            joined_at=since, password_set_at=since, password_hash=passwords.hash_of(PASS_PHRASE),
        )  # fmt: skip
        db.session.add(user)
        db.session.flush()
        found[account.key] = Member(user.id, user.name)
    return found
