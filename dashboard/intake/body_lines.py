"""What follows from the weights of an intake: BMI, its place among peers under 20, suppression.

Numbers are cut, never rounded up: 14.997 is not shown as 15. Sources: clearance reference 4.2 and
4.6, clearance decisions section 8; the extended z-score above the 95th percentile is not offered,
its parameters are not in our sources.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from dashboard.clinical.formulas import body_size
from dashboard.clinical.formulas.body_size import ADULT_FROM, Lms, Sex
from dashboard.clinical.formulas.weight_course import weight_suppression
from dashboard.intake import partial
from dashboard.intake.answers import Content
from dashboard.intake.diagnosing import canonical_amount
from dashboard.intake.saying import Line

YOUNG_ADULT_BELOW = 26  # to 25 completed years the last median is an information line
SEX_WORDS = {Sex.FEMALE: "females", Sex.MALE: "males"}


@dataclass(frozen=True)
class Grown:
    """Whose weights they are; an unknown sex is compared with both."""

    born_on: dt.date
    sex: Sex | None

    @property
    def sexes(self) -> tuple[Sex, ...]:
        """The sexes whose medians count."""
        return (self.sex,) if self.sex else (Sex.FEMALE, Sex.MALE)


def lines(weights: Content, *, of: Grown, today: dt.date) -> tuple[Line, ...]:
    """Return every computed line; nothing is computed from a number in question."""
    return (*_body_size(weights, of, today), *_suppression(weights))


def _body_size(weights: Content, of: Grown, today: dt.date) -> Iterator[Line]:
    kg, cm = canonical_amount(weights, "current"), canonical_amount(weights, "height")
    if kg is None or cm is None:
        return
    value = body_size.bmi(kg=kg, cm=cm)
    squared = f"{_cut(kg, 2)} kg / ({_cut(cm / 100, 4)} m)²"
    yield Line("BMI", f"{_cut(value, 2)} kg/m² = {squared}", "stated")
    on = _weighed_on(weights)
    years = body_size.completed_years(of.born_on, on=on or today)
    if years >= ADULT_FROM:
        yield from _young_adult(value, of, years)
    elif on is None:
        yield _not_computed("the exact day of the present weight is needed under 20 years")
    elif years < body_size.TABLE_FROM:
        yield _not_computed("the reference begins at 2 years")
    else:
        for sex in of.sexes:
            yield from _among_peers(value, sex, of.born_on, on)


def _among_peers(value: Fraction, sex: Sex, born: dt.date, on: dt.date) -> Iterator[Line]:
    lms = body_size.lms_at(sex, born=born, on=on)
    peers = f"{SEX_WORDS[sex]} of {_cut(body_size.age_in_months(born, on=on), 1)} months"
    percent = body_size.percent_of_median_bmi(value, sex=sex, born=born, on=on)
    z = body_size.bmi_z_score(value, sex=sex, born=born, on=on)
    percentile = body_size.bmi_percentile(value, sex=sex, born=born, on=on)
    median = f"{_cut(value, 2)} / {_cut(lms.median, 2)} kg/m², the median of {peers} (CDC 2000)"
    yield Line("Per cent of median BMI", f"{_cut(percent, 1)} % = {median}", "stated")
    yield Line("BMI z-score", f"{_cut(z, 2)} = {_z_words(lms)}", "stated")
    caution = ". Above the 95th percentile z and percentile grow too slowly: use per cent of median"
    yield Line(
        "BMI percentile", f"{percentile} among {peers}{caution if percentile > 95 else ''}",
        "stated",
    )  # fmt: skip


def _z_words(lms: Lms) -> str:
    power, median, variation = (_cut(one, 4) for one in (lms.power, lms.median, lms.variation))
    return f"((BMI/M)^L - 1) / (L × S); L {power}, M {median}, S {variation}"


def _young_adult(value: Fraction, of: Grown, years: int) -> Iterator[Line]:
    if years < YOUNG_ADULT_BELOW:
        for sex in of.sexes:
            percent = body_size.percent_of_young_adult_median(value, sex=sex)
            words = f"{_cut(percent, 1)} % of the median of {SEX_WORDS[sex]} at 20 years"
            yield Line("For information", f"{words}; from 20 years the BMI counts", "stated")


def _suppression(weights: Content) -> Iterator[Line]:
    highest, current = canonical_amount(weights, "highest"), canonical_amount(weights, "current")
    if highest is not None and current is not None:
        below = weight_suppression(highest_kg=highest, current_kg=current)
        words = f"{float(below):.1f} % below the highest adult weight"
        yield Line("Weight suppression", words, "stated")


def _weighed_on(weights: Content) -> dt.date | None:
    day = weights.get("current_on")
    if day is None or not day.is_stated or not isinstance(day.value, str):
        return None
    return partial.stored(day.value).exact


def _not_computed(why: str) -> Line:
    return Line("Per cent of median BMI", f"Not computed: {why}", "empty")


def _cut(value: Fraction, places: int) -> Decimal:
    scaled = value * 10**places
    return Decimal(scaled.numerator // scaled.denominator).scaleb(-places).quantize(
        Decimal(1).scaleb(-places), rounding=ROUND_FLOOR
    )  # fmt: skip
