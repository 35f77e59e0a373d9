"""Refeeding risk by NICE CG32 and ASPEN 2020: met, not met, or cannot tell.

Missing is not negative: a criterion that could still be met keeps the answer open.
Sources: clearance reference section 1.5, clearance decisions section 9. The consensus words
without a number ("moderately low", "severe loss of fat or muscle") are a clinician's answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

Answer = bool | None


@dataclass(frozen=True)
class AtLeast:
    """A loss known to be this much or more: the weights do not reach back far enough."""

    percent: Fraction


@dataclass(frozen=True, kw_only=True)
class Nutrition:
    """What both lists ask; None is "not known". Losses in per cent, intake in days."""

    bmi: Fraction | None = None
    loss_1_month: Fraction | AtLeast | None = None
    loss_3_months: Fraction | AtLeast | None = None
    loss_6_months: Fraction | AtLeast | None = None
    days_of_little_or_no_intake: Fraction | None = None
    low_potassium_phosphate_or_magnesium: Answer = None
    alcohol_insulin_chemotherapy_diuretic_or_antacid: Answer = None
    other_severe_criterion: Answer = None  # ASPEN: intake, electrolytes, fat, muscle, comorbidity
    other_moderate_criteria: int | None = None  # ASPEN: how many of the same, moderate


def nice_high(patient: Nutrition) -> Answer:
    """Say whether NICE calls the risk high: one major criterion, or two minor ones."""
    major = any_of(
        [
            below(patient.bmi, 16),
            above(patient.loss_6_months, 15),
            above(patient.days_of_little_or_no_intake, 10),
            patient.low_potassium_phosphate_or_magnesium,
        ]
    )
    minor = at_least(
        2,
        [
            below(patient.bmi, Fraction("18.5")),
            above(patient.loss_6_months, 10),
            above(patient.days_of_little_or_no_intake, 5),
            patient.alcohol_insulin_chemotherapy_diuretic_or_antacid,
        ],
    )
    return any_of([major, minor])


def nice_extreme(patient: Nutrition) -> Answer:
    """Say whether NICE calls the risk extreme: BMI below 14 or negligible intake over 15 days."""
    return any_of([below(patient.bmi, 14), above(patient.days_of_little_or_no_intake, 15)])


def aspen_significant(patient: Nutrition) -> Answer:
    """Say whether one criterion of ASPEN's significant column is met."""
    return any_of(
        [
            below(patient.bmi, 16),
            from_(patient.loss_3_months, Fraction("7.5")),
            above(patient.loss_6_months, 10),
            above(patient.days_of_little_or_no_intake, 7),
            patient.other_severe_criterion,
        ]
    )


def aspen_moderate(patient: Nutrition) -> Answer:
    """Say whether two criteria of ASPEN's moderate column, or worse ones, are met."""
    bmi, days = patient.bmi, patient.days_of_little_or_no_intake
    own = [
        None if bmi is None else bmi <= Fraction("18.5"),
        from_(patient.loss_1_month, 5),
        from_(days, 5),
    ]
    if patient.other_moderate_criteria is None:
        return True if at_least(2, own) else None
    return at_least(2 - patient.other_moderate_criteria, own)


def any_of(answers: Iterable[Answer]) -> Answer:
    """Return True when one is, None when one could be, False when none is."""
    return at_least(1, answers)


def all_of(answers: Iterable[Answer]) -> Answer:
    """Return False when one is, None when one could be, True when all are."""
    given = list(answers)
    if any(answer is False for answer in given):
        return False
    return None if any(answer is None for answer in given) else True


def at_least(count: int, answers: Iterable[Answer]) -> Answer:
    """Return whether that many are met, None when the unknown ones decide."""
    given = list(answers)
    met = sum(answer is True for answer in given)
    open_ = sum(answer is None for answer in given)
    if met >= count:
        return True
    return None if met + open_ >= count else False


def below(value: Fraction | None, limit: int | Fraction) -> Answer:
    """Compare; None stays None."""
    return None if value is None else value < limit


def above(value: Fraction | AtLeast | None, limit: int | Fraction) -> Answer:
    """Compare; None stays None, and a lower bound can say yes only."""
    if isinstance(value, AtLeast):
        return True if value.percent > limit else None
    return None if value is None else value > limit


def from_(value: Fraction | AtLeast | None, limit: int | Fraction) -> Answer:
    """Compare, the limit included; None stays None, and a lower bound can say yes only."""
    if isinstance(value, AtLeast):
        return True if value.percent >= limit else None
    return None if value is None else value >= limit
