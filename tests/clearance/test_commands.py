"""The command line judges a case from a file, without a database and without signing in."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dashboard.clearance.commands import clearance
from dashboard.clinical.clearance import ruleset
from tests.clinical.clearance.complete_cases import added, changed, complete, without

RULE_KEYS = {"id", "verdict", "value", "limit", "source", "status"}


def run(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(clearance, arguments, input=typed)


def judge(case: dict, tmp_path: Path) -> Result:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case, default=float), "utf-8")
    return run("judge", str(file))


def printed(case: dict, tmp_path: Path) -> dict:
    result = judge(case, tmp_path)
    assert result.exit_code == 0, result.stderr
    found: dict = json.loads(result.stdout)
    return found


def test_a_case_is_judged_in_the_promised_shape(tmp_path):
    told = printed(changed(complete(), K=[2.9, "mEq/L"]), tmp_path)

    assert told["ruleset"] == "2026-2"
    assert told["ruleset_sha256"] == ruleset().sha256
    assert (told["tier"], told["outcome"]) == ("T3", "STOP")
    assert told["missing"] == []
    labs = told["domains"]["labs"]
    assert labs["verdict"] == "STOP"
    assert all(rule.keys() >= RULE_KEYS for rule in labs["rules"])
    (low,) = (rule for rule in labs["rules"] if rule["id"] == "L01")
    assert {key: low[key] for key in RULE_KEYS} == {
        "id": "L01", "verdict": "STOP", "value": 2.9, "limit": "< 3.0 mEq/L",
        "source": "APA 2006 <3; MEED checklist <3.0, table <2.5", "status": "verified",
    }  # fmt: skip
    assert told["needs"][0]["name"] == "K"


def test_what_is_missing_stale_or_of_tomorrow_is_listed(tmp_path):
    case = without(complete(), "P", "hcg")
    case = changed(case, Na={"value": 140, "unit": "mEq/L", "on": "2026-01-02"})
    case = changed(case, ALT={"value": 20, "unit": "U/L", "on": "2026-11-24"}, temp_c=[33, "C"])

    told = printed(case, tmp_path)

    assert {"P", "hcg"} <= set(told["missing"])
    assert told["stale"] == ["Na"]
    assert told["future_dated"] == ["alt_ast_max"]
    assert told["in_question"] == ["temp_c"]


def test_a_value_is_printed_with_the_digits_that_keep_it_on_its_side(tmp_path):
    case = changed(
        complete(), weight_kg={"value": "43.3499999", "unit": "kg"}, height_cm=[170, "cm"]
    )

    rules = {r["id"]: r for r in printed(case, tmp_path)["domains"]["anthropometry"]["rules"]}

    assert rules["A01"]["verdict"] == "STOP"
    assert rules["A01"]["value"] < 15


def test_standard_input_is_read(tmp_path):
    result = run("judge", "-", typed=json.dumps(complete(), default=float))

    assert json.loads(result.stdout)["outcome"] == "CLEAR"


BAD = {
    "potassium of 33": (lambda c: changed(c, K=[33, "mEq/L"]), "K: 33 mEq/L is not possible"),
    "a unit that cannot be converted": (
        lambda c: changed(c, K=[4.0, "mg/dL"]), "K: mg/dL cannot be converted",
    ),
    "a kind that is not known": (lambda c: changed(c, potassium=[4, "mEq/L"]), "potassium: "),
    "a misspelt answer": (lambda c: changed_answer(c, "syncope_14", False), "syncope_14: this"),
    "a pressure that is none": (lambda c: changed(c, bp="118-74"), "bp: '118-74' is not a blood"),
    "a word for a yes": (lambda c: changed_answer(c, "bupropion", "perhaps"), "bupropion: '"),
    "half a point": (lambda c: changed_answer(c, "bpic_ss", 2.5), "bpic_ss: 2.5 is not a whole"),
    "a count below zero": (lambda c: changed_answer(c, "qt_drug_count", -1), "qt_drug_count: -1"),
    "a date that is none": (lambda c: {**c, "on": "2026-02-30"}, "on: '2026-02-30' is no date"),
    "no day": (lambda c: {k: v for k, v in c.items() if k != "on"}, "on must be a date"),
    "a purpose that is none": (lambda c: {**c, "purpose": "party"}, "purpose is one of"),
    "a birth in the future": (
        lambda c: {**c, "patient": {**c["patient"], "birth_date": "2030-01-01"}}, "birth_date",
    ),
    "a place that is none": (
        lambda c: {**c, "patient": {**c["patient"], "setting": "beach"}}, "setting is home or",
    ),
    "a finding without a day": (
        lambda c: {**c, "findings": [{"kind": "K", "value": 4, "unit": "mEq/L"}]}, "taken_at",
    ),
    "a sex that is none": (
        lambda c: {**c, "patient": {**c["patient"], "sex": "Femal"}}, "patient.sex is F or M",
    ),
    "a state that is none": (
        lambda c: {**c, "patient": {**c["patient"], "location_state": "Florid"}},
        "patient.location_state is a state",
    ),
    "a number too long to hold": (
        lambda c: changed_answer(c, "bpic_ss", int("9" * 40)), "a number of 40 digits is no number",
    ),
    "an answer that is an object without value": (
        lambda c: changed_answer(c, "bupropion", {"told": False}), "answers.bupropion: {'told'",
    ),
    "a list for an object": (lambda c: {**c, "patient": ["Ann"]}, "patient must be an object"),
    "findings that are none": (lambda c: {**c, "findings": "K 4.0"}, "findings must be a list"),
}  # fmt: skip


def changed_answer(case: dict, name: str, value: object) -> dict:
    return {**case, "answers": {**case["answers"], name: value}}


@pytest.mark.parametrize("fault", BAD)
def test_bad_input_is_refused_with_a_clear_sentence(fault, tmp_path):
    spoil, told = BAD[fault]
    result = judge(spoil(complete()), tmp_path)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"Error: {told}" in result.stderr or told in result.stderr


def test_every_fault_is_named_at_once(tmp_path):
    case = changed(complete(), K=[33, "mEq/L"], Na=[14, "mEq/L"])

    result = judge(case, tmp_path)

    assert "K: 33" in result.stderr and "Na: 14" in result.stderr


@pytest.mark.parametrize(
    "typed", ["", "{", "[]", '{"on": NaN}', '{"on": "2026-11-23", "on": "2026-11-24"}', "null"]
)
def test_what_is_no_case_is_refused(typed):
    result = run("judge", "-", typed=typed)

    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")


def test_a_file_that_is_no_text_or_not_there_is_refused(tmp_path):
    picture = tmp_path / "case.json"
    picture.write_bytes(b"\xff\xfe\x00")

    assert run("judge", str(picture)).exit_code == 2
    assert run("judge", str(tmp_path / "nothing.json")).exit_code == 2


def test_names_that_are_not_used_are_told(tmp_path):
    case = complete()
    case["patient"]["favourite_colour"] = "green"

    result = judge(case, tmp_path)

    assert result.exit_code == 0
    assert result.stderr == "not used: favourite_colour\n"


def test_a_value_of_tomorrow_is_unknown_and_no_error(tmp_path):
    case = added(complete(), K={"value": 4.2, "unit": "mEq/L", "on": "2026-11-24"})

    told = printed(case, tmp_path)

    assert told["outcome"] == "UNKNOWN"
    assert "K" in told["future_dated"]


def test_the_kinds_are_listed_with_units_and_ranges():
    result = run("kinds")
    lines = {line.split()[0]: line for line in result.stdout.splitlines()}

    assert set(lines) == set(ruleset().kinds)
    assert "mmol/L 0.3 to 2.2 (refused outside 0.1 to 4.8)" in lines["P"]
    assert "yes or no" in lines["syncope_14d"]
    assert "mmHg" in lines["bp"]


def test_the_rules_are_printed():
    assert run("rules").stdout.startswith("# Clinical rules, version 2026-2")


def test_answers_may_carry_their_day_and_come_more_than_once(tmp_path):
    dated = changed_answer(complete(), "syncope_14d", {"value": False, "asked_on": "2026-11-01"})
    twice = changed_answer(
        complete(), "acute_food_refusal",
        [{"value": True, "on": "2026-11-01"}, {"value": False, "on": "2026-11-22"}],
    )  # fmt: skip

    assert "syncope_14d" in printed(dated, tmp_path)["stale"]
    assert printed(twice, tmp_path)["outcome"] == "CLEAR"


@pytest.mark.parametrize(
    "spelt",
    [
        {"sex": "female"}, {"sex": "Woman"}, {"diagnoses": "F50.810"}, {"diagnoses": ["F50810"]},
        {"diagnoses": ["Binge eating disorder"]}, {"location_state": "US-FL"},
        {"location_state": "florida"}, {"restrictive": "no"}, {"purging": "N"},
    ],
    ids=str,
)  # fmt: skip
def test_a_fact_of_the_patient_may_be_spelt_in_other_ways(spelt, tmp_path):
    case = complete("prescription")

    told = printed({**case, "patient": {**case["patient"], **spelt}}, tmp_path)

    assert (told["outcome"], told["tier"]) == ("CLEAR", "T0")


@pytest.mark.parametrize(
    "spelt",
    [
        {"bp": ["118/74 mmHg", "116/72 mmHg"]}, {"bp": "118/74 and 116/72"},
        {"bp": {"value": [{"sys": 118, "dia": 74}, {"systolic": 116, "diastolic": 72}]}},
        {"bp": {"value": ["118/74", "116/72"], "unit": "mm Hg"}}, {"hcg": "Neg"},
        {"weight_kg": [150, "pounds"]}, {"height_cm": [66, "inches"]}, {"Hb": [13.4, "gm/dL"]},
        {"ALT": [20, "[iU]/L"]}, {"plt": [250, "Thousand/uL"]},
    ],
    ids=str,
)  # fmt: skip
def test_a_value_may_be_spelt_in_other_ways(spelt, tmp_path):
    assert printed(changed(complete(), **spelt), tmp_path)["outcome"] == "CLEAR"


@pytest.mark.parametrize("word", [None, "unknown", "Not asked", ""])
def test_not_knowing_is_no_answer(word, tmp_path):
    told = printed(changed_answer(complete(), "syncope_14d", word), tmp_path)

    assert told["outcome"] == "UNKNOWN"
    assert "syncope_14d" in told["missing"]


@pytest.mark.parametrize("fact", ["sex", "restrictive", "purging", "setting", "diagnoses"])
def test_a_fact_that_is_unknown_is_missing(fact, tmp_path):
    case = complete()

    told = printed({**case, "patient": {**case["patient"], fact: "unknown"}}, tmp_path)

    assert told["outcome"] == "UNKNOWN"
    assert fact in told["missing"]


def test_an_answer_may_say_when_it_was_answered(tmp_path):
    told = {"answer": False, "answered_on": "2026-11-01"}

    assert (
        "syncope_14d" in printed(changed_answer(complete(), "syncope_14d", told), tmp_path)["stale"]
    )


def test_half_a_pair_and_a_short_history_are_missing(tmp_path):
    one = printed(changed(complete(), bp="118/74"), tmp_path)
    case = complete()
    case["patient"] = {**case["patient"], "restrictive": True}

    assert {"sbp", "dbp"} <= set(one["missing"])
    assert "weight_loss_pct_6mo" in printed(case, tmp_path)["missing"]
    assert "bp" in printed(changed(complete(), bp=[]), tmp_path)["missing"]
