"""The formulas give the worked numbers of the clearance reference."""

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from dashboard.clinical.formulas import blood, body_size, heart, refeeding, weight_course
from dashboard.clinical.formulas.body_size import NoReference, Sex
from dashboard.clinical.formulas.powers import logarithm, power
from dashboard.clinical.formulas.refeeding import AtLeast, Nutrition
from dashboard.clinical.formulas.weight_course import Weighing

VECTORS = json.loads(
    Path(__file__).with_name("worked_numbers.json").read_text("utf-8"), parse_float=Decimal
)
SEXES = {1: Sex.MALE, 2: Sex.FEMALE}
TODAY = date(2026, 11, 23)


def same(value: Fraction | Decimal, printed: Decimal | int) -> bool:
    """Whether a value rounds to the printed number."""
    printed = Decimal(printed)
    digits = -int(printed.as_tuple().exponent)
    return abs(Fraction(value) - Fraction(printed)) <= Fraction(1, 2 * 10**digits)


@pytest.mark.parametrize("child", VECTORS["pct_median_bmi"], ids=lambda v: v["dob"])
def test_per_cent_of_the_median_z_and_percentile(child):
    sex, born, on = SEXES[child["sex"]], *map(date.fromisoformat, (child["dob"], child["date"]))
    value = body_size.bmi(kg=child["kg"], cm=child["cm"])
    of: dict = {"sex": sex, "born": born, "on": on}

    assert same(value, child["bmi"])
    assert same(body_size.age_in_months(born, on=on), child["agemos"])
    median = body_size.reference(sex, months=body_size.age_in_months(born, on=on)).median
    assert same(median, child["M"])
    assert same(body_size.percent_of_median_bmi(value, **of), child["pct_median"])
    assert same(body_size.bmi_z_score(value, **of), child["z"])
    assert same(body_size.bmi_percentile(value, **of), child["percentile"])


@pytest.mark.parametrize("ecg", VECTORS["qtc"], ids=lambda v: f"{v['qt']}/{v['hr']}")
def test_qt_is_corrected_four_ways(ecg):
    tracing = {"qt_ms": ecg["qt"], "rate": ecg["hr"]}

    assert same(heart.bazett(**tracing), ecg["bazett"])
    assert same(heart.fridericia(**tracing), ecg["fridericia"])
    assert same(heart.framingham(**tracing), ecg["framingham"])
    assert same(heart.hodges(**tracing), ecg["hodges"])


@pytest.mark.parametrize("patient", VECTORS["ckd_epi_2021"], ids=lambda v: str(v["egfr"]))
def test_filtration_by_ckd_epi_2021(patient):
    value = blood.egfr_ckd_epi_2021(
        creatinine=patient["scr"], age=patient["age"], sex=Sex(patient["sex"])
    )

    assert same(value, patient["egfr"])


def test_calcium_is_corrected_for_albumin():
    (example,) = VECTORS["corrected_ca"]

    assert same(
        blood.corrected_calcium(total=example["ca"], albumin=example["alb"]), example["corrected"]
    )


def test_weight_loss_a_week_and_in_per_cent():
    (example,) = VECTORS["weight_loss"]
    first = Weighing(TODAY - timedelta(days=example["days"]), Fraction(example["from_kg"]))
    last = Weighing(TODAY, Fraction(example["to_kg"]))
    loss = weight_course.percent_lost([last, first], days=14)

    rate = weight_course.loss_per_week([last, first])
    assert rate is not None and same(rate, example["kg_per_wk"])
    assert loss is not None and same(loss.percent, example["pct"])


def test_the_gate_takes_hodges_when_the_heart_is_slow_and_never_bazett():
    assert same(heart.qtc_gate(qt_ms=470, rate=40), Decimal("435.0"))
    assert heart.qtc_gate(qt_ms=470, rate=60) == 470
    fast = heart.qtc_gate(qt_ms=360, rate=110)
    assert fast == heart.fridericia(qt_ms=360, rate=110)


def test_the_rise_of_qtc_compares_like_with_like():
    slow = heart.qtc_delta(qt_ms=470, rate=40, baseline_qt_ms=400, baseline_rate=60)
    usual = heart.qtc_delta(qt_ms=460, rate=60, baseline_qt_ms=400, baseline_rate=60)

    assert slow == 35
    assert usual == 60


def test_standing_up():
    assert heart.rate_rise(supine=48, standing=84) == 36
    assert heart.pressure_drop(supine=104, standing=86) == 18
    assert heart.pressure_drop(supine=66, standing=58) == 8
    assert heart.mean_arterial_pressure(systolic=118, diastolic=76) == 90


