"""Correcting and taking out: both stay on record, and an improvement needs a second clinician."""

import datetime as dt

import pytest
import time_machine

from dashboard.actor import acting_as_job
from dashboard.clearance import readiness
from dashboard.db import db
from dashboard.patients.models import CareTeamMember, EmergencyAccess
from tests.cast import sign_in
from tests.findings.desk import cleared, path, type_panel, words

NOON = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)


@pytest.fixture
def alice(app, cast):
    with time_machine.travel(NOON, tick=False):
        cleared(app, cast)
        yield sign_in(app, cast.alice)


@pytest.fixture
def bob(app, cast, alice):
    """Bob treats Ann as well."""
    with app.app_context(), acting_as_job("test data"):
        db.session.add(
            CareTeamMember(
                patient_id=cast.ann, user_id=cast.bob, added_by_id=cast.alice, added_reason="both"
            )
        )
        db.session.commit()
        db.session.remove()
    return sign_in(app, cast.bob)


def newest(rows, kind="K"):
    return rows(f"SELECT ref FROM finding WHERE kind = '{kind}' ORDER BY id DESC")[0].ref


def status(app, cast):
    with app.app_context(), acting_as_job("test data"):
        return readiness.of(cast.ann).status.value


def test_a_finding_that_only_harms_goes_at_once_and_is_kept_struck(app, alice, cast, rows):
    type_panel(alice, cast, "chemistry", {"Mg": "2.1"})
    ref = newest(rows, "Mg")
    page = words(alice.get(path(cast, f"/{ref}/in-error")))
    assert "Without it, no verdict changes." in page
    assert alice.fill_in(path(cast, f"/{ref}/in-error"), {"reason": ""}).status_code == 422
    answer = alice.fill_in(path(cast, f"/{ref}/in-error"), {"reason": "Ben's sample."})
    assert answer.status_code == 303
    shown = alice.get(path(cast, "/kinds/Mg"))
    assert '<s class="num">2.1 mg/dL</s>' in shown.text and "Ben's sample." in words(shown)
    assert alice.fill_in(path(cast, f"/{ref}/in-error"), {"reason": "again"}).status_code == 409


def test_what_would_improve_waits_for_another_physician_of_the_team(app, alice, bob, cast, rows):
    type_panel(alice, cast, "chemistry", {"K": "2.8"})
    ref = newest(rows)
    page = words(alice.get(path(cast, f"/{ref}/in-error")))
    assert "Finding Now Then Rule Potassium Stop Clear L01" in page
    answer = alice.fill_in(path(cast, f"/{ref}/in-error"), {"reason": "Haemolysed."})
    page = words(alice.get(answer.location))
    assert "It still counts until a second clinician agrees." in page and "Bob Baum" in page
    assert "Still counts, waits for a second clinician" in words(alice.get(path(cast)))
    assert status(app, cast) == "hold"
    assert "A finding is to be taken out" in str(rows("SELECT words FROM task"))

    assert alice.post(path(cast, f"/{ref}/agree")).status_code == 403, "not who asked"
    assert "Agree: take it out" in words(bob.get(path(cast, f"/{ref}")))
    assert bob.post(path(cast, f"/{ref}/agree")).status_code == 303
    assert bob.post(path(cast, f"/{ref}/agree")).status_code == 409
    assert status(app, cast) == "due", "the gate stays closed until a new check"
    assert "Alice Adler and Bob Baum" in words(bob.get(path(cast, "/kinds/K")))


def test_a_declined_removal_lets_the_finding_stand(app, alice, bob, cast, rows):
    type_panel(alice, cast, "chemistry", {"K": "2.8"})
    ref = newest(rows)
    alice.fill_in(path(cast, f"/{ref}/in-error"), {"reason": "Haemolysed."})
    assert bob.post(path(cast, f"/{ref}/decline")).status_code == 303
    page = words(alice.get(path(cast, f"/{ref}")))
    assert "Haemolysed. (declined)" in page and "Declined Bob Baum" in page and "Correct" in page
    assert status(app, cast) == "hold"
    open_ones = rows("SELECT id FROM task WHERE state = 'open' AND words LIKE 'A finding is to%'")
    assert not open_ones


