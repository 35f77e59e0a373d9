"""The medication ledger: what was supplied is taken, left or returned; what is not, is seen."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.clinical.medication_count import Amount, Balance, Move, balance, lines, mg, reach

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
UNTIL = date(2026, 12, 14)


def on(day: int, amount: int | str | None) -> Amount:
    """Return so many mg on a day after the first of November."""
    return Amount(NOON + timedelta(days=day), None if amount is None else Fraction(amount))


def ledger(*, supplied=(), taken=(), returned=(), counted=()) -> dict[str, list[Amount]]:
    named = {"supplied": supplied, "taken": taken, "returned": returned, "counted": counted}
    return {name: [on(*one) for one in several] for name, several in named.items()}


def found(**moves) -> Balance:
    return balance(**ledger(**moves))


FEW = st.lists(st.integers(1, 600), max_size=4)


@given(FEW.filter(bool), FEW, FEW, st.integers(-50, 50))
def test_supplied_is_taken_and_left_and_returned(supplied, taken, returned, off):
    left = sum(supplied) - sum(taken) - sum(returned)
    result = found(
        supplied=[(0, one) for one in supplied], taken=[(1, one) for one in taken],
        returned=[(2, one) for one in returned], counted=[(3, left + off)],
    )  # fmt: skip

    parts = (result.taken, result.returned, result.expected)
    assert result.supplied == sum(part for part in parts if part is not None)
    assert None not in parts
    assert (result.difference, result.is_right) == (off, off == 0)
    assert ("adds up" in result.words) is (off == 0)
    assert ("less than" in result.words) is (off < 0)


@given(FEW.filter(bool), FEW, st.integers(-50, 50))
def test_a_second_count_of_the_same_does_not_wipe_out_what_was_used_early(supplied, taken, off):
    left = sum(supplied) - sum(taken) + off
    result = found(
        supplied=[(0, one) for one in supplied], taken=[(1, one) for one in taken],
        counted=[(2, left), (3, left)],
    )  # fmt: skip

    assert result.difference == off


@given(st.permutations([(0, 300), (9, 300), (4, 60)]))
def test_the_order_of_writing_down_changes_nothing(written):
    supplies = [one for one in written if one[1] == 300]
    doses = [one for one in written if one[1] == 60]

    assert found(supplied=supplies, taken=doses, counted=[(10, 540)]).is_right is True


@pytest.mark.parametrize(
    ("moves", "is_right", "words"),
    [
        ({}, None, "No supply and no count is on record"),
        ({"taken": [(1, 60)]}, None, "No supply and no count is on record"),
        ({"supplied": [(0, 300)]}, None, "The medicine has not been counted"),
        (
            {"supplied": [(0, 300)], "taken": [(1, None)], "counted": [(2, 240)]}, None,
            "Cannot be told: a dose has no amount",
        ),
        (
            {"counted": [(0, 180)]}, None,
            "Cannot be told: there is nothing that the first count could be compared with",
        ),
        (
            {"supplied": [(0, 300)], "taken": [(1, 60)], "counted": [(2, 180)]}, False,
            "60 mg less than there should be: used early, or lost",
        ),
        (
            {"supplied": [(0, 300)], "taken": [(1, 60)], "counted": [(2, 300)]}, False,
            "60 mg more than there should be: a dose not taken, or a miscount",
        ),
        ({"supplied": [(0, "37.5")], "counted": [(1, "25")]}, False, "12.5 mg less"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_said_and_never_taken_for_right(moves, is_right, words):
    result = found(**moves)

    assert result.is_right is is_right and result.words.startswith(words)


def test_doses_before_the_first_supply_were_of_another_one():
    result = found(supplied=[(5, 300)], taken=[(1, None), (6, 60)], counted=[(7, 240)])

    assert result.is_right is True and result.taken == 60


def test_a_count_before_the_first_supply_stands_for_what_was_there_already():
    moves = {"supplied": [(2, 300)], "taken": [(1, 60), (3, 60)]}

    assert found(**moves, counted=[(0, 180), (4, 360)]).is_right is True
    assert found(**moves, counted=[(0, 180), (4, 300)]).difference == -60
    assert found(supplied=[(2, 300)], counted=[(0, 180)]).is_right is None


def test_doses_and_supplies_after_the_newest_count_wait_for_the_next_one():
    result = found(
        supplied=[(0, 300), (8, 300)], taken=[(1, 60), (9, 60), (10, None)], counted=[(2, 240)]
    )

    assert result.is_right is True and result.supplied == 300 and result.taken == 60
    assert result.left is None, "a dose without an amount was taken since"
    assert found(supplied=[(0, 300)], taken=[(9, 60)], counted=[(2, 300)]).left == 240


def test_early_use_is_seen_between_two_counts_although_an_older_dose_has_no_amount():
    moves = {"supplied": [(0, 600)], "taken": [(1, None), (4, 60)]}

    used = found(**moves, counted=[(2, 540), (5, 420)])
    right = found(**moves, counted=[(2, 540), (5, 480)])

    assert used.is_right is False
    assert used.words == (
        "60 mg less than there should be: used early, or lost since the count before"
    )
    assert right.is_right is None and "before it an amount is not known" in right.words


def test_a_dose_of_the_moment_of_a_count_comes_after_it():
    used_early = found(supplied=[(0, 300)], taken=[(2, 60)], counted=[(2, 240)])

    assert used_early.difference == -60
    assert found(supplied=[(0, 300)], taken=[(2, 60)], counted=[(2, 300)]).is_right is True


def test_every_move_says_what_should_be_left_after_it():
    course = lines(
        **ledger(
            supplied=[(0, 300)], taken=[(-1, 60), (1, 60)], returned=[(3, 30)], counted=[(2, 200)]
        )
    )

    assert [(one.move, one.expected, one.difference) for one in course] == [
        (Move.TAKEN, None, None), (Move.SUPPLIED, 300, None), (Move.TAKEN, 240, None),
        (Move.COUNTED, 240, -40), (Move.RETURNED, 210, None),
    ]  # fmt: skip
    assert [one.is_counting for one in course] == [False, True, True, True, True]


def lasting(left: int | None, *planned: int | None, today=date(2026, 12, 1)):
    doses = [None if one is None else Fraction(one) for one in planned]
    return reach(None if left is None else Fraction(left), planned=doses, until=UNTIL, today=today)


def test_a_supply_is_held_against_the_sessions_planned_until_it_should_end():
    short, over, passed = (
        lasting(100, 60, 60),
        lasting(300, 60),
        lasting(90, today=date(2027, 1, 1)),
    )

    assert (short.is_enough, over.is_enough) == (False, True)
    assert short.words.startswith("20 mg short for 2 planned sessions until 14-Dec-2026")
    assert over.words.startswith("240 mg will be over after 1 planned session until 14-Dec-2026")
    assert (
        passed.words == "The supply should have ended on 14-Dec-2026; 90 mg should be there still"
    )
    for unknown in (lasting(None), lasting(60, None)):
        assert unknown.is_enough is None and "not known" in unknown.words


def test_more_gone_than_was_there_is_said_although_nobody_counted():
    result = found(supplied=[(0, 60)], taken=[(1, 60), (2, 60)])

    assert result.overdrawn.startswith("60 mg more is gone than was there")
    assert result.is_right is None and not found(supplied=[(0, 60)], taken=[(1, 60)]).overdrawn


@given(st.fractions(0, 5000, max_denominator=1).map(lambda n: n / 4))
def test_an_amount_is_written_without_rounding_it_away(amount):
    assert Fraction(mg(amount).removesuffix(" mg")) == amount
