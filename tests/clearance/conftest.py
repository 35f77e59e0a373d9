"""Ann with everything a clearance asks, and Alice at her pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
import time_machine
from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.clearance import policy
from dashboard.db import db
from dashboard.findings.actions import Entry
from dashboard.licences import actions as licences
from dashboard.licences.models import LicenceKind
from dashboard.patients.models import Patient
from dashboard.sessions import planning
from dashboard.sessions.models import Route, Setting
from tests.cast import Cast, Visitor, sign_in
from tests.clearance.stable import ZONE, enter, everything, one

NOON = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock stands at noon of 23 November 2026 in New York until it is moved."""
    with time_machine.travel(NOON, tick=False) as moved:
        yield moved


@pytest.fixture
def record(app: Flask, cast: Cast) -> Callable[[list[Entry]], None]:
    """Return a function that records findings of Ann's as Alice, committed."""

    def recorded(what: list[Entry]) -> None:
        with app.app_context(), acting_as_job("test data"):
            enter(cast.ann, cast.alice, what)
            db.session.commit()

    return recorded


@pytest.fixture
def alice(app: Flask, cast: Cast, clock: time_machine.Traveller) -> Visitor:
    """Alice, signed in while the clock stands."""
    return sign_in(app, cast.alice)


@pytest.fixture
def stable(app: Flask, cast: Cast, clock: time_machine.Traveller) -> str:
    """Ann, all clear, with a session in two days and signed rules; her clearance page's address."""
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        ann.diagnosis_codes, ann.state = "F50.810", "FL"
        enter(ann.id, cast.alice, everything(TODAY - dt.timedelta(days=1)))
        enter(ann.id, cast.alice, one("consent_current", "yes"))
        licences.record(
            cast.alice, state="FL", kind=LicenceKind.FULL, number="ME1",
            from_on=dt.date(2026, 1, 1), until_on=dt.date(2027, 12, 31), by=cast.alice,
        )  # fmt: skip
        planning.plan(
            ann.id, planned_at=NOON + dt.timedelta(days=2), zone=ZONE, dose_mg=Decimal(60),
            route=Route.SUBLINGUAL, dose_is_by_weight=False, setting=Setting.HOME,
            location_state="FL", by=cast.alice,
        )  # fmt: skip
        policy.sign(by_id=cast.alice, name="Alice Adler", zone=ZONE)
        db.session.commit()
    return f"/patients/{cast.ann_ref}/clearance"
