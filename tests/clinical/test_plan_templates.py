"""A template lays out a plan for a diagnosis, signs nothing and proposes no dose."""

import re
from importlib.resources import files
from typing import Any

import pytest

from dashboard.clinical.clearance.verdicts import Standing, Tier
from dashboard.clinical.diagnoses import all_diagnoses
from dashboard.clinical.instruments import catalogue
from dashboard.clinical.misfit import Misfit
from dashboard.clinical.plan_templates import FILE, WEIGHT, plan_templates, read_templates
from dashboard.clinical.windows import Hours

TEXT = files("dashboard.clinical").joinpath("data", FILE).read_text("utf-8")


@pytest.mark.parametrize(
    ("code", "template"),
    [
        ("F50.01", "an"), ("F50.020", "an"), ("f50.21 ", "bn"), ("F50.2", "bn"),
        ("F50.810", "bed"), ("F50.89", "other"), ("F50.9", "other"), ("F50.82", "feeding"),
        ("F98.21", "feeding"), ("F98.3", "feeding"), ("F33.1", None), ("", None),
    ],
)  # fmt: skip
def test_a_diagnosis_has_its_template(code, template):
    found = plan_templates().for_code(code)

    assert (found.id if found else None) == template


def test_every_eating_disorder_code_that_ships_has_a_template():
    codes = [one.code for one in all_diagnoses() if one.code.startswith("F50")]

    assert len(codes) > 10
    assert all(plan_templates().for_code(code) for code in codes)


def test_of_several_diagnoses_each_template_is_offered_once():
    found = plan_templates().for_codes(["F50.810", "F33.1", "F50.01", "F50.02"])

    assert [one.id for one in found] == ["an", "bed"]


def test_no_template_speaks_of_an_amount_of_ketamine_or_a_route():
    assert not re.search(r"\b\d[\d.,\s-]*(mg|µg|mcg|ml)\b", TEXT, re.IGNORECASE)
    assert not re.search(
        r"\b(dose|route|titrat\w*|lozenge|troche|RDT|IM|SL|nasal) *=", TEXT, re.IGNORECASE
    )


def test_no_template_sets_a_target_a_date_or_a_signature():
    keys = set(re.findall(r"^([a-z_]+) *=", TEXT, re.MULTILINE))

    assert not keys & {"target", "end_on", "dose_mg", "dose", "sessions", "signed_by", "owner"}


def test_every_measure_is_a_score_that_ships():
    for template in plan_templates().templates:
        for goal in template.goals:
            if goal.measure != WEIGHT:
                instrument, score = goal.measure.split("/")
                assert catalogue()[instrument].score_rule(score).id == score


def test_arfid_is_not_measured_by_a_questionnaire_that_is_not_for_it():
    feeding = plan_templates().for_code("F50.82")

    assert feeding is not None
    assert feeding.primary is None
    for goal in feeding.goals:
        instrument = catalogue().get(goal.measure.split("/")[0])
        assert instrument is None or "ARFID" not in instrument.administration.not_for


def test_the_other_templates_judge_the_response_by_an_eating_disorder_measure():
    primaries = {
        one.id: one.primary.measure if one.primary else None for one in plan_templates().templates
    }
    assert primaries == {
        "an": "edeqs/total",
        "bn": "edeqs/total",
        "bed": "counts_weekly/binge_days",
        "other": "edeqs/total",
        "feeding": None,
    }


def test_the_window_is_called_a_hypothesis():
    window = plan_templates().window

    assert (window.opens_hours, window.closes_hours) == (24, 72)
    assert window.label == "Working hypothesis"
    assert "No eating-disorder trial" in window.evidence
    assert window.provenance.standing is Standing.DESIGN


def test_the_riskier_tier_is_seen_more_often_and_the_blocked_one_has_no_cadence():
    of = plan_templates().cadence

    assert of(Tier.T3) is None
    assert [one.labs for tier in ("T2", "T1", "T0") if (one := of(Tier(tier)))] == [
        "Every 1 to 2 weeks",
        "Every 2 to 4 weeks",
        "Monthly",
    ]


def test_the_course_and_the_letters_are_the_references():
    found = plan_templates()

    review = found.phases[2]
    assert (review.after_sessions_at_least, review.after_sessions_at_most) == (6, 8)
    assert [one.after_sessions for one in found.letters] == [(1, 3, 6)]
    assert len(found.monitoring) == 8


def test_each_part_names_its_source_and_no_cadence_is_called_published():
    found = plan_templates()
    policy: list[Any] = [
        found.window,
        *found.phases,
        *found.cadences,
        *found.monitoring,
        *found.letters,
    ]

    assert {part.provenance.standing for part in policy} == {Standing.DESIGN}
    for part in (*policy, *found.templates, *(g for t in found.templates for g in t.goals)):
        assert part.provenance.source


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('version = "1"', 'version = "2"', "this program reads"),
        ("closes_hours = 72", "closes_hours = 24", "opens before it closes"),
        ('id = "review"', 'id = "pause"', "must be preparation"),
        ('tier = "T1"', 'tier = "T2"', "T0, T1 and T2 once"),
        ("after_sessions = [1, 3, 6]", "after_sessions = []", "numbers of sessions"),
        ('codes = ["F50.2"]', 'codes = ["F50.0"]', "begins one template"),
        ('label = "Binge days in a week"', 'label = "x"\nis_primary = true', "at most one"),
        ('standing = "design"', 'standing = "sure"', "is not one of"),
        ('label = "Taper"', 'label = "Taper"\ndose_mg = 1', "not known here"),
    ],
)
def test_a_file_that_does_not_fit_stops_the_start(old, new, why):
    assert old in TEXT

    with pytest.raises(Misfit, match=why):
        read_templates(TEXT.replace(old, new, 1))


def test_the_window_of_a_template_is_the_windows_own_default():
    window = plan_templates().window
    assert Hours(window.opens_hours, window.closes_hours) == Hours()
