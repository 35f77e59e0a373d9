"""Variables of refeeding risk, the bladder, the plan and the documents.

Missing is not negative: a risk list answers yes, no, or cannot tell.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from dashboard.clinical.clearance import body
from dashboard.clinical.clearance.ecg import LOW_MAGNESIUM, LOW_POTASSIUM
from dashboard.clinical.clearance.evidence import Evidence
from dashboard.clinical.clearance.labs import interval
from dashboard.clinical.clearance.observations import Observation, Reading, lacking, of, truth
from dashboard.clinical.clearance.patient import INJECTED
from dashboard.clinical.formulas import refeeding
from dashboard.clinical.formulas.refeeding import AtLeast, Nutrition
from dashboard.clinical.formulas.weight_course import MONTHS

REFEEDING_DAYS = 10  # day 0 is the first day
FAINT_DAYS = 14
NEEDS = ("bmi", "weight_loss_pct_6mo", "little_or_no_intake_days")


def nutrition(seen: Evidence) -> Nutrition:
    """Gather what NICE and ASPEN ask."""
    days = seen.number("little_or_no_intake_days")
    moderate = seen.number("aspen_other_moderate_criteria")
    return Nutrition(
        bmi=seen.number("bmi"),
        loss_1_month=_loss(body.loss_percent(seen, days=MONTHS[1])),
        loss_3_months=_loss(body.loss_percent(seen, days=MONTHS[3])),
        loss_6_months=_loss(seen.observe("weight_loss_pct_6mo")),
        days_of_little_or_no_intake=days,
        low_potassium_phosphate_or_magnesium=_low_minerals(seen),
        alcohol_insulin_chemotherapy_diuretic_or_antacid=_risk_history(seen),
        other_severe_criterion=seen.observe("aspen_other_severe_criterion").truth,
        other_moderate_criteria=None if moderate is None else int(moderate),
    )


def _loss(seen: Observation) -> Fraction | AtLeast | None:
    values = [r.value for r in seen.readings if isinstance(r.value, Fraction)]
    if not values:
        return None
    return AtLeast(max(values)) if seen.gap else max(values)


def _low_minerals(seen: Evidence) -> bool | None:
    low_phosphate = [
        body.amount(f) < low
        for f in seen.newest("P")
        for low, _ in interval(seen, f)
        if low is not None
    ]
    return refeeding.any_of(
        [
            seen.observe("K").says(lambda value: value < LOW_POTASSIUM),
            seen.observe("Mg").says(lambda value: value < LOW_MAGNESIUM),
            any(low_phosphate) if low_phosphate else None,
        ]
    )


def _risk_history(seen: Evidence) -> bool | None:
    told = seen.observe("alcohol_insulin_chemotherapy_diuretic_or_antacid").truth
    if seen.patient.insulin_treated or seen.patient.diuretic_or_laxative:
        return True
    return told


def nice_high(seen: Evidence) -> Observation:
    """Return NICE high risk."""
    return _risk(seen, refeeding.nice_high(nutrition(seen)), "nice_high_risk")


def nice_extreme(seen: Evidence) -> Observation:
    """Return NICE extreme risk."""
    return _risk(seen, refeeding.nice_extreme(nutrition(seen)), "nice_extreme")


def aspen_significant(seen: Evidence) -> Observation:
    """Return ASPEN significant risk."""
    return _risk(seen, refeeding.aspen_significant(nutrition(seen)), "aspen_significant")


def aspen_moderate(seen: Evidence) -> Observation:
    """Return ASPEN moderate risk."""
    return _risk(seen, refeeding.aspen_moderate(nutrition(seen)), "aspen_moderate")


def _risk(seen: Evidence, answer: bool | None, name: str) -> Observation:
    parts = [seen.observe(kind) for kind in ("bmi", "little_or_no_intake_days")]
    missing = [kind for kind in NEEDS if not seen.observe(kind).readings]
    return truth(answer, rests_on=parts, needs=(name, *missing))


def is_refeeding(seen: Evidence) -> bool | None:
    """Say whether it is day 0 to 10 after intake was raised; None when that is not known."""
    days = refeeding_day(seen)
    if days is not None:
        return 0 <= days <= REFEEDING_DAYS
    if seen.patient.refeeding_started_on is not None:
        return None
    told = [f.value for f in seen.newest("refeeding_day_0_10")]
    if True in told or seen.patient.refeeding:
        return True
    return False if told else seen.patient.refeeding


def refeeding_day(seen: Evidence) -> int | None:
    """Return the day of refeeding, 0 the first; None when its start is not known or later."""
    started = seen.patient.refeeding_started_on
    return None if started is None or started > seen.on else (seen.on - started).days


def refeeding_window(seen: Evidence) -> Observation:
    """Return whether it is day 0 to 10 of refeeding."""
    answer = is_refeeding(seen)
    if answer is None or (
        seen.patient.refeeding_started_on is None and seen.patient.refeeding is None
    ):
        return lacking("refeeding_day_0_10")
    return Observation((Reading(answer),))


def aspen_in_window(seen: Evidence) -> Observation:
    """Return ASPEN significant risk in days 0 to 10 of refeeding."""
    risk = seen.observe("aspen_significant")
    answer = refeeding.all_of([risk.truth, is_refeeding(seen)])
    return truth(answer, rests_on=[risk], needs=("aspen_significant", "refeeding_day_0_10"))


def faint(seen: Evidence) -> Observation:
    """Return whether the last recorded faint lies within 14 days."""
    last = seen.patient.last_faint_on
    if last is None or last > seen.on or seen.on - last > timedelta(days=FAINT_DAYS):
        return lacking("syncope_14d")
    return Observation((Reading(True, note=f"faint on {last}"),))


def bladder_rise(seen: Evidence) -> Observation:
    """Return the rise of the bladder score from its own baseline."""
    return Observation(
        tuple(
            Reading(body.amount(now) - body.amount(then), (now, then), now.question)
            for now in seen.newest("bpic_ss")
            for then in seen.newest("bpic_ss_baseline")
        ),
        lacking=("bpic_ss_baseline",),
    )


def at_home(seen: Evidence) -> Observation:
    """Return whether ketamine is planned at home, from the setting."""
    if seen.patient.setting is None:
        return lacking("setting")
    return Observation((Reading(seen.patient.setting == "home"),))


def injected_at_home(seen: Evidence) -> Observation:
    """Return whether the plan's route is an injection."""
    if seen.patient.route is None:
        return lacking("route")
    return Observation((Reading(seen.patient.route in INJECTED),))


def nasal(seen: Evidence) -> Observation:
    """Return that a route is no compounded nasal spray; for a racemic spray a person answers."""
    if seen.patient.route is None or seen.patient.route == "IN racemic":
        return lacking("intranasal_compounded", *(() if seen.patient.route else ("route",)))
    return Observation((Reading(False),))


def monitoring_checked(seen: Evidence) -> Observation:
    """Return whether the query was made, or the outage path taken (Florida)."""
    outage = seen.observe("pdmp_outage_supply")
    entered = Observation(
        of(seen.newest("pdmp_checked_today")), is_future=seen.is_future("pdmp_checked_today")
    )
    if outage.truth and entered.truth is not True:
        today = tuple(r for r in outage.readings if r.value is True and r.newest_on == seen.on)
        if today:
            return Observation(today)
    return (
        entered
        if entered.readings
        else Observation(lacking=("pdmp_checked_today",), is_future=entered.is_future)
    )
