"""A caution may be overridden by a prescriber with reason and end; a stop never."""

import datetime as dt
import re

import pytest

from dashboard.actor import acting_as_job
from dashboard.clearance import counting
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import CareTeamMember, Patient
from tests.cast import sign_in
from tests.clearance.conftest import NOON
from tests.clearance.stable import one
from tests.clearance.test_patient_page import words

WHY = {
    "reason_kind": "treated, and being watched",
    "reason": "Replaced by mouth since yesterday, the ECG is unchanged.",
    "difference": "A call on Thursday.",
}
RULE = "P01b"


@pytest.fixture
def low(stable, record, clock):
    """Ann said 1 to the C-SSRS: one caution, and nothing else."""
    record(one("cssrs_ideation_past_month", "1"))
    return stable


@pytest.fixture
def other(record, clock):
    """Return a function that records another answer, ten minutes later."""

    def answered() -> None:
        clock.shift(dt.timedelta(minutes=10))
        record(one("cssrs_ideation_past_month", "2", taken_at=now()))

    return answered


def override(visitor, page, rule=RULE, **changes):
    return visitor.fill_in(f"{page}/rules/{rule}/override", {**WHY, **changes})


def test_a_caution_holds_is_overridden_shown_everywhere_and_runs_out(
    alice, low, cast, clock, rows, app
):
    assert "Hold. C-SSRS ideation, past month 1: caution 1 to under 4" in words(alice.get(low).text)
    offered = alice.fields(f"{low}/rules/P01b/override")
    assert offered["expires_on"] == "07-Dec-2026", "14 days, the finding is valid longer"

    answer = override(alice, low)
    assert answer.status_code == 303, words(answer.text)
    page = words(alice.get(low).text)
    told = "Overridden by Alice Adler until 07-Dec-2026: treated, and being watched"
    assert told in page and "In force" in page and "1 caution overridden" in page
    assert "1 caution overridden" in words(alice.get(f"/patients/{cast.ann_ref}").text)

    signed = alice.fill_in(
        f"{low}/checks/new",
        {"decision": "cleared", "cadence": "Weekly.", "next_check_on": "30-Nov-2026"},
    )
    assert "A call on Thursday." in words(alice.get(signed.location).text)
    ready = words(alice.get(low).text)
    assert "Ready, with what was overridden" in ready and "would make this Ready" not in ready
    with app.app_context(), acting_as_job("test data"):
        assert counting.counts()[RULE].words == "Overridden in 1 of 1 now, 1 times in all"

    clock.move_to(NOON + dt.timedelta(days=15))
    late = sign_in(app, cast.alice)
    assert "Ready." not in words(late.get(low).text)
    assert "Ran out 07-Dec-2026" in words(late.get(low).text)


@pytest.mark.one_database
def test_a_stop_has_no_override_and_says_what_clears_it(alice, stable, record, rows):
    assert "BMI" in words(alice.get(f"{stable}/rules/A02/override").text)
    assert "kg/m²" not in alice.get(f"{stable}/rules/A02/override").text, "hidden with the weights"
    record(one("K", "2.8", "mEq/L"))
    path = f"{stable}/rules/L01/override"
    page = alice.get(path)
    assert (
        page.status_code == 200
        and "<form" not in page.text.partition("<main")[2].partition("</main>")[0]
    )
    assert "No override exists. What clears it: a new value" in words(page.text)
    assert alice.post(path, {**WHY, "expires_on": "24-Nov-2026"}).status_code == 422
    assert not rows("SELECT id FROM override")


def test_an_override_ends_with_a_reason_and_with_a_newer_finding(alice, low, other, rows):
    override(alice, low)
    ref = rows("SELECT ref FROM override")[0].ref
    end = f"{low}/overrides/{ref}/end"
    assert alice.fill_in(end, {"reason": ""}).status_code == 422
    assert alice.fill_in(end, {"reason": "She feels worse."}).status_code == 303
    assert "Hold." in words(alice.get(low).text)

    override(alice, low)
    other()
    page = words(alice.get(low).text)
    assert "Ended by a newer finding or newer rules" in page and "Hold." in page


def test_a_value_that_changed_under_the_form_is_shown_before_anything_is_overridden(
    alice, low, other, rows
):
    path = f"{low}/rules/P01b/override"
    fields = {**alice.fields(path), **WHY}
    other()
    answer = alice.post(path, fields)
    assert answer.status_code == 409 and "The value changed" in answer.text
    assert WHY["reason"] in answer.text and not rows("SELECT id FROM override")


BAD = {
    "a reason of 29 characters": {"reason": "x" * 29},
    "no reason": {"reason": ""},
    "nothing different": {"difference": " "},
    "no kind of reason": {"reason_kind": ""},
    "a kind nobody offered": {"reason_kind": "I want to"},
    "a day too late": {"expires_on": "08-Dec-2026"},
    "a day that is past": {"expires_on": "22-Nov-2026"},
    "no day": {"expires_on": ""},
    "a scope nobody offered": {"scope": "everything"},
}


@pytest.mark.one_database
def test_bad_input_is_refused_with_everything_kept(alice, low, rows):
    for fault, changes in BAD.items():
        answer = override(alice, low, **changes)
        assert answer.status_code == 422 and "There is a problem" in answer.text, fault
    assert not rows("SELECT id FROM override")
    assert alice.get(f"{low}/rules/L99/override").status_code == 404


def test_two_at_a_high_tier_count_once_a_second_clinician_of_the_team_agrees(
    alice, low, record, cast, app, rows
):
    record(one("purging_frequency", "4", "episodes/wk"))
    page = words(alice.get(low).text)
    assert "Tier T2" in page
    rules = sorted(set(re.findall(r"Decide (\w+)", page)))
    assert len(rules) >= 2, page
    for rule in rules:
        assert override(alice, low, rule).status_code == 303
    assert "A second clinician has to agree" in words(alice.get(low).text)
    assert "Read and agree" not in alice.get(low).text, "not by who made it"

    refs = [row.ref for row in rows("SELECT ref FROM override")]
    agree = f"{low}/overrides/{refs[0]}/agree"
    bob = sign_in(app, cast.bob)
    assert bob.get(agree).status_code == 404, "Bob does not treat Ann"
    with app.app_context(), acting_as_job("test data"):
        db.session.add(CareTeamMember(patient_id=cast.ann, user_id=cast.bob, added_by_id=cast.bob))
        db.session.get_one(Patient, cast.ann)
        db.session.commit()
    for ref in refs:
        assert bob.fill_in(f"{low}/overrides/{ref}/agree", {}).status_code == 303
    page = words(alice.get(low).text)
    assert "agreed by Bob" in page and "A second clinician has to agree" not in page
