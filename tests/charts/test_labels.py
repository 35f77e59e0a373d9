"""Values are written where they cover nothing."""

import pytest

from dashboard.charts.labels import Box, around, beside, fitted, hidden, place

FRAME = Box(0, 0, 100, 100)


def test_the_first_free_place_is_taken():
    places = beside(50, 50, width=10, size=12, away=7)

    assert place(places, frame=FRAME, taken=[]) == places[0]
    assert place(places, frame=FRAME, taken=[places[0]]) != places[0]


def test_a_place_outside_the_picture_is_passed_over():
    places = around(50, 97, width=10, size=11)

    assert place(places, frame=FRAME, taken=[]).top <= 100


def test_where_every_place_is_taken_the_least_hidden_is_used():
    free, half = Box(0, 0, 10, 10), Box(20, 0, 30, 10)

    assert place([free, half], frame=FRAME, taken=[free, Box(20, 0, 25, 10)]) == half


def test_how_much_is_hidden_is_a_share_of_the_label():
    assert hidden(Box(0, 0, 10, 10), under=[Box(5, 0, 20, 10)]) == pytest.approx(0.5)
    assert hidden(Box(0, 0, 10, 10), under=[Box(10, 0, 20, 10)]) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [("severe", "severe"), ("mod. severe", "mod. severe"), ("x" * 999, "x" * 10 + "…")],
)
def test_a_word_that_does_not_fit_ends_in_an_ellipsis(text, expected):
    assert fitted(text, size=11, room=66) == expected
