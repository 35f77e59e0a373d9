"""Taking a finding out cannot make a day's judgement milder (decision 14.4)."""

import datetime as dt

import pytest

from dashboard.actor import acting_as_job
from dashboard.clearance import readiness, removing
from dashboard.clearance.standing import stand
from dashboard.clinical.clearance import Tier
from dashboard.clock import now
from dashboard.db import db
from dashboard.findings import actions as findings
from dashboard.findings import correcting
from dashboard.findings.actions import By
from dashboard.findings.models import Finding, RemovalState
from dashboard.patients.models import Patient
from tests.clearance.stable import ZONE, enter, one


@pytest.mark.one_database
def test_the_tier_does_not_fall_on_the_day_of_a_removal(app, cast, stable, clock):
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        assert stand(ann).judged.tier is Tier.T0
        enter(ann.id, cast.alice, one("purging_frequency", "4", "episodes/wk"))
        db.session.commit()
        high = stand(ann).judged.tier
        assert high >= Tier.T2
        wrong = db.session.query(Finding).filter_by(kind="purging_frequency", entered="4").one()
        removal = removing.remove(
            ann, wrong, reason="another patient's", by_id=cast.alice, by_name="Alice Adler"
        )
        assert removal.state is RemovalState.WAITING, "it would improve the tier"
        db.session.commit()
        findings.agree(removal, by_id=cast.bob, by_name="Bob Baum")
        db.session.commit()

        judged = stand(ann).judged
        assert judged.tier is high
        assert "not lowered on the day of a removal" in judged.tier_reasons
        assert readiness.of(ann.id).tier is high
        clock.shift(dt.timedelta(days=1))
        assert stand(ann).judged.tier is Tier.T0


@pytest.mark.one_database
def test_what_forbids_only_a_session_is_not_taken_out_alone(app, cast, stable, clock):
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        enter(ann.id, cast.alice, one("alcohol_or_opioid_24h", "yes"))
        db.session.commit()
        said = db.session.query(Finding).filter_by(kind="alcohol_or_opioid_24h", entered="yes")
        assert removing.would_improve(ann, said.one())


@pytest.mark.one_database
def test_a_correction_of_a_later_day_is_no_way_round_the_second_clinician(app, cast, stable, clock):
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        enter(ann.id, cast.alice, one("K", "2.8", "mEq/L"))
        db.session.commit()
        low = db.session.query(Finding).filter_by(kind="K", entered="2.8").one()
        clock.shift(dt.timedelta(days=1))
        (better,) = one("K", "4.2", "mEq/L")
        by = By(
            id=cast.alice, name="Alice Adler", at=now(), today=better.taken_on, zone=ZONE
        )  # fmt: skip
        _, removal = correcting.correct(ann, low, better, reason="A slip of the pen.", by=by)
        assert removal.state is RemovalState.WAITING
