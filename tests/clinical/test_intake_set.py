"""What is asked ahead of an intake: the cited set, in check-ins that are not too long."""

import pytest

from dashboard.clinical.instruments import catalogue
from dashboard.clinical.intake_set import PAIN, Ahead, asked_ahead, intake_set, parted

WITH_TEXT = {name: one for name, one in catalogue().items() if one.licence.text_included}


def names(*codes, known=(), available=WITH_TEXT):
    return [one.instrument_id for one in asked_ahead(codes, known=known, available=available)]


def test_the_set_is_that_of_the_reference_with_its_sources():
    assert names("F50.24") == ["asq", "phq9", "edeqs", "gad7", "auditc", "pcptsd5"]
    assert names("F50.24", known={PAIN})[-1] == "peg"
    assert names() == names("F50.24")
    assert {"mdq", "edeq6", "cia3", "ocir"} <= set(names(available=catalogue()))
    assert all(one.reason and one.source for one in intake_set())
    assert {one.instrument_id for one in intake_set()} <= set(catalogue())


def test_arfid_alone_is_not_asked_about_weight_and_shape():
    assert "edeqs" not in names("F50.82")
    assert "edeqs" in names("F50.82", "F50.24")


def test_check_ins_have_at_most_40_questions_and_nothing_is_lost():
    asked = names("F50.24", known={PAIN}, available=catalogue())
    parts = parted(asked, catalogue())
    lengths = [sum(len(catalogue()[name].items) for name in part) for part in parts]

    assert parts[0] == ("asq", "phq9", "edeqs", "gad7", "auditc", "peg")
    assert max(lengths) <= 40
    assert sorted(name for part in parts for name in part) == sorted(asked)


def test_what_must_be_known_first_is_a_word_that_somebody_can_say():
    with pytest.raises(ValueError, match="nobody knows of weather"):
        Ahead("phq9", "why", "who", "weather")
