"""Ready only by fresh findings, signed rules and a signed check; everything else closes it."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
import time_machine

from dashboard.actor import acting_as_job
from dashboard.clearance import checks, gate, overrides, policy, readiness
from dashboard.clearance.gathering import practice_zone
from dashboard.clearance.models import Decision, OverrideReason, Status
from dashboard.clearance.standing import stand
from dashboard.clinical.clearance import Purpose, Verdict
from dashboard.db import db
from dashboard.licences import actions as licences
from dashboard.licences.models import LicenceKind
from dashboard.patients.models import Patient
from dashboard.sessions import planning
from dashboard.sessions.models import Route, Setting
from tests.clearance.stable import ZONE, enter, everything, one

NOON = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def at_noon(app, cast):
    with (
        time_machine.travel(NOON, tick=False) as clock,
        app.app_context(),
        acting_as_job("test data"),
    ):
        yield clock


@pytest.fixture
def ann(at_noon, cast):
    """Ann with everything recorded, a session planned at home in Florida, and signed rules."""
    ann = db.session.get_one(Patient, cast.ann)
    ann.diagnosis_codes, ann.state = "F50.810", "FL"
    enter(ann.id, cast.alice, everything(TODAY - dt.timedelta(days=1)))
    enter(ann.id, cast.alice, one("consent_current", "yes"))
    licences.record(
        cast.alice, state="FL", kind=LicenceKind.FULL, number="ME1", from_on=dt.date(2026, 1, 1),
        until_on=dt.date(2027, 12, 31), by=cast.alice,
    )  # fmt: skip
    planning.plan(
        ann.id, planned_at=NOON + dt.timedelta(days=2), zone=ZONE, dose_mg=Decimal(60),
        route=Route.SUBLINGUAL, dose_is_by_weight=False, setting=Setting.HOME,
        location_state="FL", by=cast.alice,
    )  # fmt: skip
    policy.sign(by_id=cast.alice, name="Alice Adler", zone=ZONE)
    db.session.commit()
    return ann


@pytest.fixture
def told(rows):
    """Read the database as another program does: after this one's transaction is over."""

    def read(sql):
        db.session.rollback()
        return rows(sql)

    return read


def sign(ann, cast, decision=Decision.CLEARED, **words):
    said = {"conditions": "", "cadence": "", "next_check_on": None, **words}
    check = checks.sign(
        stand(ann), decision=decision, by_id=cast.alice, name="Alice Adler", zone=ZONE,
        patient_id=ann.id, **said,
    )  # fmt: skip
    db.session.commit()
    return check


def test_nobody_is_ready_without_a_signed_check_and_signed_rules(ann, cast):
    standing = stand(ann)
    assert standing.judged.outcome is Verdict.CLEAR, standing.judged.needs
    assert standing.status is Status.DUE and standing.because == "A check has to be signed"
    assert readiness.of(ann.id).status is Status.DUE

    check = sign(ann, cast)
    kept = readiness.of(ann.id)
    assert kept.status is Status.READY and kept.is_open and kept.check_id == check.id
    assert checks.is_intact(check)
    assert gate.ask(ann, purpose=Purpose.ACTIVATION, on=TODAY).is_open


def test_the_day_set_for_the_next_check_makes_due_when_it_has_passed(ann, cast):
    sign(ann, cast, next_check_on=TODAY + dt.timedelta(days=2))
    assert stand(ann).status is Status.READY
    assert stand(ann).holds_until == TODAY + dt.timedelta(days=2)

    late = stand(ann, on=TODAY + dt.timedelta(days=3))
    assert late.judged.outcome is Verdict.CLEAR and late.status is Status.DUE
    assert late.because == "The next check was due 25-Nov-2026"
    assert not gate.ask(ann, purpose=Purpose.ACTIVATION, on=TODAY + dt.timedelta(days=3)).is_open


def test_a_new_stop_closes_the_gate_in_the_transaction_that_records_it(ann, cast, told):
    sign(ann, cast)
    enter(ann.id, cast.alice, one("K", "2.8", "mEq/L"))
    db.session.commit()

    kept = readiness.of(ann.id)
    assert kept.status is Status.HOLD and not kept.is_open
    assert kept.closed_because.startswith("Potassium")
    (task,) = told("SELECT words, state FROM task")
    assert "Potassium" in task.words and task.state == "open"
    assert [row.rule for row in told("SELECT rule FROM alert")] == ["L01"]
    assert not gate.ask(ann, purpose=Purpose.ACTIVATION, on=TODAY).is_open
    with pytest.raises(gate.GateClosed):
        gate.require(ann, purpose=Purpose.ACTIVATION, on=TODAY)


