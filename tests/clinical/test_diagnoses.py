"""ICD-10-CM codes: what they mean, and which of them can be billed."""

import pytest

from dashboard.clinical.diagnoses import UnknownDiagnosis, all_diagnoses, is_billable, lookup


def test_a_leaf_says_what_it_means():
    found = lookup("F50.010")

    assert found.description == "Anorexia nervosa, restricting type, mild"
    assert found.is_billable


def test_a_code_is_found_as_people_type_it():
    assert lookup(" f50.2 ").description == "Bulimia nervosa"


@pytest.mark.parametrize("heading", ["F50", "F50.0", "F50.01", "F50.2"])
def test_a_heading_cannot_be_billed(heading: str):
    assert not is_billable(heading)


@pytest.mark.parametrize("unknown", ["", "F50.999", "X", "F50.0100"])
def test_an_unknown_code_is_refused_and_not_billable(unknown: str):
    assert not is_billable(unknown)
    with pytest.raises(UnknownDiagnosis):
        lookup(unknown)


def test_a_heading_has_leaves_and_a_billable_code_has_none_below_it():
    codes = {found.code: found.is_billable for found in all_diagnoses()}

    assert len(codes) == 131
    assert not [
        code
        for code, billable in codes.items()
        if billable and any(other != code and other.startswith(code) for other in codes)
    ]