def test_the_growth_table_ends_at_both_ends():
    of: dict = {"sex": Sex.FEMALE, "on": TODAY}

    for born in (date(2025, 1, 1), date(2006, 11, 23)):
        with pytest.raises(NoReference):
            body_size.percent_of_median_bmi(16, born=born, **of)
    for born in (date(2024, 11, 23), date(2006, 11, 24)):
        assert body_size.percent_of_median_bmi(16, born=born, **of) > 0
    assert same(body_size.reference(Sex.MALE, months=240).median, Decimal("23.0203"))
    assert body_size.percent_of_young_adult_median(Decimal("21.716999"), sex=Sex.FEMALE) < 101


def test_somebody_born_on_29_february_ages_on_1_march():
    born = date(2008, 2, 29)

    assert body_size.completed_years(born, on=date(2026, 2, 28)) == 17
    assert body_size.completed_years(born, on=date(2026, 3, 1)) == 18


@pytest.mark.parametrize(("kg", "cm"), [(0, 160), (50, 0), (-1, 160)])
def test_a_body_has_weight_and_height(kg, cm):
    with pytest.raises(ValueError, match="above zero"):
        body_size.bmi(kg=kg, cm=cm)


def test_children_are_filtered_by_schwartz():
    assert blood.egfr_bedside_schwartz(creatinine=1, height_cm=160) == Fraction("66.08")
    assert blood.anion_gap(sodium=140, chloride=102, bicarbonate=25) == 13


def test_a_slope_outweighs_a_late_recovery_and_a_week_is_enough():
    days = [(0, 60), (4, 60), (8, 58), (10, 57), (14, 58)]
    course = [Weighing(TODAY - timedelta(days=14 - d), Fraction(kg)) for d, kg in days]
    ends = Fraction(60 - 58) * 7 / 14

    rate = weight_course.loss_per_week(course)

    assert rate is not None and rate > ends
    assert weight_course.loss_per_week(course[:2]) is None
    assert weight_course.weight_suppression(highest_kg=80, current_kg=60) == 25


def test_a_history_that_is_too_short_says_so():
    course = [Weighing(TODAY - timedelta(days=d), Fraction(60)) for d in (0, 30)]
    long = [*course, Weighing(TODAY - timedelta(days=190), Fraction(70))]

    assert weight_course.percent_lost(course[:1], days=182) is None
    short = weight_course.percent_lost(course, days=182)
    whole = weight_course.percent_lost(long, days=182)
    assert short is not None and not short.covers_window
    assert whole is not None and whole.covers_window and same(whole.percent, Decimal("14.29"))


def test_missing_is_not_negative_in_refeeding_risk():
    nothing = Nutrition()
    thin = Nutrition(bmi=Fraction("15.87"))
    sound = Nutrition(
        bmi=Fraction(22), loss_1_month=Fraction(0), loss_3_months=Fraction(0),
        loss_6_months=Fraction(0), days_of_little_or_no_intake=Fraction(0),
        low_potassium_phosphate_or_magnesium=False,
        alcohol_insulin_chemotherapy_diuretic_or_antacid=False, other_severe_criterion=False,
        other_moderate_criteria=0,
    )  # fmt: skip

    for risk in (
        refeeding.nice_high, refeeding.nice_extreme, refeeding.aspen_significant,
        refeeding.aspen_moderate,
    ):  # fmt: skip
        assert risk(nothing) is None
        assert risk(sound) is False
    assert refeeding.nice_high(thin) is True
    assert refeeding.aspen_significant(thin) is True
    assert refeeding.nice_extreme(thin) is None


def test_two_minor_criteria_make_the_risk_high():
    two = Nutrition(bmi=Fraction(18), loss_6_months=Fraction(11))
    one = Nutrition(
        bmi=Fraction(18), loss_6_months=Fraction(10), days_of_little_or_no_intake=Fraction(5),
        low_potassium_phosphate_or_magnesium=False,
        alcohol_insulin_chemotherapy_diuretic_or_antacid=False,
    )  # fmt: skip

    assert refeeding.nice_high(two) is True
    assert refeeding.nice_high(one) is False


def test_a_loss_known_only_as_a_lower_bound_says_yes_or_nothing():
    assert refeeding.above(AtLeast(Fraction(16)), 15) is True
    assert refeeding.above(AtLeast(Fraction(12)), 15) is None
    assert refeeding.from_(AtLeast(Fraction(15)), 15) is True


def test_powers_of_perfect_cubes_are_exact():
    assert power(Fraction("0.512"), Fraction(1, 3)) == Fraction("0.8")
    assert logarithm(1) == 0
    for wrong in (0, -1):
        with pytest.raises(ValueError, match="positive"):
            power(wrong, 2)
