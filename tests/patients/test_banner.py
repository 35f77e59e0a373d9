"""The banner over every page of a chart: whose chart this is, and what is not known."""

import datetime as dt

import pytest
import time_machine

from dashboard.patients.banner import banner, mrn
from dashboard.patients.models import Allergies, Patient, Sex, Status


def elena(**changes):
    known = {
        "ref": "a" * 26, "family_name": "Rivera", "given_name": "Elena", "preferred_name": "",
        "born_on": dt.date(1996, 3, 14), "mrn": "004718", "gender": "", "pronouns": "",
        "sex_for_ranges": Sex.FEMALE, "allergies": Allergies.NOT_ASKED, "allergies_text": "",
        "diagnosis_codes": "", "status": Status.ACTIVE,
    }  # fmt: skip
    return Patient(**{**known, **changes})


@pytest.fixture(autouse=True)
def inside(app):
    with app.app_context(), time_machine.travel("2026-11-17T15:00:00Z", tick=False):
        yield


@pytest.mark.one_database
def test_birth_date_and_age_are_written_as_clinicians_read_them():
    shown = banner(elena())

    assert (shown.born, shown.age, shown.mrn) == ("14-Mar-1996", 30, "004 718")


@pytest.mark.one_database
def test_what_was_not_asked_is_not_known():
    shown = banner(elena())

    assert shown.allergies == "Not known"
    assert shown.gender == "Not known"
    assert shown.pronouns is None
    assert shown.emergency is None


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("known", "text", "words"),
    [
        (Allergies.NOT_ASKED, "", "Not known"),
        (Allergies.NONE_KNOWN, "", "none known"),
        (Allergies.LISTED, "penicillin, rash", "penicillin, rash"),
    ],
)
def test_allergies_say_whether_anybody_asked(known, text, words):
    assert banner(elena(allergies=known, allergies_text=text)).allergies == words


@pytest.mark.one_database
def test_no_status_is_shown_as_well():
    assert "ok" not in {banner(elena(status=status)).status.kind for status in Status}


@pytest.mark.one_database
def test_diagnoses_are_words_and_an_unknown_code_stays_a_code():
    shown = banner(elena(diagnosis_codes="F50.21, X99.9"))

    assert shown.tags == ("Bulimia nervosa, mild", "X99.9")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("number", "written"),
    [("004718", "004 718"), ("K-77", "K-77"), ("12345", "12345"), ("٠٠٤٧١٨", "٠٠٤٧١٨")],
)
def test_only_six_digits_are_grouped(number, written):
    assert mrn(number) == written


@pytest.mark.one_database
def test_every_page_of_a_chart_carries_it(alice, cast):
    page = alice.get(f"/patients/{cast.ann_ref}/details")

    assert 'aria-label="Patient Abel, Ann"' in page.text
