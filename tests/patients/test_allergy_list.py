"""Allergies as a list and as the chart's line: two spellings of one truth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.patients import allergy_list
from dashboard.patients.allergy_list import SEVERITIES, Allergy, read, written

WORDS = st.text(st.characters(exclude_characters=";:()", exclude_categories=["C", "Z"]), min_size=1,
                max_size=12)  # fmt: skip
ENTRIES = st.builds(
    Allergy, substance=WORDS, reaction=st.one_of(st.just(""), WORDS),
    severity=st.sampled_from(["", *SEVERITIES]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "entries"),
    [
        ("", ()),
        ("Penicillin", (Allergy("Penicillin"),)),
        ("Penicillin: hives (severe); latex",
         (Allergy("Penicillin", "hives", "severe"), Allergy("latex"))),
        ("penicillin, rash", (Allergy("penicillin, rash"),)),
        ("Codeine (Mild)", (Allergy("Codeine", "", "mild"),)),
        ("Codeine (syrup)", (Allergy("Codeine (syrup)"),)),
        ("Nuts: swelling: lips", (Allergy("Nuts", "swelling: lips"),)),
        (": hives; ;", (Allergy("hives"),)),
        ("(severe)", (Allergy("(severe)"),)),
    ],
)  # fmt: skip
def test_any_line_of_a_chart_can_be_read(line, entries):
    assert read(line) == entries


@given(st.lists(ENTRIES, max_size=4))
def test_writing_and_reading_changes_nothing(entries):
    assert read(written(entries)) == tuple(entries)


@given(st.text(max_size=60))
def test_no_word_of_a_freely_typed_line_is_lost(line):
    def words(text):
        for mark in ";:,()":
            text = text.replace(mark, " ")
        return text.casefold().split()

    assert words(written(read(line))) == words(line)


def test_a_list_that_the_chart_cannot_hold_is_refused_with_its_length():
    with pytest.raises(allergy_list.TooLong, match="312 characters"):
        written([Allergy("a" * 155), Allergy("b" * 155)])


@pytest.mark.parametrize("text", ["a;b", "a: b"])
def test_a_mark_that_would_part_an_entry_is_refused(text):
    with pytest.raises(ValueError, match="comma"):
        allergy_list.substance(text)


def test_a_reaction_may_have_a_colon():
    assert allergy_list.reaction("hives: arms") == "hives: arms"
    with pytest.raises(ValueError, match="comma"):
        allergy_list.reaction("hives; swelling")
