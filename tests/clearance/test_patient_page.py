"""The patient's clearance page: the answer in words, and every value, limit, date and source."""

import re

import pytest

from tests.clearance.stable import one


def words(text):
    """Return a page's text without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


@pytest.mark.one_database
def test_a_patient_nobody_judged_is_unknown_with_what_to_do(alice, cast):
    overview = words(alice.get(f"/patients/{cast.ann_ref}").text)
    assert "Unknown. Potassium: not on record" in overview
    assert "Consent in date not on record" in overview

    page = words(alice.get(f"/patients/{cast.ann_ref}/clearance").text)
    assert "What would make this Ready" in page and "No physician has signed these rules" in page
    assert "Ready." not in page


@pytest.mark.one_database
def test_all_clear_still_waits_for_a_check(alice, stable):
    page = alice.get(stable)
    assert page.status_code == 200
    said = words(page.text)
    assert "Due. A check has to be signed" in said
    assert "as of 25-Nov-2026: the day of the next session" in said
    assert "Potassium" in said and "22-Nov-2026" in said and "1 d" in said


@pytest.mark.one_database
def test_a_stop_says_value_limit_and_that_no_override_exists(alice, stable, record):
    record(one("K", "2.8", "mEq/L"))
    said = words(alice.get(stable).text)
    assert "Hold. Potassium 2.8 mEq/L: stops below 3.0 mEq/L" in said
    assert "No override exists. What clears it: a new value" in said
    assert "from memory" in said and "MEED" in said and "SAHM" in said
