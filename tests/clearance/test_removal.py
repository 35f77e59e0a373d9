"""Taking a finding out cannot make a day's judgement milder (decision 14.4)."""

import datetime as dt

import pytest

from dashboard.actor import acting_as_job
from dashboard.clearance import readiness, removing
from dashboard.clearance.standing import stand
from dashboard.clinical.clearance import Tier
from dashboard.db import db
from dashboard.findings import actions as findings
from dashboard.findings.models import Finding, RemovalState
from dashboard.patients.models import Patient
from tests.clearance.stable import enter, one


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

        now = stand(ann).judged
        assert now.tier is high and "not lowered on the day of a removal" in now.tier_reasons
        assert readiness.of(ann.id).tier is high
        clock.shift(dt.timedelta(days=1))
        assert stand(ann).judged.tier is Tier.T0
