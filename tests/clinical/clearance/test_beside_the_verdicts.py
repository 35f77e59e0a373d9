"""What a page shows beside the verdicts: information lines, changes, needs, days left."""

import json
from dataclasses import replace
from datetime import date

from dashboard.clinical.clearance import Purpose, Reason, Tier, Verdict, judge, ruleset
from dashboard.clinical.clearance.case_file import read_case
from dashboard.clinical.clearance.case_report import rounded
from dashboard.clinical.clearance.comparison import changes, taken_over
from dashboard.clinical.clearance.information import information
from dashboard.clinical.clearance.judgement import What
from dashboard.clinical.clearance.kind_files import with_days
from tests.clinical.clearance.complete_cases import changed, complete, judged, without


def lines(case: dict) -> dict[str, str]:
    read = read_case(json.dumps(case, default=float), rules=ruleset())
    found = information(read.patient, findings=read.findings, on=read.on, rules=ruleset())
    return {line.label: str(rounded(line.value, 1)) for line in found}


def test_qtc_is_shown_four_ways_and_meed_s_adult_limit_informs():
    case = changed(complete(), qt_ms=[440, "ms"], ecg_hr=[48, "bpm"])
    slow = lines(case)
    long = lines(changed(complete(), qt_ms=[455, "ms"], ecg_hr=[60, "bpm"]))

    assert slow["QTc Bazett"] == "393.5"
    assert slow["QTc Fridericia"] == "408.5"
    assert slow["QTc Framingham"] == "401.5"
    assert slow["QTc Hodges"] == "419.0"
    assert "QTc over MEED's adult limit" not in slow
    assert long["QTc over MEED's adult limit"] == "455.0"
    assert slow["Anion gap"] == "13.0"


def test_a_young_adult_is_told_the_last_median_and_a_girl_her_percentile():
    woman = lines(complete(birth_date="2004-05-01"))
    girl = lines(complete(birth_date="2011-05-23"))

    assert woman["Per cent of the median BMI at 20 years"] == "110.9"
    assert "BMI percentile" not in woman
    assert "BMI percentile" in girl and "BMI z-score" in girl


def test_losses_and_suppression_are_shown_with_what_is_lacking():
    case = changed(
        complete(),
        weight_kg=[
            {"value": 80, "unit": "kg", "on": "2026-05-25"},
            {"value": 68, "unit": "kg", "on": "2026-11-22"},
        ],
    )

    assert lines(case)["Weight suppression"] == "15.0"
    assert lines(case)["Weight lost in 6 months"] == "15.0"
    assert lines(without(case, "weight_kg", "qt_ms", "Na")) == {}


def test_a_birthday_names_the_rule_that_ended_and_the_one_that_took_over():
    girl = changed(complete(birth_date="2006-11-23"), weight_kg=[46, "kg"], height_cm=[165, "cm"])
    dated = {**girl, "findings": [{**f, "taken_at": "2026-11-22"} for f in girl["findings"]]}
    before = judged({**dated, "on": "2026-11-22"})
    after = judged({**dated, "on": "2026-11-23"})

    (sentence,) = [s for s in taken_over(before, after=after) if "A03" in s]

    assert sentence.startswith("A03, A04 ended") and "A02" in sentence
    assert any(c.rule_id == "A04" and c.is_better for c in changes(before, after=after))


def test_what_would_make_her_ready_is_a_list_with_what_forbids_first():
    case = changed(
        complete(), K=[2.9, "mEq/L"], Na={"value": 140, "unit": "mEq/L", "on": "2026-01-01"}
    )
    needs = judged(changed(without(case, "hcg"), bupropion=True, temp_c=[33, "C"])).needs

    found = {need.name: (need.what, need.reason) for need in needs}
    assert needs[0].verdict is Verdict.STOP
    assert found["K"] == (What.FORBIDS, None)
    assert found["Na"] == (What.REPEAT, Reason.STALE)
    assert found["hcg"] == (What.TAKE, Reason.MISSING)
    assert found["temp_c"] == (What.CONFIRM, Reason.UNIT)
    assert all(need.label and need.rules for need in needs)


def test_a_judgement_says_how_long_it_will_hold():
    judgement = judged(complete())

    assert judgement.next_stale_on == date(2026, 11, 30)  # the symptoms, asked today
    potassium = judgement.rule("L01")
    assert (potassium.taken_on, potassium.days_left) == (date(2026, 11, 22), 89)
    assert potassium.valid_until == date(2027, 2, 20)
    assert potassium.findings[0].entered == "4.2 mEq/L"


def test_a_practice_sees_what_other_days_would_change():
    case = changed(complete(), Na={"value": 140, "unit": "mEq/L", "on": "2026-09-10"})
    read = read_case(json.dumps(case, default=float), rules=ruleset())
    stricter = replace(
        ruleset(), validities=with_days(ruleset().validities, changes={("chem", Tier.T0): 60})
    )

    outcomes = [
        judge(
            read.patient, findings=read.findings, on=read.on, purpose=Purpose.ACTIVATION, rules=r
        ).outcome
        for r in (ruleset(), stricter)
    ]

    assert outcomes == [Verdict.CLEAR, Verdict.UNKNOWN]


def test_both_frameworks_stand_side_by_side():
    girl = changed(complete(birth_date="2011-05-23"), weight_kg=[40, "kg"], height_cm=[163, "cm"])

    found = judged(girl).finding("pct_median_bmi")

    assert {(r.rule.framework.value, r.verdict) for r in found.firing} == {
        ("SAHM", Verdict.STOP), ("MEED", Verdict.CAUTION),
    }  # fmt: skip
    assert found.verdict is Verdict.STOP


def test_a_stop_puts_her_in_tier_3_with_the_periods_of_tier_2():
    mild = changed(complete(), hypersensitivity_ketamine=True)
    severe = changed(mild, hr_awake_rest=45)
    old = {"value": 6.0, "unit": "10^3/uL", "on": "2026-10-20"}

    for case in (mild, severe):
        judgement = judged(changed(case, WBC=old))

        assert judgement.tier is Tier.T3
        assert judgement.tier_reasons == ("C06 forbids",)
        assert judgement.finding("WBC").verdict is Verdict.UNKNOWN  # 30 days, not 180
        assert judgement.finding("suss_score").is_required
