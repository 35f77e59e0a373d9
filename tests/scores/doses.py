"""Doses on Ann's chart, as the sessions pages record them."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.scores import baselines
from dashboard.sessions import actions
from dashboard.sessions.models import Route
from tests.cast import Cast


def dose(app: Flask, cast: Cast, *, days_ago: float) -> None:
    """Give Ann a dose so many days before now."""
    with app.app_context(), acting_as_job("test data"):
        actions.record(
            db.session.get_one(Patient, cast.ann),
            given_at=now() - dt.timedelta(days=days_ago),
            zone="America/New_York",
            dose_mg=None,
            route=Route.NOT_SAID,
            by=cast.alice,
        )
        baselines.renew(cast.ann)
        db.session.commit()
        db.session.remove()
