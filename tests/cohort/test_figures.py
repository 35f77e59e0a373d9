"""What the words of a hold name, how a share is written, which diagnosis a code belongs to."""

import pytest

from dashboard.cohort.asked import codes_of, families, family_of
from dashboard.cohort.figures import on_one_scale, rate, share
from dashboard.cohort.hold_figures import named


@pytest.mark.parametrize(
    ("reason", "rules"),
    [
        ("Clearance closed. Potassium: forbids, and 2 more", ["Clearance closed: Potassium"]),
        ("Clearance closed.", ["Clearance closed"]),
        ("Weight decline: 4 % in 28 days. Clearance closed. ECG: out of date",
         ["Weight decline", "Clearance closed: ECG"]),
        ("Harm: nausea, grade 3. Misuse: a dose early.", ["Harm", "Misuse"]),
        ("The patient told of self-Harm: at night", ["Another reason, in its words"]),
    ],
)  # fmt: skip
def test_the_rules_of_a_hold_are_named(reason, rules):
    assert list(named(reason)) == rules


@pytest.mark.parametrize(
    ("code", "family"),
    [("F50.012", "F50.0"), ("f50.22", "F50.2"), ("F50.810", "F50.81"), ("F50.82", "F50.82"),
     ("F50.9", "F50.9"), ("F50.8", ""), ("F50", ""), ("F33.1", ""), ("", "")],
)  # fmt: skip
def test_a_code_belongs_to_its_family(code, family):
    assert family_of(code) == family
    assert not family or family in families()


def test_codes_are_read_as_they_are_stored():
    assert codes_of("F50.22, F33.1") == ["F50.22", "F33.1"] and codes_of("") == []


def test_a_share_is_never_rounded_to_none_or_all():
    one, most = (share("k", "K", {}, n=n, of=1000, withheld="") for n in (1, 999))

    assert (one.value, one.low, one.high) == ("<1", "<1", "1")
    assert (most.value, most.low, most.high) == (">99", "99", ">99")
    assert share("k", "K", {}, n=0, of=10, withheld="").low == "0"


def test_nothing_is_told_of_nothing_or_of_too_few():
    for line in (share("k", "K", {}, n=0, of=0, withheld=""),
                 rate("k", "K", {}, n=2, of=9, withheld="too few")):  # fmt: skip
        assert line.estimate is None and line.mark is None and line.value == ""


def test_rates_are_drawn_on_one_scale_on_which_the_longest_fits():
    lines = on_one_scale(rate("k", "K", {}, n=n, of=50, withheld="") for n in (0, 3, 12))

    marks = [line.mark for line in lines]
    assert max(mark.high for mark in marks) == 1000
    assert all(0 <= mark.low <= mark.at <= mark.high for mark in marks)
