"""The consent text: complete, plain, honest, safe to read with an eating disorder, never edited."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from dashboard.clinical.misfit import Misfit
from dashboard.consents.published import FILE, Kind, evidence, read_evidence
from dashboard.consents.terms import TAKEN_AS, Formulation, Route
from dashboard.consents.texts import (
    BadText,
    UnknownText,
    catalogue,
    definition,
    is_replaced,
    present,
    read_text,
    versions,
)
from dashboard.settings import ROOT

FOLDER = ROOT / "dashboard" / "consents"
TEXTS = [pytest.param(text, id=name) for name, text in catalogue().items()]
DUTIES = {  # clearance 2.7: each an item of its own
    "off_label", "compounded", "evidence", "alternatives", "risks_session", "risks_longer",
    "risks_eating", "driving", "monitor", "pregnancy", "right_to_stop", "emergency", "telehealth",
    "privacy", "reports",
}  # fmt: skip
SAID = {
    "off_label": ("FDA", "off-label"),
    "compounded": ("503A", "not checked"),
    "evidence": ("37 people", "case series", "No randomized trial"),
    "alternatives": ("CBT-E", "FBT", "fluoxetine", "lisdexamfetamine", "esketamine", "hospital"),
    "risks_session": ("sedated", "dissociation", "Blood pressure", "Breathing"),
    "risks_longer": ("Bladder", "Liver", "bile", "Dependence", "Memory"),
    "risks_eating": ("nausea", "less appetite"),
    "driving": ("next day", "restful sleep"),
    "monitor": ("sober adult",),
    "pregnancy": ("pregnant", "breastfeed"),
    "right_to_stop": ("at any time",),
    "emergency": ("911", "988", "not watched in real time"),
}
HARMFUL = re.compile(
    r"\b(weigh\w*|bmi|kg|lbs?|pounds?|kilo\w*|calori\w*|kcal|fat|thin|obes\w*|mg)\b", re.IGNORECASE
)
STRONGER = re.compile(r"\b(studies have shown|proven|breakthrough|cure[sd]?|guarantee)", re.I)


def words_of(text) -> str:
    items = [words for item in text.items for words in (item.heading, *item.words)]
    asked = [question.question for question in text.questions]
    return "\n".join([text.title, *text.intro, *items, *asked])


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_says_everything_it_must(text):
    items = {item.key: " ".join(item.words) for item in text.items}

    assert items.keys() >= DUTIES
    for key, wanted in SAID.items():
        for words in wanted:
            assert words in items[key], f"{key}: {words}"


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_names_no_weight_and_no_energy_and_promises_nothing(text):
    assert HARMFUL.findall(words_of(text)) == []
    assert STRONGER.findall(words_of(text)) == []


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_written_in_short_sentences_to_the_reader(text):
    sentences = [one for one in re.split(r"(?<=[.:?])\s+|\n", words_of(text)) if one]
    lengths = [len(one.split()) for one in sentences]

    assert sum(lengths) / len(lengths) <= 15
    assert max(lengths) <= 36
    assert words_of(text).lower().count("you") >= 50


@pytest.mark.parametrize("text", TEXTS)
def test_the_patients_numbers_are_those_of_the_evidence_table(text):
    said = " ".join(next(item for item in text.items if item.key == "evidence").words)
    mills = next(one for one in evidence().publications if one.id == "mills-1998")

    assert f"{evidence().counted} people" in said
    assert f"{mills.patients} people: 9 of them" in said
    assert "9 of 15" in mills.outcome


def test_the_37_patients_really_add_up():
    found = evidence()

    assert found.counted == found.stated_total == 37
    assert str(found.stated_total) in found.sentence
    assert [one.patients for one in found.of(Kind.REPORT)] == [15, 1, 1, 4, 1, 5, 5, 4, 1]
    assert "No randomized trial" in found.sentence


def test_an_evidence_table_with_an_unknown_mark_or_key_is_refused():
    text = (FOLDER / FILE).read_text()

    for change in (('verified = "V"', 'verified = "sure"'), ("patients = 15", "n = 15")):
        with pytest.raises(Misfit):
            read_evidence(text.replace(*change, 1))


def test_a_shipped_text_cannot_be_edited():
    file = FOLDER / "texts" / f"{present(on=present_day()).name}.toml"
    content = file.read_bytes()
    digest = definition(file.stem).sha256

    assert read_text(content, file=file.name, digest=digest) == definition(file.stem)
    with pytest.raises(BadText, match="edited"):
        read_text(content.replace(b"37 people", b"73 people"), file=file.name, digest=digest)


def present_day():
    return max(text.effective_on for text in catalogue().values())


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('schema = "consent-text/1"', 'schema = "other"', "schema"),
        ("effective_on = 2026-11-23\n", "", "effective_on"),
        ('language = "en"', 'language = "fr"', "must be called"),
        ('key = "driving"', 'key = "monitor"', "twice"),
        ('verified = "V"', 'verified = "sure"', "verified"),
        ("material = true", 'material = "yes"', "material"),
        ("[[item]]", "[[part]]", "not known|item"),
    ],
)
def test_a_malformed_text_says_where(was, becomes, told):
    file = FOLDER / "texts" / "ketamine-2026.1-en.toml"

    with pytest.raises(BadText, match=told):
        read_text(file.read_text().replace(was, becomes, 1).encode(), file=file.name)


def test_before_the_first_version_there_is_no_text():
    first = min(text.effective_on for text in catalogue().values())

    with pytest.raises(UnknownText):
        present(on=first.replace(year=first.year - 1))
    with pytest.raises(UnknownText):
        definition("ketamine-1999.1-en")


def test_every_route_has_a_formulation_and_every_formulation_a_route():
    assert TAKEN_AS.keys() == set(Route)
    assert all(TAKEN_AS.values())
    assert set().union(*TAKEN_AS.values()) == set(Formulation)


def test_a_material_change_still_counts_when_a_small_one_followed_it():
    first, day = versions()[0], versions()[0].effective_on + dt.timedelta(days=1)
    material = replace(first, version="9999.1", effective_on=day, is_material=True)
    small = replace(first, version="9999.2", effective_on=day, is_material=False)

    assert is_replaced(first, among=(first, material, small), on=day)
    assert not is_replaced(first, among=(first, small), on=day)
    assert not is_replaced(first, among=(first, material), on=first.effective_on)
