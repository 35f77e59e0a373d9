"""Findings so far: what intake answers mean under the clearance's rules, and what they do not."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from dashboard.clinical import clearance
from dashboard.clinical.formulas.body_size import Sex
from dashboard.intake import answers, facts, findings, typed
from dashboard.intake.definition import Unsaid
from dashboard.intake.findings import HIDDEN, Person
from dashboard.intake.sections import BY_KEY, SECTIONS

TODAY = dt.date(2026, 11, 23)
PERSON = Person(dt.date(1996, 3, 14), Sex.FEMALE, "FL", ("F50.012",))


def read_day(text):
    return dt.datetime.strptime(text, "%d-%b-%Y").date()


BOUNDS = typed.Bounds(born_on=dt.date(1996, 3, 14), today=TODAY, read_day=read_day)


def told(**sections):
    """Return what typed sections tell; a dash in an input's name is written as two underscores."""
    contents = {}
    for key, inputs in sections.items():
        named = {name.replace("__", "-"): value for name, value in inputs.items()}
        read = typed.read(BY_KEY[key], named, bounds=BOUNDS)
        assert not read.problems
        contents[key] = answers.carried({}, read.values, today=TODAY)
    found = facts.of_sections(contents, source="Intake 1", is_signed=False)
    return found, list(facts.weighings(contents.get("weights", {})))


def judged(*, shows_weight=False, person=PERSON, **sections):
    found, weighings = told(**sections)
    return findings.so_far(
        found, weighings=weighings, person=person, on=TODAY, shows_weight=shows_weight
    )


def rules_of(lines):
    return {line.rule for line in lines}


def test_nothing_answered_forbids_nothing_and_clears_nothing():
    found = judged()

    assert found.stops == found.cautions == ()
    assert len(found.missing) > 40
    assert "Potassium" in found.later


@pytest.mark.parametrize("unsaid", list(Unsaid))
def test_an_answer_without_content_is_as_missing_as_no_answer(unsaid):
    contents = {
        section.key: answers.carried({}, dict.fromkeys(_keys(section), unsaid), today=TODAY)
        for section in SECTIONS
    }

    assert facts.of_sections(contents, source="Intake 1", is_signed=True) == {}


@pytest.mark.parametrize(
    ("key", "inputs", "rule"),
    [
        ("medical", {"aneurysm_or_avm_or_ich_history": "yes"}, "C01"),
        ("medicines", {"hypersensitivity_ketamine": "yes"}, "C06"),
        ("pregnancy", {"lactating": "yes"}, "C07"),
        ("risk", {"cssrs_ideation": "4"}, "P01a"),
        ("psychiatric", {"schizophrenia_spectrum_or_current_psychosis": "yes"}, "P03"),
        ("substances", {"sud": "yes"}, "P07"),
        ("ketamine", {"ketamine_or_pcp_misuse_ever": "yes"}, "P08"),
        ("symptoms", {"haematemesis": "severe"}, "B10a"),
    ],
)
def test_what_excludes_is_a_stop_with_its_source(key, inputs, rule):
    found = judged(**{key: inputs})

    assert rule in rules_of(found.stops)
    assert all(line.source for line in found.stops)
    assert all(line.section == key for line in found.stops if line.rule == rule)


@pytest.mark.parametrize(
    ("key", "inputs", "rule"),
    [
        ("risk", {"cssrs_ideation": "2"}, "P01b"),
        ("psychiatric", {"bipolar_disorder": "yes"}, "P05"),
        ("medical", {"acute_porphyria": "yes"}, "C10"),
        ("medicines", {"taken__0__name": "Citalopram", "taken__1__name": "Quetiapine"}, "D06a"),
    ],
)
def test_what_delays_is_a_caution(key, inputs, rule):
    assert rule in rules_of(judged(**{key: inputs}).cautions)


def test_a_listed_medicine_outweighs_a_no_and_an_unlisted_one_proves_nothing():
    listed, _ = told(medicines={"taken__0__name": "bupropion XL 150", "bupropion": "no"})
    unlisted, _ = told(medicines={"taken__0__name": "Wellbutrin"})
    counted, _ = told(
        medicines={"taken__0__name": "citalopram", "taken__1__name": "quetiapine",
                   "qt_drug_count": "1"}
    )  # fmt: skip

    water, _ = told(medicines={"taken__0__name": "furosemide 20 mg"},
                    behaviours={"diuretic_or_laxative": "no"})  # fmt: skip

    assert water["diuretic_or_laxative"].value is True
    assert listed["bupropion"].value is True
    assert "bupropion" not in unlisted
    assert counted["qt_drug_count"].value == Fraction(2)


