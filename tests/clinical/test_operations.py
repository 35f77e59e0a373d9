"""The closed list of score operations, each on answers small enough to check by hand."""

from fractions import Fraction

import pytest

from dashboard.clinical.evidence import Chart
from dashboard.clinical.exact import Bounds, Part
from dashboard.clinical.items import Item, Kind, Option, Scale
from dashboard.clinical.logic import AllOf, AnyOf, Comparison, NoneOf, Op, holds
from dashboard.clinical.operations import work_out
from dashboard.clinical.score_rules import (
    Direction,
    Missing,
    MissingBasis,
    MissingMethod,
    Operation,
    ScoreRule,
)

ALL_NEEDED = Missing(MissingMethod.NONE, MissingBasis.POLICY)


def rule(op: Operation, *, missing: Missing = ALL_NEEDED, **parts) -> ScoreRule:
    """Make a score of items 1 to 3, unless told otherwise."""
    if not op.is_over_scores and "items" not in parts:
        parts["items"] = ("1", "2", "3")
    return ScoreRule(
        id="made", label="Made", op=op, lowest=Fraction(0), highest=Fraction(99),
        direction=Direction.HIGHER_WORSE, missing=missing,
        chart=Chart(Fraction(0), Fraction(99)), **parts,
    )  # fmt: skip


def answered(*worths: int | None) -> dict[str, Part]:
    """Answer items 1, 2, 3 on a scale from 0 to 4."""
    return {
        str(n): Part(None, 0, 4, frozenset({str(n)})) if w is None else Part(w, w, w)
        for n, w in enumerate(worths, start=1)
    }


@pytest.mark.parametrize(
    ("op", "parts", "value"),
    [
        (Operation.SUM, {}, 7),
        (Operation.SUM, {"multiply": Fraction(4)}, 28),
        (Operation.MEAN, {}, Fraction(7, 3)),
        (Operation.MEAN, {"multiply": Fraction(10)}, Fraction(70, 3)),
        (Operation.COUNT_GE, {"count_ge": Fraction(2)}, 2),
        (Operation.MAX, {}, 4),
        (Operation.VALUE, {"items": ("2",)}, 2),
        (Operation.SUM_OF_GROUP_MAX, {"groups": (("1", "2"), ("3",))}, 6),
        (Operation.SUM_OF_SCORES, {"of": ("1", "3")}, 5),
        (Operation.MEAN_OF_SCORES, {"of": ("1", "3")}, Fraction(5, 2)),
    ],
)
def test_each_operation_makes_what_its_name_says(op, parts, value):
    made = work_out(rule(op, **parts), answered(1, 2, 4))

    assert (made.value, made.lo, made.hi, made.prorated) == (value, value, value, False)


@pytest.mark.parametrize(
    ("op", "parts", "bounds"),
    [
        (Operation.SUM, {}, (5, 9)),
        (Operation.MEAN, {}, (Fraction(5, 3), 3)),
        (Operation.COUNT_GE, {"count_ge": Fraction(2)}, (1, 2)),
        (Operation.MAX, {}, (4, 4)),
        (Operation.VALUE, {"items": ("2",)}, (0, 4)),
        (Operation.SUM_OF_SCORES, {"of": ("2", "3")}, (4, 8)),
    ],
)
def test_a_blank_leaves_bounds_and_no_value(op, parts, bounds):
    made = work_out(rule(op, **parts), answered(1, None, 4))

    assert made.value is None
    assert (made.lo, made.hi, made.blanks) == (*bounds, {"2"})


def test_a_score_of_scores_needs_every_score_and_passes_on_that_it_is_prorated():
    parts = {"a": Part(2, 2, 2), "b": Part(3, 2, 4, frozenset({"9"}), prorated=True)}

    made = work_out(rule(Operation.SUM_OF_SCORES, of=("a", "b")), parts)

    assert (made.value, made.lo, made.hi, made.prorated) == (5, 4, 6, True)
    assert made.blanks == {"9"}


def test_prorating_starts_at_the_number_of_answers_it_needs():
    two_needed = Missing(MissingMethod.PRORATE, MissingBasis.PUBLISHED, min_answered=2)

    assert work_out(rule(Operation.SUM, missing=two_needed), answered(1, None, 4)).value == (
        Fraction(15, 2)
    )
    assert work_out(rule(Operation.MEAN, missing=two_needed), answered(1, None, 4)).value == (
        Fraction(5, 2)
    )
    assert work_out(rule(Operation.SUM, missing=two_needed), answered(1, None, None)).value is None


