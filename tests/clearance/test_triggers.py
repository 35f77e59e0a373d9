"""What happened since the last check asks for a new one, and closes the gate at once."""

import datetime as dt

import pytest

from dashboard.actor import acting_as_job
from dashboard.alerts.models import Level
from dashboard.alerts.raising import raise_alert
from dashboard.checkins.closing import UNANSWERED
from dashboard.clearance import checks, readiness, triggers
from dashboard.clearance.models import Decision, Status
from dashboard.clearance.standing import stand
from dashboard.clinical.clearance import Tier
from dashboard.clinical.instruments import catalogue
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients import registering
from dashboard.patients.models import Patient
from dashboard.patients.models import Status as PatientStatus
from dashboard.prescriptions import actions as prescriptions
from dashboard.prescriptions.models import Shown
from dashboard.scores import actions as scores
from dashboard.scores.models import Mode
from tests.clearance.stable import ZONE, enter, one


@pytest.fixture
def cleared(app, cast, stable, clock):
    """Ann, cleared by Alice an hour ago."""
    with app.app_context(), acting_as_job("test data"):
        phq9(cast, 1)
        db.session.commit()
        ann = db.session.get_one(Patient, cast.ann)
        clear(ann, cast)
        assert readiness.of(ann.id).status is Status.READY, stand(ann).because
        clock.shift(dt.timedelta(hours=1))
        yield ann


def clear(ann, cast):
    checks.sign(
        stand(ann), decision=Decision.CLEARED, conditions="", cadence="Monthly.",
        next_check_on=None, by_id=cast.alice, name="Alice Adler", zone=ZONE, patient_id=ann.id,
    )  # fmt: skip
    db.session.commit()


def phq9(cast, item_nine):
    ann = db.session.get_one(Patient, cast.ann)
    answers = {str(n): 0 for n in range(1, 9)} | {"9": item_nine}
    scores.record(
        ann, instrument=catalogue()["phq9"], answers=answers, taken_at=now(), zone=ZONE,
        mode=Mode.INTERVIEW, by=cast.alice,
    )  # fmt: skip


def alert(cast, level, rule):
    raise_alert(cast.ann, key=rule, rule=rule, level=level, words="A made-up alert", at=now())


def status(cast, to):
    ann = db.session.get_one(Patient, cast.ann)
    registering.set_status(ann, to, by_id=cast.alice, reason="made up")


def monitoring(cast):
    prescriptions.record_check(
        cast.ann, state="FL", checked_on=now().date(), shown=Shown.UNEXPECTED,
        words="Oxycodone from another prescriber", checked_by="Alice Adler", by=cast.alice,
    )  # fmt: skip


def move(cast):
    db.session.get_one(Patient, cast.ann).state = "NJ"


ASKS = {
    "PHQ-9 item 9 at its highest": lambda cast: phq9(cast, 3),
    "an immediate alert": lambda cast: alert(cast, Level.IMMEDIATE, "watch:made-up"),
    "two check-ins missed": lambda cast: alert(cast, Level.FOLLOW_UP, UNANSWERED),
    "something unexpected in prescription monitoring": lambda cast: monitoring(cast),
    "another home state": move,
    "a discharge": lambda cast: status(cast, PatientStatus.DISCHARGED),
}
DOES_NOT = {
    "PHQ-9 item 9 up by one": lambda cast: phq9(cast, 2),
    "an alert for the next visit": lambda cast: alert(cast, Level.NEXT_VISIT, "watch:made-up"),
    "a pause": lambda cast: status(cast, PatientStatus.PAUSED),
}


@pytest.mark.one_database
@pytest.mark.parametrize("what", ASKS)
def test_it_asks_for_a_new_check_in_the_transaction_that_records_it(cleared, cast, what):
    ASKS[what](cast)
    db.session.commit()

    kept = readiness.of(cleared.id)
    assert kept.status is Status.HOLD and not kept.is_open and kept.closed_because
    assert stand(cleared).triggers
    clear(cleared, cast)
    assert not stand(cleared).triggers


@pytest.mark.one_database
@pytest.mark.parametrize("what", DOES_NOT)
def test_it_asks_for_nothing(cleared, cast, what):
    DOES_NOT[what](cast)
    db.session.commit()
    assert readiness.of(cleared.id).status is Status.READY, stand(cleared).because


@pytest.mark.one_database
def test_two_answers_up_since_the_check_ask_whatever_the_order_of_recording(cleared, cast, clock):
    phq9(cast, 3)
    (asked,) = [one for one in stand(cleared).triggers if one.key == "phq9:9"]
    assert asked.words == "PHQ-9 item 9 is 3, was 1 at the last check"


@pytest.mark.one_database
def test_two_laboratory_dates_missed_ask_until_a_value_comes(cleared, cast, clock):
    """Tier T0 is watched every four weeks: the second date is missed after eight."""
    assert readiness.of(cleared.id).tier is Tier.T0

    def asked():
        return [one for one in stand(cleared).triggers if one.key == "labs missed"]

    clock.shift(dt.timedelta(weeks=8))
    assert not asked()
    clock.shift(dt.timedelta(days=1))
    (missed,) = asked()
    assert missed.words.endswith("none since 23-Nov-2026")
    assert missed.on == dt.date(2027, 1, 18)

    enter(cast.ann, cast.alice, one("K", "4.1", "mEq/L", taken_on=dt.date(2027, 1, 18)))
    assert asked(), "potassium alone is not what was asked for"
    for kind, value in (("Mg", "2.0"), ("P", "3.5")):
        enter(cast.ann, cast.alice, one(kind, value, "mg/dL", taken_on=dt.date(2027, 1, 18)))
    assert not asked()


def test_triggers_cost_four_statements(cleared, cast, counting):
    case = stand(cleared).case
    check = stand(cleared).check
    assert check is not None
    with counting() as sent:
        for source in (
            triggers.alerts_raised, triggers.worse_thoughts, triggers.laboratory_missed,
            triggers.monitoring_surprises,
            triggers.moved, triggers.discharged,
        ):  # fmt: skip
            list(source(cleared, check, case))
    assert len(sent) == 4
