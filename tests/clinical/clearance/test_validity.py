"""How long findings last: to the day, by tier, and what shortens it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dashboard.clinical.clearance import Purpose, Tier, ruleset
from dashboard.clinical.clearance.validity import Circumstances, span

TODAY = date(2026, 11, 23)
VALIDITIES = ruleset().validities
USUAL = Circumstances(on=TODAY, purpose=Purpose.ACTIVATION, tier=Tier.T0, is_first_dose=False)
ENDLESS = {"care", "plan", "session_history"}


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def lasts(kind: str, now: Circumstances) -> int:
    """Return the age in days up to which a finding of a kind counts."""
    found = span(kind, validities=VALIDITIES, now=now)
    return next(days for days in range(4000) if found.is_over(ago(days + 1), on=TODAY))


@pytest.mark.parametrize("tier", list(Tier))
def test_a_finding_counts_to_its_last_day_and_not_a_day_longer(tier):
    for kind, validity in VALIDITIES.items():
        days = validity.for_tier(tier)
        if kind.startswith("height"):
            continue
        if days is None:
            assert kind in ENDLESS
            continue
        found = span(kind, validities=VALIDITIES, now=replace(USUAL, tier=tier))

        assert not found.is_over(ago(days), on=TODAY), kind
        assert found.is_over(ago(days + 1), on=TODAY), kind
        assert found.last_day(ago(days)) == TODAY, kind


def test_a_higher_tier_never_lasts_longer_and_t3_is_t2():
    for validity in VALIDITIES.values():
        days = [validity.for_tier(tier) for tier in Tier]
        if None not in days:
            assert days == sorted(days, key=lambda d: -(d or 0)), validity.kind
        assert days[2] == days[3]


# kind, what is different, and how long the finding then lasts (clearance decisions, section 6)
SHORTENED = [
    ("weight", {}, 30),
    ("weight", {"dose_is_by_weight": True}, 7),
    ("height", {"is_adult": True}, 3650),
    ("height", {}, 90),
    ("orthostatic", {"last_faint_on": ago(14)}, 3),
    ("orthostatic", {"last_faint_on": ago(15)}, 180),
    ("chem", {"purges_or_takes_diuretics": True}, 7),
    ("chem", {"electrolytes_are_out": True}, 3),
    ("chem", {"electrolytes_are_out": True, "purges_or_takes_diuretics": True}, 3),
    ("ecg", {"ecg_is_watched": True}, 7),
    ("ecg", {"last_faint_on": ago(5)}, 5),
    ("ecg", {"last_faint_on": ago(14)}, 7),
    ("ecg", {"last_faint_on": ago(40)}, 40),
    ("ecg", {"qt_drug_started_on": ago(40)}, 39),
    ("ecg", {"qt_drug_started_on": ago(14)}, 7),
    ("ecg", {"qt_drug_started_on": ago(-3)}, 365),
    ("hcg", {}, 30),
    ("hcg", {"is_first_dose": True}, 7),
    ("hcg", {"refills": (ago(20),)}, 30),
    ("hcg", {"refills": (ago(20),), "purpose": Purpose.PRESCRIPTION}, 19),
    ("cssrs", {"purpose": Purpose.SESSION}, 1),
    ("symptom", {"purpose": Purpose.SESSION}, 1),
    ("symptom", {}, 7),
    ("monitor_agreement", {"tier": Tier.T2}, 180),
    ("monitor_agreement", {"tier": Tier.T1}, 365),
    ("lft", {"sessions": tuple(ago(d) for d in (50, 40, 30, 20, 10))}, 90),
    ("lft", {"sessions": tuple(ago(d) for d in (50, 40, 30, 20, 10, 5))}, 49),
    ("ua", {"sessions": tuple(ago(d) for d in (60, 50, 40, 30, 20, 10, 5))}, 49),
    ("bladder", {"sessions": tuple(ago(d) for d in (50, 40, 30, 20, 10, 5, 0))}, 49),
    ("home_setup", {"not_before": {"home_setup": ago(12)}}, 12),
    ("encounter", {}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "change", "days"), SHORTENED)
def test_what_happened_since_shortens_a_finding_s_life(kind, change, days):
    assert lasts(kind, replace(USUAL, **change)) == days


def test_a_baseline_is_never_too_old_and_a_plan_lasts_its_version():
    assert not span("forever", validities=VALIDITIES, now=USUAL).is_over(ago(9000), on=TODAY)
    now = replace(USUAL, not_before={"plan": ago(3)})
    assert span("plan", validities=VALIDITIES, now=now).is_over(ago(4), on=TODAY)
    assert span("plan", validities=VALIDITIES, now=now).last_day(ago(3)) is None
