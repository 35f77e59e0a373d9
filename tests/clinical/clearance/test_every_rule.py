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
DOMAINS = {name: [rule for rule in RULES if rule.domain == name] for name in ruleset().domains}
EVERY_DOMAIN = pytest.mark.parametrize("rules", DOMAINS.values(), ids=DOMAINS)
# ASPEN significant risk makes a patient undernourished, and so one whom R02c is for.
MAKES_ITS_OWN_PATIENTS = "R02c"
OLDEST = timedelta(days=366)  # past every period but those without end
ENDLESS = {"care", "plan", "session_history"}


def test_the_rule_set_is_the_one_of_the_sources():
    assert ruleset().version == "2026-2"
    assert len(RULES) == 240
    assert sum(rule.verdict is Verdict.STOP for rule in RULES) == 128
    assert len({rule.variable for rule in RULES}) == 151


def judged(case: dict, rule: Rule) -> RuleVerdict:
    return judged_whole(case, only=rule.variable).rule(rule.id)


@EVERY_DOMAIN
def test_a_rule_fires_on_its_side_of_the_limit_and_nowhere_else(rules: list[Rule]):
    for rule in rules:
        case = concerned(rule)
        for value, fires in edges(rule):
            found = judged(told(rule, case, value), rule)

            assert found.fires is fires, (rule.id, value)
            assert found.verdict is (rule.verdict if fires else Verdict.CLEAR), (rule.id, value)


@EVERY_DOMAIN
def test_a_rule_says_nothing_about_patients_it_is_not_for(rules: list[Rule]):
    for rule in rules:
        for case in not_concerned(rule) if rule.id != MAKES_ITS_OWN_PATIENTS else ():
            found = judged(told(rule, case, firing(rule)), rule)

            assert found.verdict is Verdict.NOT_APPLICABLE, rule.id


@EVERY_DOMAIN
def test_a_missing_finding_is_unknown_where_it_is_required_and_never_clear(rules: list[Rule]):
    for rule in rules:
        for purpose in filter(rule.is_judged_for, Purpose):
            found = judged(bare(rule, concerned(rule, purpose=purpose.value)), rule)
            is_required = is_demanded(rule, purpose)

            expected = Verdict.UNKNOWN if is_required else Verdict.NOT_APPLICABLE
            assert found.verdict is expected, (rule.id, purpose)
            assert found.reason is (Reason.MISSING if is_required else None), rule.id


@EVERY_DOMAIN
def test_a_stale_finding_can_forbid_and_never_clear(rules: list[Rule]):
    for rule in rules:
        case = concerned(rule)
        old = (date.fromisoformat(case["on"]) - OLDEST).isoformat()
        for value, fires in edges(rule) if rule.validity_kind not in ENDLESS else ():
            found = judged(told(rule, case, value, on=old), rule)

            if rule.variable in DOCUMENTS:
                assert found.verdict is Verdict.STOP, rule.id
            elif fires:
                assert found.verdict is max(rule.verdict, Verdict.UNKNOWN), (rule.id, value)
            else:
                assert found.verdict in {Verdict.UNKNOWN, Verdict.NOT_APPLICABLE}, rule.id


@EVERY_DOMAIN
def test_a_finding_dated_after_the_day_judged_for_never_clears(rules: list[Rule]):
    for rule in rules:
        case = concerned(rule)
        tomorrow = (date.fromisoformat(case["on"]) + timedelta(days=1)).isoformat()
        is_required = is_demanded(rule, Purpose(case["purpose"]))

        found = judged(told(rule, case, firing(rule), on=tomorrow), rule)

        expected = Verdict.UNKNOWN if is_required else Verdict.NOT_APPLICABLE
        assert found.verdict is expected, rule.id
        assert found.reason is (Reason.FUTURE if is_required else None), rule.id


@EVERY_DOMAIN
def test_a_rule_keeps_its_source_and_how_well_it_was_verified(rules: list[Rule]):
    for rule in rules:
        assert rule.source and rule.standing.words, rule.id
        assert (rule.hold is not None) is (rule.verdict is Verdict.STOP), rule.id