@pytest.mark.parametrize(
    ("section", "inputs", "variable"),
    [
        ("behaviours", {"vomiting": "14"}, "purging"),
        ("behaviours", {"diuretics": "0.5"}, "purging"),
        ("behaviours", {"fasting": "1"}, "restrictive"),
        ("behaviours", {"laxatives": "3", "diuretic_or_laxative": "no"}, "diuretic_or_laxative"),
        ("behaviours", {"misuse": ("ipecac",), "ed_drug_misuse": "no"}, "ed_drug_misuse"),
        ("psychiatric", {"conditions": ("bipolar disorder",), "bipolar_disorder": "no"},
         "bipolar_disorder"),
    ],
)  # fmt: skip
def test_a_detail_that_says_yes_outweighs_a_no(section, inputs, variable):
    found, _ = told(**{"course": {"purging": "no", "restrictive": "no"}, section: inputs})

    assert found[variable].value is True
    assert found[variable].section == section


def test_a_count_of_none_says_neither_yes_nor_no():
    found, _ = told(behaviours={"vomiting": "0", "laxatives": "0", "diuretics": "0"})

    assert not found.keys() & {"purging", "diuretic_or_laxative", "ed_drug_misuse"}


def test_a_pregnancy_that_is_stated_stands_under_the_rule_of_the_test():
    found = judged(pregnancy={"pregnant": "yes"})

    assert "Pregnant, stated by the patient" in {line.words for line in found.stops}
    assert "Pregnancy test" in found.later, "stated is not tested"


def test_a_state_the_practice_does_not_serve_is_said():
    served = Person(PERSON.born_on, PERSON.sex, "FL", (), served=("FL", "NJ"))
    there, here = (
        judged(person=served, identity={"location_state": state}) for state in ("NY", "NJ")
    )

    assert "NY is not a state that the practice serves" in {line.words for line in there.cautions}
    assert not here.cautions


def test_body_size_is_told_of_without_a_number_until_it_is_shown():
    weights = {
        "current": "38.5", "current__unit": "kg", "current_on": "20-Nov-2026",
        "current_source": "measured by another clinician", "height": "165", "height__unit": "cm",
        "height_source": "measured by another clinician", "intake_kcal": "300",
    }  # fmt: skip
    hidden, shown = judged(weights=weights), judged(weights=weights, shows_weight=True)

    assert {line.words for line in hidden.stops if line.section == "weights"} == {HIDDEN}
    assert "A05" in rules_of(shown.stops)
    assert any("38.5" in line.words for line in shown.stops)
    assert not any(
        number in line.words + line.note
        for line in (*hidden.stops, *hidden.cautions, *hidden.missing)
        for number in ("38.5", "14.1", "300")
    )


def test_a_weight_of_an_unknown_day_tells_nothing():
    undated, _ = told(weights={"current": "43.2", "current__unit": "kg"})
    dated, _ = told(weights={"current": "95.2", "current__unit": "lb", "current_on": "20-Nov-2026"})

    declined, weighed = told(
        weights={"current": "43.2", "current__unit": "kg", "current_on__unsaid": "declined",
                 "lowest": "40", "lowest__unit": "kg", "lowest_on__unsaid": "unknown"}
    )  # fmt: skip

    assert "weight_kg" not in undated
    assert "weight_kg" not in declined
    assert weighed == []
    assert dated["weight_kg"].value == Fraction("95.2")
    assert dated["weight_kg"].unit == "lb"
    assert dated["weight_kg"].stated_on == dt.date(2026, 11, 20)


def test_a_new_qt_medicine_counts_from_the_latest_day_it_can_have_begun():
    rows = {"taken__0__name": "citalopram 20 mg", "taken__0__since": "Nov-2026",
            "taken__1__name": "quetiapine", "taken__1__since": "2019",
            "taken__2__name": "zinc", "taken__2__since": "22-Nov-2026"}  # fmt: skip
    dated, _ = told(medicines=rows)
    undated = findings.so_far({}, weighings=(), person=PERSON, on=TODAY, undated=["citalopram"])
    listed = [{"name": "citalopram"}, {"name": "quetiapine", "since": "2019"}, {"name": "zinc"}]
    without = answers.carried({}, {"taken": tuple(listed)}, today=TODAY)

    assert dated["qt_drug_started_on"].value == "2026-11-23", "today, and never a day to come"
    assert facts.without_start(without) == ("citalopram",)
    words = "Since when: citalopram (an ECG must follow its start)"
    assert words in {line.words for line in undated.missing}


