"""How rules and verdicts are said: several frameworks' words, and for whom a rule holds."""

from __future__ import annotations

import re

import pytest

from dashboard.clearance.cells import value_words
from dashboard.clearance.rule_views import view
from dashboard.clearance.wording import frameworks
from dashboard.clinical.clearance import ruleset
from tests.clinical.clearance.complete_cases import changed, complete, judged

DECIDES = "stop (stricter, decides)"


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (
            "K",
            [2.8, "mEq/L"],
            {f"APA: {DECIDES}", f"SAHM: {DECIDES}", "practice: caution or worse"},
        ),
        ("K", [3.1, "mEq/L"], {"APA: clear", f"SAHM: {DECIDES}", "practice: caution or worse"}),
        (
            "K",
            [3.3, "mEq/L"],
            {"APA: clear", "SAHM: clear", "practice: caution (stricter, decides)"},
        ),
        ("Na", [128, "mEq/L"], {f"MEED: {DECIDES}", "practice: caution or worse"}),
        ("hr_awake_rest", 38, {f"APA: {DECIDES}", "MEED: caution or worse"}),
    ],
)
def test_no_framework_calls_clear_what_is_worse_than_its_own_band(kind, value, said):
    found = judged(changed(complete(), **{kind: value})).finding(kind)

    assert set(frameworks(found)) >= said


def test_a_value_inside_every_limit_has_nothing_to_compare():
    assert frameworks(judged(complete()).finding("K")) == ()


def test_every_band_knows_on_which_side_values_become_worse():
    bands = [rule for rule in ruleset().rules if rule.limit.op == "in"]

    assert len(bands) > 30
    assert all(rule.limit.side.value != "either" for rule in bands)


def test_for_whom_a_rule_holds_is_said_in_words():
    rules = ruleset()
    said = {rule.id: view(rule, rules) for rule in rules.rules}

    assert said["A01"].whom == "from 20 years"
    assert said["A06a"].whom == "restricting, purging or undernourished"
    assert said["L01"].whom == "everybody"
    assert said["A06a"].asked.endswith("required if restricting, purging or undernourished")
    assert not [one for one in said.values() if re.search(r"[_=<>]|any\(", one.whom + one.asked)]


@pytest.mark.parametrize(
    ("fall", "unit", "said"), [(-4.8, "%", "rose 4.8 %"), (4.8, "%", "4.8 %"), (0, "%", "0 %")]
)
def test_a_fall_below_nothing_is_called_a_rise(fall, unit, said):
    case = changed(complete(), K_fall_pct_30d=[fall, unit])

    assert value_words(judged(case).finding("K_fall_pct_30d").deciding) == said
