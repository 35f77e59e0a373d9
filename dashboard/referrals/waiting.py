"""How many referrals wait: counted inside the statement that looks a sign-in up anyway."""

from __future__ import annotations

import sqlalchemy as sa

from dashboard.referrals.models import State

_REFERRAL = sa.table("referral", sa.column("state"))


def new_ones() -> sa.ScalarSelect[int]:
    """Return the number of referrals nobody decided about yet."""
    new = _REFERRAL.c.state == State.NEW.value
    return sa.select(sa.func.count()).select_from(_REFERRAL).where(new).scalar_subquery()
