"""Every definition file proves itself, and the shipped ones are what the sources say."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import pytest

from dashboard.clinical import loinc
from dashboard.clinical.change import Reading, Status, judge
from dashboard.clinical.instruments import Instrument, UnknownInstrument, catalogue, definition
from dashboard.clinical.score_rules import MissingMethod
from dashboard.clinical.shipped import optional_packs
from dashboard.clinical.vectors import faults
from tests.clinical.questionnaires import everything, shipped

ANSWERS = {0: "LA6568-5", 1: "LA6569-3", 2: "LA6570-1", 3: "LA6571-9"}
LOINC_ITEMS: Mapping[str, list[str]] = {
    "phq9": [
        "44250-9", "44255-8", "44259-0", "44254-1", "44251-7",
        "44258-2", "44252-5", "44253-3", "44260-8", "69722-7",
    ],
    "gad7": [
        "69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7",
    ],
    "phq2": ["44250-9", "44255-8"],
    "gad2": ["69725-0", "68509-9"],
    "auditc": ["68518-0", "68519-8", "68520-6"],
    "peg": ["91145-3", "91146-1"],
}  # fmt: skip
PINNED = {
    "phq9": ("44249-1", "44261-6"),
    "phq2": ("55757-9", "55758-7"),
    "gad7": ("69737-5", "70274-6"),
    "pcl5": ("101697-1", "101698-9"),
    "auditc": ("72109-2", "75626-2"),
    "peg": ("91148-7", "91147-9"),
}


@pytest.mark.parametrize("instrument", everything(), ids=lambda one: one.id)
def test_every_worked_example_of_a_file_comes_out_as_published(instrument: Instrument):
    assert instrument.vectors
    assert [fault for vector in instrument.vectors for fault in faults(instrument, vector)] == []


FULL_TEXT = {
    "asq", "auditc", "core10", "counts_daily", "counts_weekly", "dass21", "edeqs", "gad2", "gad7",
    "nrs_daily", "nrs_session", "nrs_weekly", "pcl5", "pcptsd5", "peg", "phq2", "phq9",
}  # fmt: skip
SCORES_ONLY = {
    "bes", "cadss", "cadss6", "cfi", "cia3", "cssrs", "eat26", "ed15", "edeq6", "edeq7", "mdq",
    "ocir", "qids_sr16", "scoff", "ybocs",
}  # fmt: skip


def test_everything_the_licence_allows_ships_with_its_questions_and_the_rest_without():
    offered = catalogue()

    assert {name for name, one in offered.items() if one.has_text} == FULL_TEXT
    assert {name for name, one in offered.items() if not one.has_text} == SCORES_ONLY


@pytest.mark.parametrize("name", sorted(SCORES_ONLY | {"who5"}))
def test_no_word_of_a_copyrighted_question_or_answer_is_in_its_file(name: str):
    instrument = shipped(name)

    assert not instrument.licence.text_included
    for item in instrument.items:
        assert (item.text, item.heading) == (None, None)
        assert {option.label for option in item.scale.options} <= {None}
    assert instrument.administration.instructions is None


def test_who5_is_an_optional_pack_and_off_by_default():
    assert "who5" not in catalogue()
    assert list(optional_packs()) == ["who5"]
    assert (files("dashboard.clinical") / "data" / "packs" / "who5" / "LICENCE.md").is_file()
    assert definition("who5", "2015.1") == shipped("who5")


@pytest.mark.parametrize("instrument", everything(), ids=lambda one: one.id)
def test_a_schedule_never_asks_about_one_day_twice(instrument: Instrument):
    rules = instrument.administration

    assert rules.default_interval_days >= rules.shortest_interval_days >= rules.min_interval_days
    if rules.overlap_reason is None:
        assert rules.shortest_interval_days >= (rules.recall_days or 1)


def test_only_auditc_is_repeated_within_the_months_it_asks_about():
    reasons = {one.id for one in everything() if one.administration.overlap_reason}

    assert reasons == {"auditc"}
    rules = shipped("auditc").administration
    assert (rules.recall_days, rules.shortest_interval_days) == (365, 90)


@pytest.mark.parametrize("name", ["phq9", "gad7"])
def test_two_week_questionnaires_come_every_two_weeks(name: str):
    rules = shipped(name).administration

    assert (rules.min_interval_days, rules.shortest_interval_days) == (7, 14)
    assert rules.default_interval_days == 14


def test_old_versions_stay_beside_the_new_ones():
    assert shipped("phq9").version == "2001.2"
    assert shipped("phq9").supersedes == "2001.1"
    assert definition("phq9", "2001.1").administration.default_interval_days == 7


def test_keys_from_memory_say_that_they_are_not_verified():
    assert {one.id for one in everything() if one.is_unverified} == {"bes", "ed15"}
    assert shipped("ed15").score_rule("eating").is_unverified
    assert not shipped("phq9").primary.is_unverified


def test_packs_and_screens_without_a_sum_have_no_primary_score():
    without = {one.id for one in everything() if not one.has_primary}

    assert without == {
        "asq", "counts_daily", "counts_weekly", "cssrs", "nrs_daily", "nrs_session", "nrs_weekly",
    }  # fmt: skip
    with pytest.raises(LookupError, match="no primary score"):
        _ = shipped("asq").primary


@pytest.mark.parametrize("name", ["nrs_daily", "nrs_weekly", "nrs_session", "counts_weekly"])
def test_own_packs_make_every_question_a_score_that_may_be_declined(name: str):
    pack = shipped(name)

    assert [rule.id for rule in pack.scores] == [item.id for item in pack.items]
    assert all(item.allow_decline for item in pack.items)
    assert not any(rule.bands for rule in pack.scores)
    assert "Not validated" in (pack.notes or "")


@pytest.mark.parametrize("name", LOINC_ITEMS)
def test_every_item_carries_the_code_the_source_lists(name: str):
    codes = [dict(item.codes).get("loinc") for item in shipped(name).items]

    assert [code for code in codes if code] == LOINC_ITEMS[name]


def test_panels_and_totals_are_not_mixed_up():
    codes = {
        one.id: (dict(one.codes).get("loinc"), dict(one.primary.codes).get("loinc"))
        for one in everything()
        if one.has_primary
    }

    assert {name: pair for name, pair in codes.items() if pair != (None, None)} == PINNED


def test_no_item_carries_a_code_that_the_source_does_not_list():
    coded = {one.id for one in everything() if any(item.codes for item in one.items)}

    assert coded == set(LOINC_ITEMS)


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
        ("cia3", "below 0-15, at_or_above 16-48"),
        ("core10", "below 0-10, at_or_above 11-40"),
        ("bes", "low 0-17, moderate 18-26, severe 27-46"),
        ("ocir", "mild 0-15, moderate 16-27, severe 28-72"),
        ("qids_sr16", "none 0-5, mild 6-10, moderate 11-15, severe 16-20, very_severe 21-27"),
        ("ybocs", "subclinical 0-7, mild 8-15, moderate 16-23, severe 24-31, extreme 32-40"),
        ("dass21", "normal 0-9, mild 10-13, moderate 14-20, severe 21-27, extremely_severe 28-42"),
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
        ("edeq6", Fraction("1.12"), "computed", Fraction("2.77"), False),
        ("cia3", 11, "computed", 16, False),
        ("pcl5", 15, "published", 28, False),
        ("core10", 6, "published", 11, False),
        ("ocir", 16, "computed", 23, False),
        ("who5", Fraction("22.9"), "computed", 50, True),
    ],
)
def test_limits_of_change_are_the_reference_ones(name, points, basis, c, provisional):
    limits = shipped(name).primary.change

    assert limits is not None
    assert (limits.rci_points, limits.basis, limits.c) == (points, basis, c)
    assert limits.is_provisional is provisional


def test_the_missing_answer_rules_are_the_reference_ones():
    rules = {one.id: one.primary.missing for one in everything() if one.has_primary}

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
    data = files("dashboard.clinical") / "data"
    found = [data / "instruments" / instrument.file, data / "packs" / "who5" / instrument.file]
    path = next(Path(str(one)) for one in found if one.is_file())

    assert instrument.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert instrument.file == f"{instrument.id}-{instrument.version}.toml"


def test_an_old_version_is_found_by_its_number_and_a_strange_one_is_refused():
    assert definition("phq9", "2001.2") == shipped("phq9")
    with pytest.raises(UnknownInstrument, match=r"phq9 1999"):
        definition("phq9", "1999")


def test_instruments_can_be_keys():
    assert {shipped("phq9"): "mood"}[definition("phq9", "2001.2")] == "mood"
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


def shelf_table() -> str:
    """Return the table of docs/instruments.md."""
    rows = ["| id | instrument | version | items | text | days | scores | key |"]
    rows += ["|---|---|---|---:|---|---:|---|---|"]
    for one in everything():
        text = "ships" if one.has_text else "load your own"
        days = "once" if one.administration.is_once else one.administration.shortest_interval_days
        scores = ", ".join(rule.id for rule in one.scores) or "none, screens only"
        key = "not verified" if one.is_unverified else ""
        rows.append(
            f"| `{one.id}` | {one.title} | {one.version} | {len(one.items)} | {text} | {days} "
            f"| {scores} | {key} |"
        )
    return "\n".join(rows) + "\n"


def test_the_page_about_instruments_lists_what_is_shipped():
    page = Path(__file__).parents[2] / "docs" / "instruments.md"

    assert shelf_table() in page.read_text("utf-8")


@pytest.mark.parametrize("one", everything(), ids=lambda one: one.id)
def test_a_version_on_an_earlier_scale_has_its_items_and_scoring(one: Instrument):
    for version in one.scores_like:
        earlier = definition(one.id, version)

        assert [(i.id, i.text, i.scale) for i in earlier.items] == [
            (i.id, i.text, i.scale) for i in one.items
        ]
        assert [(s.id, s.op, s.lowest, s.highest, s.missing, s.bands) for s in earlier.scores] == [
            (s.id, s.op, s.lowest, s.highest, s.missing, s.bands) for s in one.scores
        ]
        assert earlier.gates == one.gates
        assert one.scale_of(version) == one.version


def test_scores_of_versions_that_score_alike_are_compared():
    phq9 = shipped("phq9")
    before = Reading(date(2026, 10, 1), Fraction(18), Fraction(18), Fraction(18), "2001.1")
    after = Reading(date(2026, 11, 1), Fraction(9), Fraction(9), Fraction(9), "2001.2")

    assert judge(phq9, baseline=before, latest=after).status is Status.RECOVERED
    foreign = replace(before, version="1999.1")
    assert judge(phq9, baseline=foreign, latest=after).status is Status.CANNOT_JUDGE
