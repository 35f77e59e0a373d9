"""Body size: BMI for adults; per cent of the median, z-score and percentile from 2 to 20 years.

Values are never rounded before they are compared: a BMI of 14.997 is below 15.0. The extended
method for BMI above the 95th percentile is not offered: its parameters are not in our sources.
Source: CDC 2000 growth charts, BMI for age, LMS (public domain; the data file names it).
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from importlib.resources import files
from statistics import NormalDist
from types import MappingProxyType

from dashboard.clinical.formulas.powers import Number, logarithm, power

DAYS_A_MONTH = Fraction("30.4375")  # CDC-DNPAO CDCAnthro README
ADULT_FROM = 20
TABLE_FROM = 2


class Sex(StrEnum):
    """The sex whose reference ranges apply."""

    FEMALE = "F"
    MALE = "M"


class NoReference(LookupError):
    """The growth table covers ages from 2 to below 20 years only."""


@dataclass(frozen=True)
class Lms:
    """Box-Cox power, median and coefficient of variation at one age."""

    power: Fraction
    median: Fraction
    variation: Fraction


def bmi(*, kg: Number, cm: Number) -> Fraction:
    """Return kg/m², exactly; raise ValueError unless weight and height are positive."""
    kg, cm = Fraction(kg), Fraction(cm)
    if kg <= 0 or cm <= 0:
        raise ValueError("weight and height are above zero")
    return kg / (cm / 100) ** 2


def completed_years(born: date, *, on: date) -> int:
    """Return the age in completed years; somebody born on 29 February ages on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def age_in_months(born: date, *, on: date) -> Fraction:
    """Return the age in months of 30.4375 days, as the growth table counts them."""
    return Fraction((on - born).days) / DAYS_A_MONTH


def reference(sex: Sex, *, months: Number) -> Lms:
    """Return L, M and S at an age, linear between half-month knots; raise `NoReference`."""
    months = Fraction(months)
    ages, rows = _table()[sex]
    if not ages[0] <= months <= ages[-1]:
        raise NoReference(NoReference.__doc__)
    at = min(bisect_right(ages, months), len(ages) - 1)
    low, high = rows[at - 1], rows[at]
    share = (months - ages[at - 1]) / (ages[at] - ages[at - 1])
    return Lms(
        *(
            a + (b - a) * share
            for a, b in (
                (low.power, high.power),
                (low.median, high.median),
                (low.variation, high.variation),
            )
        )
    )


def percent_of_median_bmi(value: Number, *, sex: Sex, born: date, on: date) -> Fraction:
    """Return 100 x BMI / median for age and sex; raise `NoReference` outside 2 to <20 years."""
    return 100 * Fraction(value) / lms_at(sex, born=born, on=on).median


def bmi_z_score(value: Number, *, sex: Sex, born: date, on: date) -> Fraction:
    """Return z = ((BMI/M)^L - 1) / (L x S); raise `NoReference` outside 2 to <20 years."""
    lms = lms_at(sex, born=born, on=on)
    ratio = Fraction(value) / lms.median
    if lms.power == 0:
        return logarithm(ratio) / lms.variation
    return (power(ratio, lms.power) - 1) / (lms.power * lms.variation)


def bmi_percentile(value: Number, *, sex: Sex, born: date, on: date) -> Decimal:
    """Return the percentile of the z-score, for display, to two decimals."""
    z = float(bmi_z_score(value, sex=sex, born=born, on=on))
    return Decimal(str(100 * NormalDist().cdf(z))).quantize(Decimal("0.01"))


def percent_of_young_adult_median(value: Number, *, sex: Sex) -> Fraction:
    """Return per cent of the last median of the table: an information line for 20 to 25 years."""
    return 100 * Fraction(value) / reference(sex, months=240).median


def lms_at(sex: Sex, *, born: date, on: date) -> Lms:
    """Return L, M and S on a day of somebody's life; raise `NoReference` outside 2 to <20 years."""
    if not TABLE_FROM <= completed_years(born, on=on) < ADULT_FROM:
        raise NoReference(NoReference.__doc__)
    months = age_in_months(born, on=on)
    return reference(sex, months=max(months, Fraction(24)))


@cache
def _table() -> Mapping[Sex, tuple[tuple[Fraction, ...], tuple[Lms, ...]]]:
    file = files("dashboard.clinical").joinpath("data", "cdc_bmi_lms.csv")
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
    read: dict[Sex, list[tuple[Fraction, Lms]]] = {Sex.MALE: [], Sex.FEMALE: []}
    for row in csv.DictReader(lines):
        lms = Lms(Fraction(row["L"]), Fraction(row["M"]), Fraction(row["S"]))
        read[Sex.MALE if row["Sex"] == "1" else Sex.FEMALE].append((Fraction(row["Agemos"]), lms))
    return MappingProxyType(
        {
            sex: (tuple(age for age, _ in rows), tuple(lms for _, lms in rows))
            for sex, rows in read.items()
        }
    )