def test_a_colleague_by_emergency_access_is_no_second_clinician(app, alice, cast, rows):
    type_panel(alice, cast, "chemistry", {"K": "2.8"})
    ref = newest(rows)
    alice.fill_in(path(cast, f"/{ref}/in-error"), {"reason": "Haemolysed."})
    assert "Nobody else is on the care team" in words(alice.get(path(cast, f"/{ref}")))
    bob = sign_in(app, cast.bob)
    with app.app_context(), acting_as_job("test data"):
        db.session.add(
            EmergencyAccess(
                patient_id=cast.ann,
                user_id=cast.bob,
                reason="on call tonight, she fell",
                ends_at=NOON + dt.timedelta(hours=1),
            )
        )
        db.session.commit()
        db.session.remove()
    assert bob.get(path(cast, f"/{ref}")).status_code == 200
    assert bob.post(path(cast, f"/{ref}/agree")).status_code == 403
    assert status(app, cast) == "hold"


def test_a_correction_keeps_both_and_the_former_stops_counting_once_agreed(
    app, alice, bob, cast, rows
):
    type_panel(alice, cast, "chemistry", {"K": "2.8"})
    ref = newest(rows)
    fields = alice.fields(path(cast, f"/{ref}/correct"))
    assert fields["K"] == "2.8" and fields["taken_on"] == "23-Nov-2026"
    wrong = alice.fill_in(path(cast, f"/{ref}/correct"), {"K": "38", "reason": "Point left out."})
    assert wrong.status_code == 422 and "Did you mean 3.8?" in words(wrong)
    answer = alice.fill_in(path(cast, f"/{ref}/correct"), {"K": "3.8", "reason": "Misread."})
    assert answer.status_code == 303
    assert [r.entered for r in rows("SELECT entered FROM finding WHERE kind = 'K' ORDER BY id")][
        1:
    ] == ["2.8", "3.8"]
    assert status(app, cast) == "hold", "both count while it waits"
    page = words(alice.get(path(cast, f"/{ref}")))
    assert "Corrected by this one" in page and "Misread." in page
    bob.post(path(cast, f"/{ref}/agree"))
    assert status(app, cast) == "due"
    assert "Corrected to 3.8 mEq/L." in words(alice.get(path(cast, "/kinds/K")))


def test_a_correction_for_the_worse_counts_at_once(app, alice, cast, rows):
    ref = newest(rows)
    alice.fill_in(path(cast, f"/{ref}/correct"), {"K": "2.8", "reason": "Misread."})
    assert rows("SELECT state FROM finding_removal")[0].state == "done"
    assert status(app, cast) == "hold"


def test_a_weight_is_typed_anew_when_it_is_corrected(alice, cast, rows):
    ref = newest(rows, "weight_kg")
    for page in (f"/{ref}", f"/{ref}/correct", f"/{ref}/in-error"):
        assert "68" not in words(alice.get(path(cast, page)))
    assert alice.fields(path(cast, f"/{ref}/correct"))["weight_kg"] == ""
    alice.post(path(cast, f"/{ref}/weight"))
    assert "68 kg" in words(alice.get(path(cast, f"/{ref}")))


def test_another_patients_finding_is_not_reached(app, alice, cast, rows):
    ref = newest(rows)
    ben = sign_in(app, cast.bob)
    for method, rest in (("get", ""), ("get", "/correct"), ("post", "/agree"), ("post", "/weight")):
        answer = getattr(ben, method)(f"/patients/{cast.ben_ref}/findings/{ref}{rest}")
        assert answer.status_code == 404
    act = rows("SELECT ref FROM finding_set")[0].ref
    assert ben.get(f"/patients/{cast.ben_ref}/findings/sets/{act}").status_code == 404
