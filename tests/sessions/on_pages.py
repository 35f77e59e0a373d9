"""Ann's session as Alice runs it on its pages."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.sessions.models import TreatmentSession
from tests.cast import sign_in
from tests.clearance.conftest import NOON, TODAY
from tests.clearance.stable import enter, everything, one, sign
from tests.plans.course import active
from tests.sessions.at_home import BESIDE, good

SAVED = 303
DOSE = {"dose_mg": "60", "route": "sublingual"}


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def checked(page):
    main = page.text.partition("<main")[2].partition("</main")[0]
    return re.findall(r'<input[^>]*type="(?:radio|checkbox)"[^>]*\schecked', main)


def found():
    return db.session.scalars(sa.select(TreatmentSession)).one()


@pytest.fixture
def session(app, cast, stable, clock):
    """Ann's session of today: a plan in force, cleared today, nothing answered; its address."""
    today = TODAY + dt.timedelta(days=2)
    with app.app_context(), acting_as_job("test data"):
        active(db.session.get_one(Patient, cast.ann), cast, today=TODAY)
        db.session.commit()
        clock.move_to(NOON + dt.timedelta(days=2))
        enter(cast.ann, cast.alice, everything(today))
        for kind, value, unit in BESIDE:
            enter(cast.ann, cast.alice, one(kind, value, unit))
        db.session.commit()
        sign(db.session.get_one(Patient, cast.ann), cast)
        return f"/patients/{cast.ann_ref}/sessions/{found().ref}"


def begin(app, cast, session):
    alice = sign_in(app, cast.alice)
    assert alice.post(f"{session}/preflight/begin", {}).status_code == SAVED
    return alice


def answer(alice, session, clock, **changes):
    """Answer the pre-flight as it should be, the first pressure 12 minutes before the rest."""
    typed = {**good(), **changes}
    first = {"first_pressure": typed.pop("first_pressure")}
    saved = alice.fill_in(f"{session}/preflight", first)
    assert saved.status_code == SAVED, words(saved)
    clock.shift(dt.timedelta(minutes=12))
    saved = alice.fill_in(f"{session}/preflight", typed)
    assert saved.status_code == SAVED, words(saved)


def start(alice, session, **changes):
    return alice.fill_in(f"{session}/start", {**DOSE, **changes})
