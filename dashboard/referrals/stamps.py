"""The signed stamp in a public form: when it was made, and a number that makes it count once.

Nobody types answers to nine questions in five seconds; a program does. Both limits are the
practice's guard against programs, and whoever meets them is asked to send the form once more.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from dashboard.clock import now

AT_LEAST = dt.timedelta(seconds=5)
AT_MOST = dt.timedelta(days=1)


@dataclass(frozen=True)
class Stamp:
    """What a stamp says: its number, and how old it is."""

    number: str
    age: dt.timedelta

    @property
    def is_too_fresh(self) -> bool:
        """Whether no person can have filled the form in since."""
        return self.age < AT_LEAST


def issue() -> str:
    """Return a new stamp."""
    return str(_signer().dumps(secrets.token_urlsafe(18)))


def read(text: str) -> Stamp | None:
    """Return what a stamp says; None when it is none of ours, or older than a day."""
    try:
        number, made_at = _signer().loads(
            text, max_age=int(AT_MOST.total_seconds()), return_timestamp=True
        )
    except BadData:
        return None
    return Stamp(str(number), now() - made_at)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.extensions["keys"].session, salt="free-assessment")
