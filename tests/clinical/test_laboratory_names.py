"""Names, codes, units and words of laboratories: each means one thing, with its source."""

from __future__ import annotations

import pytest

from dashboard.clinical.clearance import ruleset
from dashboard.clinical.laboratory.results import read_results, results
from dashboard.clinical.laboratory.shipped import of_text
from dashboard.clinical.laboratory.units import read_spellings, spellings, unit
from dashboard.clinical.laboratory.words import read_words, words
from dashboard.clinical.misfit import BadDefinition

KINDS = ruleset().kinds
NAMED = {
    "Potassium": "K", "K+": "K", "Potassium, Serum": "K", "SODIUM": "Na", "Na": "Na", "Cl": "Cl",
    "CO2": "HCO3", "Carbon Dioxide, Total": "HCO3", "Bicarbonate (HCO3)": None, "BUN": "BUN",
    "Urea Nitrogen (BUN)": "BUN", "Glucose, Random": "glucose", "Phosphorus": "P", "PHOS": "P",
    "Calcium, Ionized": "Ca_ionized", "CALCIUM": "Ca", "ALT (SGPT)": "ALT", "AST (SGOT)": "AST",
    "Alk Phos": "ALP", "eGFR": "eGFR", "WBC": "WBC", "Neutrophils (Absolute)": "ANC",
    "Absolute Neutrophils": "ANC", "Hemoglobin": "Hb", "Hemoglobin A1c": "HbA1c",
    "Platelet Count": "plt", "Bilirubin, Total": "bilirubin", "Bilirubin, Direct": None,
    "Potassium, Urine": None, "Creatinine, Urine": None, "BUN/Creatinine Ratio": None,
    "Albumin/Globulin Ratio": None, "hCG, Urine, Qual": "hcg", "Protein, Total": None,
    "Glucose, Urine": None, "Neutrophils": None, "": None, "123": None,
}  # fmt: skip
SAME_UNIT = {
    "x10E3/uL": "10^3/uL", "Thousand/uL": "10^3/uL", "K/uL": "10^3/uL", "10³/µL": "10^3/uL",
    "10*3/uL": "10^3/uL", "x10(9)/L": "10^9/L", "cells/uL": "/uL", "MMOL/L": "mmol/L",
    "µmol/L": "umol/L", "μmol/L": "umol/L", "mcmol/L": "umol/L", "IU/L": "U/L", "mg/dl": "mg/dL",
    "mL/min/1.73 m²": "mL/min/1.73m2", "mL/min/{1.73_m2}": "mL/min/1.73m2", "[degF]": "F",
    "/HPF": None, "mg": None, "mmol": None, "g/24h": None, "": None,
}  # fmt: skip


@pytest.mark.parametrize("printed", NAMED)
def test_a_printed_name_is_its_kind_or_unknown(printed):
    assert results().named(printed).kind == NAMED[printed]


@pytest.mark.parametrize("printed", SAME_UNIT)
def test_a_printed_unit_is_the_rule_sets_spelling_or_unknown(printed):
    assert unit(printed) == SAME_UNIT[printed]


def test_every_kind_and_unit_named_is_one_of_the_rule_set():
    told = [*results().names.values(), *results().codes.values()]
    named = {kind for one in told for kind in (one.kind, *one.possible) if kind}
    units = {entry.unit for kind in KINDS.values() for entry in kind.entries}

    assert named <= set(KINDS)
    assert set(spellings().values()) <= units | {"mmHg"}


def test_every_unit_a_laboratory_kind_is_entered_in_has_a_spelling():
    named = {one.kind for one in results().codes.values() if one.kind}

    for kind in named:
        for entry in KINDS[kind].entries:
            assert entry.unit == "xULN" or unit(entry.unit) == entry.unit, (kind, entry.unit)


def test_both_halves_of_a_pressure_are_known_and_neither_is_kept_alone():
    halves = {**results().systolic, **results().diastolic}

    assert sorted(results().systolic.values()) == sorted(results().diastolic.values())
    assert all(results().coded(code).not_kept for code in halves)


def test_no_word_for_a_missing_result_is_an_answer():
    for printed in ("hemolyzed", "QNS", "See Note", "PENDING", "TNP", "n/a"):
        assert words().answer(printed) == "no_result", printed
    assert words().answer("trace") == "unsure"
    assert {told[0] for told in words().statuses.values()} == {
        "final", "corrected", "preliminary", "withdrawn",
    }  # fmt: skip


RESULTS = """
version = "1"
source = "test"
specimens = []
others = []
urine = []
pressure = { systolic = {}, diastolic = {} }
"""
ROW = '[[result]]\nkind = "K"\nverified = "checked"\n'


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (ROW + 'names = ["k"]\nloinc = ["2823-4"]', "check digit"),
        (ROW + 'names = ["k"]\n' + ROW.replace("K", "Na") + 'names = ["K"]', "k stands for two"),
        (ROW + 'names = ["k"]\nunsure = ["k"]', "k stands for two"),
        (ROW + 'names = [",,"]', "stands for two"),
        (ROW + 'names = ["k"]\ncolour = "red"', "colour"),
        (ROW.replace('verified = "checked"', "") + 'names = ["k"]', "verified"),
    ],
)
def test_a_list_that_could_mean_two_things_is_refused_with_its_place(rows, why):
    with pytest.raises(BadDefinition, match=why):
        of_text(RESULTS + rows, file="results.toml", maker=read_results)


def test_a_spelling_of_two_units_and_a_word_of_two_meanings_are_refused():
    twice = 'version = "1"\nsource = "t"\n[spellings]\n"mg/dL" = ["x"]\n"g/L" = ["X"]'
    with pytest.raises(BadDefinition, match="is two units"):
        of_text(twice, file="units.toml", maker=read_spellings)
    told = 'version = "1"\nsource = "t"\nnegative = ["no"]\npositive = ["No"]\n[flags]\n[statuses]'
    with pytest.raises(BadDefinition, match="means two things"):
        of_text(told, file="words.toml", maker=read_words)