def test_a_date_known_in_part_counts_as_the_stricter_day():
    faint, _ = told(symptoms={"syncope_14d": "yes", "last_faint": "Nov-2026"})
    begun, _ = told(medical={"refeeding": "yes", "refeeding_started_on": "Nov-2026"})
    exact, _ = told(medical={"refeeding": "yes", "refeeding_started_on": "20-Nov-2026"})

    assert faint["last_faint_on"].value == "2026-11-23"
    assert "refeeding_started_on" not in begun, "then days 0 to 10 are assumed"
    assert exact["refeeding_started_on"].value == "2026-11-20"
    found = judged(medical={"refeeding": "yes", "refeeding_started_on": "Nov-2026"})
    assert "R03b" in rules_of(found.cautions)


ASPEN_NONE = {"aspen_intake": "none", "aspen_minerals": "none", "aspen_fat": "none",
              "aspen_muscle": "none", "aspen_comorbidity": "none"}  # fmt: skip
SEVERE, MODERATE = "aspen_other_severe_criterion", "aspen_other_moderate_criteria"


@pytest.mark.parametrize(
    ("given", "severe", "moderate"),
    [
        (ASPEN_NONE, False, 0),
        ({**ASPEN_NONE, "aspen_fat": "moderate"}, False, 1),
        ({**ASPEN_NONE, "aspen_fat": "moderate", "aspen_muscle": "moderate"}, False, 2),
        ({**ASPEN_NONE, "aspen_fat": "severe"}, True, 0),
        ({"aspen_fat": "severe"}, True, None),
        ({"aspen_fat": "moderate", "aspen_muscle": "moderate"}, None, 2),
        ({"aspen_fat": "moderate"}, None, None),
        ({"aspen_fat": "none"}, None, None),
        ({**ASPEN_NONE, "aspen_minerals": "unknown"}, None, None),
        ({**ASPEN_NONE, "aspen_minerals": "declined", "aspen_fat": "severe"}, True, None),
    ],
)
def test_criteria_of_refeeding_risk_are_counted_and_what_is_missing_is_not_a_no(
    given, severe, moderate
):
    found, _ = told(medical=given)

    assert (found[SEVERE].value if SEVERE in found else None) is severe
    assert (found[MODERATE].value if MODERATE in found else None) == moderate


def test_severe_loss_of_fat_alone_calls_for_caution_and_open_criteria_are_asked_for():
    words = "Refeeding risk beyond weight (ASPEN 2020)"

    found = judged(medical={"aspen_fat": "severe"}, shows_weight=True)
    assert "R02a" in rules_of(found.cautions)
    assert words in {line.words for line in judged().missing}
    assert words not in {line.words for line in judged(medical=ASPEN_NONE).missing}


@pytest.mark.parametrize(
    ("substance", "stops"),
    [
        ("ketamine", True), ("Ketalar (rash in 2019)", True), ("S-Ketamine", True),
        ("Spravato", True), ("benzethonium chloride", True), ("EDTA", True),
        ("penicillin", False), ("ketoconazole", False), ("ketaminex", False),
    ],
)  # fmt: skip
def test_an_allergy_on_the_chart_to_ketamine_or_its_carrier_is_a_stop(substance, stops):
    allergic = Person(PERSON.born_on, PERSON.sex, "FL", (), allergies=("latex", substance))

    found = judged(person=allergic, medicines={"hypersensitivity_ketamine": "no"})

    assert ("C06" in rules_of(found.stops)) is stops


def test_every_variable_that_intake_must_ask_is_asked_once():
    """Clearance decisions, section 5: history, psychiatric screen, symptoms, medicines."""
    kinds = clearance.ruleset().kinds
    required = {
        rule.variable
        for rule in clearance.ruleset().rules
        if kinds[rule.variable].review in {"history", "psychiatric", "symptoms", "medicines"}
    }
    named = [field.fact for section in SECTIONS for field in section.fields if field.fact]

    assert len(named) == len(set(named))
    assert required <= set(named)


def _keys(section):
    return [field.key for field in section.fields]
