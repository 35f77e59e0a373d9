"""Every definition file proves itself, and the shipped ones are what the sources say."""

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import pytest

from dashboard.clinical import loinc
from dashboard.clinical.instruments import Instrument, UnknownInstrument, catalogue, definition
from dashboard.clinical.score_rules import MissingMethod
from dashboard.clinical.vectors import faults
from tests.clinical.questionnaires import KEYS, everything, scoring_keys, shipped

ANSWERS = {0: "LA6568-5", 1: "LA6569-3", 2: "LA6570-1", 3: "LA6571-9"}
LOINC_ITEMS: Mapping[str, list[str]] = {
    "phq9": [
        "44250-9", "44255-8", "44259-0", "44254-1", "44251-7",
        "44258-2", "44252-5", "44253-3", "44260-8", "69722-7",
    ],
    "gad7": [
        "69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7",
    ],
    "edeqs": [],
}  # fmt: skip


@pytest.mark.parametrize("instrument", everything(), ids=lambda one: one.id)
def test_every_worked_example_of_a_file_comes_out_as_published(instrument: Instrument):
    assert instrument.vectors
    assert [fault for vector in instrument.vectors for fault in faults(instrument, vector)] == []


def test_the_scoring_keys_cover_every_instrument_the_engine_must_carry():
    assert {key.id for key in scoring_keys()} == {
        "auditc", "bes", "cfi", "cia3", "dass21", "eat26", "ed15", "edeq6", "edeq7", "mdq",
        "ocir", "pcl5", "pcptsd5", "peg", "qids_sr16", "scoff", "who5",
    }  # fmt: skip


def test_scoring_keys_print_nobodys_copyrighted_text():
    assert all(item.text is None for key in scoring_keys() for item in key.items)


def test_phq9_gad7_and_edeqs_ship_with_every_question():
    assert {name: len(one.items) for name, one in catalogue().items()} == {
        "phq9": 10,
        "gad7": 7,
        "edeqs": 12,
    }
    assert all(item.text for one in catalogue().values() for item in one.items)


@pytest.mark.parametrize("name", LOINC_ITEMS)
def test_every_item_carries_the_code_the_source_lists(name: str):
    codes = [dict(item.codes).get("loinc") for item in shipped(name).items]

    assert [code for code in codes if code] == LOINC_ITEMS[name]


def test_panels_and_totals_are_not_mixed_up():
    codes = {
        name: (dict(one.codes).get("loinc"), dict(one.primary.codes).get("loinc"))
        for name, one in catalogue().items()
    }

    assert codes == {
        "phq9": ("44249-1", "44261-6"),
        "gad7": ("69737-5", "70274-6"),
        "edeqs": (None, None),
    }


@pytest.mark.parametrize("name", ["phq9", "gad7"])
def test_the_zero_label_is_not_at_all(name: str):
    scale = shipped(name).items[0].scale

    assert [option.label for option in scale.options] == [
        "Not at all",
        "Several days",
        "More than half the days",
        "Nearly every day",
    ]
    assert {option.value: option.code for option in scale.options} == ANSWERS


def test_the_difficulty_codes_are_not_in_numeric_order():
    assert [option.code for option in shipped("phq9").item("10").scale.options] == [
        "LA6572-7",
        "LA6573-5",
        "LA6575-0",
        "LA6574-3",
    ]


def test_edeqs_judges_its_last_two_items_by_severity_and_not_by_days():
    scales = [item.scale.id for item in shipped("edeqs").items]

    assert scales == ["days"] * 10 + ["severity"] * 2


@pytest.mark.parametrize(
    ("name", "bands"),
    [
        ("phq9", "minimal 0-4, mild 5-9, moderate 10-14, moderately_severe 15-19, severe 20-27"),
        ("gad7", "minimal 0-4, mild 5-9, moderate 10-14, severe 15-21"),
        ("edeqs", "below 0-14, at_or_above 15-36"),
    ],
)
def test_severity_bands_are_the_published_ones(name: str, bands: str):
    found = [f"{band.id} {band.start}-{band.end - 1}" for band in shipped(name).primary.bands]

    assert ", ".join(found) == bands


@pytest.mark.parametrize(
    ("name", "points", "basis", "c", "provisional"),
    [
        ("phq9", 6, "published", 10, False),
        ("gad7", 4, "published", 8, False),
        ("edeqs", 7, "computed", 15, True),
    ],
)
def test_limits_of_change_are_the_reference_ones(name, points, basis, c, provisional):
    limits = shipped(name).primary.change

    assert limits is not None
    assert (limits.rci_points, limits.basis, limits.c) == (points, basis, c)
    assert limits.is_provisional is provisional


def test_the_missing_answer_rules_are_the_reference_ones():
    rules = {name: one.primary.missing for name, one in catalogue().items()}

    assert (rules["phq9"].min_answered, rules["gad7"].min_answered) == (7, 5)
    assert rules["edeqs"].method is MissingMethod.NONE


def test_edeqs_carries_its_attribution_and_its_residual_risk():
    edeqs = shipped("edeqs")

    assert "CC BY 4.0" in (edeqs.licence.attribution or "")
    assert "Residual risk" in (edeqs.licence.notes or "")
    assert "re-read" in (edeqs.notes or "")
    assert edeqs.administration.not_for == ("ARFID",)


@pytest.mark.parametrize("instrument", everything(), ids=lambda one: one.id)
def test_a_definition_knows_the_hash_of_its_file(instrument: Instrument):
    shipped_file = files("dashboard.clinical") / "data" / "instruments" / instrument.file
    path = KEYS / instrument.file if (KEYS / instrument.file).exists() else Path(str(shipped_file))

    assert instrument.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert instrument.file == f"{instrument.id}-{instrument.version}.toml"


def test_an_old_version_is_found_by_its_number_and_a_strange_one_is_refused():
    assert definition("phq9", "2001.1") == shipped("phq9")
    with pytest.raises(UnknownInstrument, match=r"phq9 1999"):
        definition("phq9", "1999")


def test_instruments_can_be_keys():
    assert {shipped("phq9"): "mood"}[definition("phq9", "2001.1")] == "mood"
    assert shipped("phq9") != shipped("gad7")


@pytest.mark.parametrize(
    "code",
    ["44249-1", "44261-6", "44260-8", "69737-5", "70274-6", "55758-7", "75626-2", "101698-9"],
)
def test_a_real_loinc_code_passes_its_check_digit(code: str):
    loinc.refuse_bad_code(code)


@pytest.mark.parametrize("code", ["91006-2", "89708-7", "44261-8", "44261-7", "44261", "x-1", ""])
def test_a_mistyped_loinc_code_is_refused(code: str):
    with pytest.raises(ValueError, match="LOINC code"):
        loinc.refuse_bad_code(code)