def test_a_group_s_median_is_rounded_up():
    one_each = Missing(
        MissingMethod.GROUP_MEDIAN_CEIL, MissingBasis.PUBLISHED, max_missing_per_group=1
    )
    grouped = rule(Operation.SUM, missing=one_each, groups=(("1", "2", "3"),))

    assert work_out(grouped, answered(1, None, 4)).value == 1 + 3 + 4
    assert work_out(grouped, answered(None, None, 4)).value is None


def test_one_answer_of_a_pair_is_enough():
    paired = rule(
        Operation.SUM_OF_GROUP_MAX, groups=(("1", "2"), ("3",)), one_of=(("1", "2"),)
    )  # fmt: skip

    made = work_out(paired, answered(3, None, 1))

    assert [made.value, made.lo, made.hi] == [4, 4, 4]
    assert made.blanks == {"2"}
    assert work_out(paired, answered(None, None, 1)).value is None


@pytest.mark.parametrize(
    ("is_closed", "expected"), [(True, (0, 0, 0)), (False, (7, 7, 7)), (None, (None, 0, 7))]
)
def test_a_closed_gate_makes_the_score_zero_and_an_unanswered_one_makes_it_open(
    is_closed, expected
):
    gated = Missing(MissingMethod.ZERO_IF_GATE, MissingBasis.PUBLISHED, gate="0")

    made = work_out(
        rule(Operation.SUM, missing=gated), answered(1, 2, 4), gate_is_closed=is_closed
    )  # fmt: skip

    assert (made.value, made.lo, made.hi) == expected


@pytest.mark.parametrize(
    ("changes", "worths"),
    [
        ({}, [0, 1, 2]),
        ({"reverse": True}, [2, 1, 0]),
        ({"weight": Fraction(3)}, [0, 3, 6]),
        ({"recode": ((0, Fraction(0)), (1, Fraction(0)), (2, Fraction(5)))}, [0, 0, 5]),
        ({"reverse": True, "recode": ((0, Fraction(9)), (1, Fraction(1)), (2, Fraction(2)))},
         [2, 1, 9]),
    ],
)  # fmt: skip
def test_an_answer_is_reversed_then_recoded_then_weighted(changes, worths):
    scale = Scale("s", Kind.CHOICE, 0, 2, tuple(Option(value) for value in range(3)))
    item = Item("1", scale, **changes)

    assert [item.worth(answer) for answer in range(3)] == worths
    assert item.worth_bounds == Bounds(min(worths), max(worths))


X_BETWEEN_2_AND_4 = {"x": Bounds(2, 4), "y": Bounds(3, 3), "z": Bounds(5, 6)}


@pytest.mark.parametrize(
    ("left", "op", "right", "answer"),
    [
        ("x", ">=", 2, True), ("x", ">=", 3, None), ("x", ">=", 5, False),
        ("x", ">", 1, True), ("x", ">", 2, None), ("x", ">", 4, False),
        ("x", "<=", 4, True), ("x", "<=", 3, None), ("x", "<=", 1, False),
        ("x", "<", 5, True), ("x", "<", 4, None), ("x", "<", 2, False),
        ("x", "==", 3, None), ("y", "==", 3, True), ("x", "==", 5, False),
        ("x", "!=", 3, None), ("y", "!=", 3, False), ("x", "!=", 5, True),
        ("x", "<", "z", True), ("x", ">", "z", False), ("x", ">=", "y", None),
    ],
)  # fmt: skip
def test_a_comparison_is_sure_only_when_the_bounds_are(left, op, right, answer):
    other = right if isinstance(right, str) else Fraction(right)

    assert holds(Comparison(left, Op(op), other), X_BETWEEN_2_AND_4) is answer


YES = Comparison("y", Op.EQUAL, Fraction(3))
NO = Comparison("y", Op.EQUAL, Fraction(4))
OPEN = Comparison("x", Op.EQUAL, Fraction(3))


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        (AllOf((YES, YES)), True), (AllOf((YES, OPEN)), None), (AllOf((NO, OPEN)), False),
        (AnyOf((NO, NO)), False), (AnyOf((NO, OPEN)), None), (AnyOf((YES, OPEN)), True),
        (NoneOf(YES), False), (NoneOf(NO), True), (NoneOf(OPEN), None),
    ],
)  # fmt: skip
def test_all_any_and_not_keep_what_cannot_be_told(condition, answer):
    assert holds(condition, X_BETWEEN_2_AND_4) is answer
