"""Signing a check on what is seen, reading it back, and proving that it is what was signed."""

import html
import io
import re

import pytest
from pypdf import PdfReader

from dashboard.actor import acting_as_job
from dashboard.clearance import verifying
from dashboard.clearance.models import ClearanceCheck
from dashboard.db import db
from tests.cast import sign_in
from tests.clearance.stable import one
from tests.clearance.test_patient_page import words

CLEARED = {"decision": "cleared", "cadence": "Weight weekly.", "next_check_on": "07-Dec-2026"}


def sign(alice, stable, **changes):
    return alice.fill_in(f"{stable}/checks/new", {**CLEARED, **changes})


def test_a_check_is_proposed_signed_sealed_read_and_printed(alice, stable, app, rows):
    offered = alice.get(f"{stable}/checks/new").text
    assert "Weight monthly, laboratory values monthly" in offered, "the cadence of T0"

    answer = sign(alice, stable, decision="cleared with conditions", conditions="First in clinic.")
    assert answer.status_code == 303, words(answer.text)[:2000]
    shown = words(alice.get(answer.location).text)
    assert "Cleared with conditions" in shown and "First in clinic." in shown
    assert "Seal intact" in shown and "Alice Adler, 23-Nov-2026 12:00 ET" in shown
    (check,) = rows("SELECT decision, tier, outcome FROM clearance_check")
    assert tuple(check) == ("cleared with conditions", "T0", "CLEAR")
    assert "Ready" in words(alice.get(stable).text)
    assert alice.get(f"{answer.location}/print").status_code == 200

    pdf = alice.post(f"{answer.location}/pdf")
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.data)).pages)
    assert "Clearance check 1" in text and "Potassium" in text and "First in clinic." in text
    pages = PdfReader(io.BytesIO(pdf.data)).pages
    assert all("ABEL, Ann" in page.extract_text() for page in pages)
    with app.app_context(), acting_as_job("test data"):
        assert verifying.verify() == verifying.Verdict(1)


@pytest.mark.one_database
def test_nobody_is_cleared_while_something_blocks(alice, stable, record, rows):
    record(one("K", "2.8", "mEq/L"))
    answer = sign(alice, stable)
    assert answer.status_code == 422 and "cannot be cleared now" in answer.text
    assert "Weight weekly." in answer.text
    assert not rows("SELECT id FROM clearance_check")

    signed = sign(alice, stable, decision="not cleared")
    assert signed.status_code == 303
    assert "Hold." in words(alice.get(stable).text)

    told = "L01 (APA): APA 2006 <3; MEED checklist <3.0, table <2.5; read in the source"
    assert told in html.unescape(words(alice.get(signed.location).text))
    pdf = PdfReader(io.BytesIO(alice.post(f"{signed.location}/pdf").data))
    paper = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert "Valid to" in paper and "MEED checklist" in paper


def test_what_changed_since_the_page_was_shown_is_said_and_nothing_is_signed(
    alice, stable, record, rows
):
    path = f"{stable}/checks/new"
    fields = {**alice.fields(path), **CLEARED}
    record(one("K", "3.3", "mEq/L"))

    answer = alice.post(path, fields)
    assert answer.status_code == 409
    assert "Potassium (L02b): was clear, is caution" in answer.text
    assert "Weight weekly." in answer.text and not rows("SELECT id FROM clearance_check")


def test_a_check_sent_twice_is_one_check(alice, stable, rows):
    path = f"{stable}/checks/new"
    fields = {**alice.fields(path), **CLEARED}
    first, second = alice.post(path, fields), alice.post(path, fields)
    assert first.location == second.location
    assert len(rows("SELECT id FROM clearance_check")) == 1


BAD = {
    "no decision": {"decision": ""},
    "a decision nobody offered": {"decision": "perhaps"},
    "conditions that are not said": {"decision": "cleared with conditions"},
    "no monitoring": {"cadence": " "},
    "a day that is past": {"next_check_on": "01-Nov-2026"},
    "a day that is none": {"next_check_on": "30-Feb-2027"},
    "too many characters": {"cadence": "x" * 2001},
}


@pytest.mark.one_database
@pytest.mark.parametrize("fault", BAD)
def test_bad_input_is_refused_with_everything_kept(alice, stable, rows, fault):
    answer = sign(alice, stable, **BAD[fault])
    assert answer.status_code == 422 and "There is a problem" in answer.text
    assert not rows("SELECT id FROM clearance_check")


def test_a_check_of_another_patient_is_not_found(alice, stable, cast, app, clock):
    location = sign(alice, stable).location
    bob = sign_in(app, cast.bob)
    ref = location.rsplit("/", 1)[-1]
    for end in ("", "/print"):
        assert bob.get(f"{location}{end}").status_code == 404
        path = f"/patients/{cast.ben_ref}/clearance/checks/{ref}{end}"
        assert bob.get(path).status_code == 404


def test_a_check_changed_behind_the_program_is_named(alice, stable, app, rows):
    sign(alice, stable)
    runner = app.test_cli_runner()
    assert "Every signed check holds: 1." in runner.invoke(args=["clearance", "verify"]).output
    with app.app_context(), acting_as_job("test data"):
        check = db.session.query(ClearanceCheck).one()
        check.cadence = "Never."
        with db.session.no_autoflush:
            assert "not what was signed" in verifying.verify().trouble


@pytest.mark.one_database
def test_numbers_of_body_size_stay_out_until_they_are_shown(alice, stable):
    location = sign(alice, stable).location
    for path in (stable, f"{stable}/checks/new", location, f"{location}/print"):
        assert not re.search(r"\bkg/m|\bBMI[^<]{0,40}\d\d\.", words(alice.get(path).text)), path
    assert "Show hidden numbers once" in alice.get(stable).text
    assert "kg/m²" in alice.get(alice.post(f"{stable}/weights").location).text
    assert "kg/m²" not in alice.get(stable).text, "for one view"
    assert "kg/m²" in alice.get(alice.post(f"{location}/weights").location).text
