"""Two texts of a plan are compared in words."""

import dataclasses
import datetime as dt
from decimal import Decimal

from dashboard.clinical.plan_templates import WEIGHT
from dashboard.plans.content import Goal, RolePart
from dashboard.plans.differing import changes
from tests.plans.course import SERIES, whole


def said(before, after, **options):
    return [one.words for one in changes(before, after, **options)]


def test_the_same_text_says_nothing():
    assert said(whole(), whole()) == []


def test_a_series_that_changed_is_told_with_both_values():
    after = whole(
        series=dataclasses.replace(
            SERIES, dose_mg=Decimal(80), cadence="every 10 to 14 days", titration="By 20 mg.",
            end_on=dt.date(2027, 4, 30), hold_minutes=None,
        )
    )  # fmt: skip
    assert said(whole(), after) == [
        "Dose: 60 mg, fixed to 80 mg, fixed",
        "Titration: nothing to By 20 mg.",
        "Held in the mouth: 10 min to nothing",
        "How often: every 7 to 10 days to every 10 to 14 days",
        "Last day: 31-Mar-2027 to 30-Apr-2027",
    ]


def test_goals_and_people_are_paired_whatever_their_order():
    before = whole()
    goals = list(before.goals)
    later = dataclasses.replace(goals[0], target=Decimal(3))
    another = Goal(words="Swim again", measure="", owner="Ann")
    after = whole(
        goals=(another, goals[1], later),
        roles=(
            RolePart(role="Dietitian", name="Eve Gray", does="meal plan"),
            RolePart(role="Therapist", name="Dana Lind", does="CBT-E"),
        ),
    )
    told = said(before, after)
    assert len(told) == 5
    assert told[0].startswith("Goal taken out: “Eat dinner with my sister again”, PHQ-9 at most 5")
    assert told[1] == "Goal added: “Swim again”, looked after by Ann"
    assert "days with a binge at most 5" in told[2] and "days with a binge at most 3" in told[2]
    assert told[3:] == [
        "Role added: Dietitian, Eve Gray: meal plan",
        "Role “Therapist”: Therapist, Dana Lind: CBT-E and integration to Therapist, Dana Lind:"
        " CBT-E",
    ]


def test_a_target_weight_is_compared_and_not_told():
    goal = Goal(words="Run again", measure=WEIGHT, target=Decimal("52.5"), owner="Ann")
    before, after = whole(goals=(goal,)), whole(
        goals=(dataclasses.replace(goal, target=Decimal("54.5")),)
    )  # fmt: skip
    (hidden,) = said(before, after)
    assert "another target weight, hidden" in hidden and "5" not in hidden
    (shown,) = said(before, after, shows_weight=True)
    assert "52.5" in shown and "54.5" in shown
