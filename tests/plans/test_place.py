"""Without a planned session the clearance knows no place, route or day: the page says so."""

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.sessions import planning
from tests.clearance.conftest import TODAY
from tests.plans.course import signed
from tests.sessions.on_pages import words


def test_a_signed_plan_without_a_session_says_what_is_missing_and_leads_there(
    app, cast, stable, alice
):
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        signed(ann, cast, today=TODAY)
        db.session.commit()
    page = alice.get(f"/patients/{cast.ann_ref}/plan")
    assert "No session is planned" not in words(page)

    with app.app_context(), acting_as_job("test data"):
        for one in planning.planned(cast.ann):
            planning.cancel(one, by=cast.alice, reason="A cold.")
        db.session.commit()
    page = alice.get(f"/patients/{cast.ann_ref}/plan")
    assert "No session is planned" in words(page) and "no check can be signed" in words(page)
    assert f'href="/patients/{cast.ann_ref}/sessions/plan"' in page.text