def test_a_normal_value_afterwards_does_not_open_the_gate_but_a_new_check_does(
    ann, cast, at_noon, told
):
    sign(ann, cast)
    enter(ann.id, cast.alice, one("K", "2.8", "mEq/L"))
    db.session.commit()
    at_noon.move_to(NOON + dt.timedelta(days=1))
    enter(ann.id, cast.alice, one("K", "4.2", "mEq/L", taken_on=TODAY + dt.timedelta(days=1)))
    db.session.commit()
    assert readiness.of(ann.id).status is Status.DUE and not readiness.of(ann.id).is_open

    sign(ann, cast)
    assert readiness.of(ann.id).status is Status.READY
    assert [row.state for row in told("SELECT state FROM task")] == ["done"]


def test_a_rolled_back_finding_leaves_nothing_of_the_judgement(ann, cast, told):
    sign(ann, cast)
    enter(ann.id, cast.alice, one("K", "2.8", "mEq/L"))
    db.session.flush()
    db.session.rollback()
    assert readiness.of(ann.id).status is Status.READY
    assert not told("SELECT id FROM task")


def test_nobody_is_cleared_on_what_is_unknown_stops_or_waits(ann, cast, at_noon):
    at_noon.move_to(NOON + dt.timedelta(days=40))
    assert stand(ann).status is Status.DUE
    with pytest.raises(checks.Blocked):
        sign(ann, cast)
    db.session.rollback()
    check = sign(ann, cast, Decision.NOT_CLEARED)
    assert check.outcome == "UNKNOWN" and readiness.of(ann.id).status is Status.HOLD


def test_a_caution_holds_until_it_is_overridden_for_this_value_and_these_days(ann, cast, at_noon):
    enter(ann.id, cast.alice, one("K", "3.3", "mEq/L"))
    db.session.commit()
    standing = stand(ann)
    assert standing.status is Status.HOLD
    (caution,) = [c for c in standing.open_cautions if c.rule.id == "L02b"]
    day = overrides.latest_day(caution, today=TODAY)
    words = {
        "ruleset": standing.judged.ruleset, "purpose": None, "difference": "Repeat on Thursday.",
        "reason_kind": OverrideReason.TREATED, "today": TODAY, "by_id": cast.alice,
        "by_name": "Alice Adler",
    }  # fmt: skip
    long = "Replaced by mouth since yesterday, no ECG change."
    for refused, changed in (
        (overrides.SaysTooLittle, {"reason": "short", "expires_on": day}),
        (overrides.TooLong, {"reason": long, "expires_on": day + dt.timedelta(days=1)}),
    ):
        with pytest.raises(refused):
            overrides.make(ann.id, caution, **{**words, **changed})
    for other in standing.open_cautions:
        until = min(day, overrides.latest_day(other, today=TODAY))
        overrides.make(ann.id, other, reason=long, expires_on=until, **words)
    db.session.commit()
    assert overrides.needs_second(stand(ann).judged, stand(ann).covered)
    assert stand(ann).open_cautions, "two at T2 wait for a second clinician"
    for made in overrides.of_patient(ann.id):
        with pytest.raises(overrides.NeedsAnother):
            overrides.agree(made, by_id=cast.alice, by_name="Alice Adler")
        overrides.agree(made, by_id=cast.bob, by_name="Bob Baum")
    db.session.commit()
    assert not stand(ann).open_cautions
    sign(ann, cast)
    assert readiness.of(ann.id).status is Status.READY

    enter(ann.id, cast.alice, one("K", "3.25", "mEq/L"))
    db.session.commit()
    assert readiness.of(ann.id).status is Status.HOLD, "another value needs another decision"


def test_a_stop_cannot_be_overridden(ann, cast):
    enter(ann.id, cast.alice, one("K", "2.8", "mEq/L"))
    db.session.commit()
    (stop,) = [s for s in stand(ann).judged.stops if s.rule.id == "L01"]
    with pytest.raises(overrides.NotACaution):
        overrides.make(
            ann.id, stop, ruleset="2026-2", purpose=None, reason_kind=OverrideReason.OTHER,
            reason="x" * 40, difference="y", expires_on=TODAY, today=TODAY, by_id=cast.alice,
            by_name="Alice Adler",
        )  # fmt: skip


def test_what_was_signed_cannot_be_changed_in_the_database(ann, cast):
    sign(ann, cast)
    for table in ("clearance_check", "finding", "finding_set", "rule_set_signing"):
        for change in (f"UPDATE {table} SET ref = ref || 'x'", f"DELETE FROM {table}"):
            with pytest.raises(sa.exc.DatabaseError), db.session.begin_nested():
                db.session.connection().exec_driver_sql(change)


def test_the_practice_zone_is_that_of_its_settings(at_noon):
    assert practice_zone().key == "America/New_York"
