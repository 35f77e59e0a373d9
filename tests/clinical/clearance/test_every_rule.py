"""Every rule, generated from its own row: edges, population, missing and stale findings."""

from datetime import date, timedelta

import pytest

from dashboard.clinical.clearance import Reason, Rule, Verdict, ruleset
from dashboard.clinical.clearance.engine import DOCUMENTS
from dashboard.clinical.clearance.judgement import RuleVerdict
from dashboard.clinical.clearance.verdicts import Purpose
from tests.clinical.clearance.complete_cases import judged as judged_whole
from tests.clinical.clearance.rule_patients import (
    bare,
    concerned,
    edges,
    firing,
    is_demanded,
    not_concerned,
    told,
)

RULES = ruleset().rules
EVERY_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
# ASPEN significant risk makes a patient undernourished, and so one whom R02c is for.
HAS_POPULATION = [rule for rule in RULES if rule.population.terms and rule.id != "R02c"]
OLDEST = timedelta(days=366)  # past every period but those without end
ENDLESS = {"care", "plan", "session_history"}


def test_the_rule_set_is_the_one_of_the_sources():
    assert ruleset().version == "2026-2"
    assert len(RULES) == 240
    assert sum(rule.verdict is Verdict.STOP for rule in RULES) == 128
    assert len({rule.variable for rule in RULES}) == 151


def judged(case: dict, rule: Rule) -> RuleVerdict:
    return judged_whole(case, only=rule.variable).rule(rule.id)


@EVERY_RULE
def test_a_rule_fires_on_its_side_of_the_limit_and_nowhere_else(rule: Rule):
    for value, fires in edges(rule):
        found = judged(told(rule, concerned(rule), value), rule)

        assert found.fires is fires, value
        assert found.verdict is (rule.verdict if fires else Verdict.CLEAR), value


@pytest.mark.parametrize("rule", HAS_POPULATION, ids=lambda rule: rule.id)
def test_a_rule_says_nothing_about_patients_it_is_not_for(rule: Rule):
    for case in not_concerned(rule):
        found = judged(told(rule, case, firing(rule)), rule)

        assert found.verdict is Verdict.NOT_APPLICABLE


@EVERY_RULE
def test_a_missing_finding_is_unknown_where_it_is_required_and_never_clear(rule: Rule):
    for purpose in Purpose:
        if not rule.is_judged_for(purpose):
            continue
        found = judged(bare(rule, concerned(rule, purpose=purpose.value)), rule)
        is_required = is_demanded(rule, purpose)

        assert found.verdict is (Verdict.UNKNOWN if is_required else Verdict.NOT_APPLICABLE)
        assert found.reason is (Reason.MISSING if is_required else None)


@EVERY_RULE
def test_a_stale_finding_can_forbid_and_never_clear(rule: Rule):
    if rule.validity_kind in ENDLESS:
        return
    case = concerned(rule)
    old = (date.fromisoformat(case["on"]) - OLDEST).isoformat()
    for value, fires in edges(rule):
        found = judged(told(rule, case, value, on=old), rule)

        if rule.variable in DOCUMENTS:
            assert found.verdict is Verdict.STOP
        elif fires:
            assert found.verdict is max(rule.verdict, Verdict.UNKNOWN)
        else:
            assert found.verdict in {Verdict.UNKNOWN, Verdict.NOT_APPLICABLE}


@EVERY_RULE
def test_a_finding_dated_after_the_day_judged_for_never_clears(rule: Rule):
    case = concerned(rule)
    tomorrow = (date.fromisoformat(case["on"]) + timedelta(days=1)).isoformat()

    found = judged(told(rule, case, next(v for v, _ in edges(rule)), on=tomorrow), rule)

    is_required = is_demanded(rule, Purpose(case["purpose"]))
    assert found.verdict is (Verdict.UNKNOWN if is_required else Verdict.NOT_APPLICABLE)
    assert found.reason is (Reason.FUTURE if is_required else None)


@EVERY_RULE
def test_a_rule_keeps_its_source_and_how_well_it_was_verified(rule: Rule):
    assert rule.source
    assert rule.standing.words
    assert (rule.hold is not None) is (rule.verdict is Verdict.STOP)
