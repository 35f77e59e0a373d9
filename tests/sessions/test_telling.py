"""What the record knows of a session is told to the clearance: nobody has to type it."""

import datetime as dt

import pytest

from dashboard.actor import acting_as_job
from dashboard.clearance import gate
from dashboard.clinical.clearance import Purpose, Verdict
from dashboard.clinical.windows import ContactKind
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.sessions import actions
from dashboard.sessions.models import Route
from dashboard.windows import actions as appointments
from dashboard.windows.models import Way
from tests.clearance.conftest import NOON
from tests.clearance.stable import ZONE, enter, one


@pytest.fixture
def judged(app, cast, stable):
    """Judge Ann's session for a dose some hours from noon: verdicts by rule."""

    def judge(hours: float) -> dict[str, Verdict]:
        at = NOON + dt.timedelta(hours=hours)
        ann = db.session.get_one(Patient, cast.ann)
        asked = gate.ask(ann, purpose=Purpose.SESSION, on=at.date(), dose_at=at)
        return {one.rule.id: one.verdict for one in asked.standing.judged.rules}

    with app.app_context(), acting_as_job("test"):
        yield judge


@pytest.mark.parametrize(
    ("hours", "verdicts"),
    [
        (47.99, (Verdict.STOP, Verdict.CLEAR)),
        (48, (Verdict.CLEAR, Verdict.CAUTION)),
        (71.99, (Verdict.CLEAR, Verdict.CAUTION)),
        (72, (Verdict.CLEAR, Verdict.CLEAR)),
    ],
)
def test_the_hours_since_the_last_dose_are_counted_and_never_rounded_up(
    judged, cast, hours, verdicts
):
    ann = db.session.get_one(Patient, cast.ann)
    assert judged(hours)["G03a"] is Verdict.NOT_APPLICABLE, "before a first dose"
    for days in (9, 0):
        given_at = NOON - dt.timedelta(days=days)
        actions.record(
            ann, given_at=given_at, zone=ZONE, dose_mg=None, route=Route.SUBLINGUAL, by=cast.alice
        )
    found = judged(hours)
    assert (found["G03a"], found["G03b"]) == verdicts


def test_a_number_typed_that_day_counts_beside_the_record(judged, cast):
    ann = db.session.get_one(Patient, cast.ann)
    actions.record(
        ann, given_at=NOON - dt.timedelta(hours=40), zone=ZONE, dose_mg=None,
        route=Route.SUBLINGUAL, by=cast.alice,
    )  # fmt: skip
    enter(cast.ann, cast.alice, one("hours_since_last_dose", "96", "h"))
    assert judged(0)["G03a"] is Verdict.STOP


def test_a_booked_window_is_told_and_one_that_is_not_is_asked(judged, cast):
    def book(kind: ContactKind, hours: float):
        terms = appointments.Terms(
            kind=kind, starts_at=NOON + dt.timedelta(hours=hours), zone_name=ZONE,
            with_whom="Rosa Marin", way=Way.VIDEO,
        )  # fmt: skip
        return appointments.book(cast.ann, terms, by=cast.alice)

    assert judged(0)["S09"] is Verdict.UNKNOWN
    book(ContactKind.THERAPY, 30)
    book(ContactKind.INTEGRATION, 80)
    assert judged(0)["S09"] is Verdict.UNKNOWN, "the visit lies after the window"
    visit = book(ContactKind.INTEGRATION, 72)
    assert judged(0)["S09"] is Verdict.CLEAR
    assert judged(-20)["S09"] is Verdict.UNKNOWN, "an earlier dose has an earlier window"
    appointments.cancel(visit, by=cast.alice, reason="Ill")
    assert judged(0)["S09"] is Verdict.UNKNOWN
