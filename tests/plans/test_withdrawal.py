"""A patient withdraws consent: the plan is held with it, and only a new consent lets it go on."""

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.patients.models import Patient
from tests.clearance.conftest import TODAY
from tests.consents.signing import signed_by_link
from tests.plans.course import active
from tests.sessions.on_pages import words


def test_withdrawn_consent_holds_the_plan_at_once_and_keeps_it_held(
    app, cast, stable, alice, nobody, rows
):
    signed_by_link(alice, nobody, cast.ann_ref)
    with app.app_context(), acting_as_job("test data"):
        plan = active(db.session.get_one(Patient, cast.ann), cast, today=TODAY).ref
    taken = alice.fill_in(
        f"/patients/{cast.ann_ref}/consents/withdraw",
        {"channel": "by phone", "reason": "I do not want it.", "is_confirmed": "y"},
    )
    assert taken.status_code == 303, words(taken)

    assert rows("SELECT state FROM treatment_plan") == [("held",)]
    page = words(alice.get(f"/patients/{cast.ann_ref}/plan"))
    assert "Consent withdrawn" in page and "Consent was withdrawn" in page
    refused = alice.fill_in(
        f"/patients/{cast.ann_ref}/plan/{plan}/resume", {"reason": "She said yes on the phone."}
    )
    assert refused.status_code == 409
    assert "She said yes on the phone." in refused.text, "what was typed stays"
    assert rows("SELECT state FROM treatment_plan") == [("held",)]
