"""Names: how they are ordered and found, whatever letters people have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.patients.names import (
    LONGEST,
    given_key,
    key_of,
    name_key,
    plain_name,
    prefix_range,
    reads_as_name,
)

KEYS = {
    "Łukasz": "lukasz",
    "O'Neil": "oneil",
    "O’NEIL": "oneil",
    "de la Cruz": "de la cruz",
    "DE LA CRUZ": "de la cruz",
    "Ωmega": "ωmega",
    "Sørensen": "sorensen",
    "Müller-Lüdenscheidt": "muller ludenscheidt",
    "Straße": "strasse",
    "Ægir": "aegir",
    "Nguyễn": "nguyen",
    "İpek": "ipek",
    "ﬁnn": "finn",
    "Rivera, Elena": "rivera elena",
    "  Rivera \t Elena ": "rivera elena",
    "St. John": "st john",
    "שרה": "שרה",
    "李": "李",
    "R\u202eivera": "rivera",
    "<b>Bold</b>": "b bold b",
    "": "",
    "-- '": "",
}


@pytest.mark.parametrize(("written", "key"), KEYS.items())
def test_a_name_has_one_key_however_it_is_written(written, key):
    assert key_of(written) == key


@given(st.text(max_size=400))
def test_a_key_is_its_own_key_and_fits_its_column(text):
    key = key_of(text)

    assert key_of(key) == key
    assert len(key) <= LONGEST


@given(st.text(max_size=60), st.text(max_size=20))
def test_a_name_lies_in_the_range_of_everything_it_begins_with(start, rest):
    begun = key_of(start)
    first, end = prefix_range(begun)

    assert first <= begun + key_of(rest) < end


def test_lists_go_by_family_name_and_search_finds_either():
    assert name_key(family="Rivera", given="Elena") == "rivera elena"
    assert given_key(family="Rivera", given="Elena") == "elena rivera"


def test_a_name_cannot_turn_the_text_around_it():
    assert plain_name("Ri\u202evera\u2066 \u200b\x00Elena\n") == "Rivera Elena"
    assert plain_name("می\u200cخواهم") == "می\u200cخواهم"


def test_a_name_without_a_letter_is_none():
    assert reads_as_name("李")
    assert not reads_as_name("'-. 12")
