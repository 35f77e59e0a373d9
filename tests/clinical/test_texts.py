"""Text that a practice holds a licence for is laid over a definition and changes nothing else."""

from datetime import date
from pathlib import Path

import pytest

from dashboard.clinical.instruments import (
    BadDefinition,
    UnknownPack,
    catalogue,
    definition,
    lay_out,
    score,
)

ATTESTED = """\
[attestation]
licence_holder = "Wisteria House"
basis = "letter of the copyright owner"
date = 2026-10-01
by = "Dr Alice Adler"
"""
SCOFF = f"""\
schema = "instrument-text/1"
id = "scoff"
version = "1999.1"
instructions = "Please answer yes or no."

{ATTESTED}
[labels.answer]
"0" = "No"
"1" = "Yes"

[items]
"1" = "Made-up question one?"
"2" = "Made-up question two?"
"3" = "Made-up question three?"
"4" = "Made-up question four?"
"5" = "Made-up question five?"
"""


@pytest.fixture(autouse=True)
def plain_shelf():
    """Put the shelf back as it is without settings."""
    yield
    lay_out()


def laid(folder: Path, text: str, name: str = "scoff.text.toml") -> None:
    (folder / name).write_text(text)
    lay_out(texts=folder)


def test_a_pack_gives_an_instrument_its_words_and_keeps_version_and_hash(tmp_path):
    bare = catalogue()["scoff"]

    laid(tmp_path, SCOFF)

    worded = catalogue()["scoff"]
    assert (bare.has_text, worded.has_text) == (False, True)
    assert worded.identity == bare.identity
    assert worded.item("2").text == "Made-up question two?"
    assert worded.item("2").label_of(1) == "Yes"
    assert worded.administration.instructions == "Please answer yes or no."
    assert worded.attestation is not None
    assert worded.attestation.date == date(2026, 10, 1)
    assert worded.attestation.licence_holder == "Wisteria House"
    assert bare != worded == definition("scoff", "1999.1")
    answers = dict.fromkeys("12345", 1)
    assert score(worded, answers).primary.value == score(bare, answers).primary.value == 5


def test_anchors_of_a_range_can_be_named(tmp_path):
    items = "".join(f'"{n}" = "Made-up {n}"\n' for n in range(1, 16))
    text = SCOFF[: SCOFF.index("[labels")].replace("scoff", "ed15").replace("1999.1", "2015.1")

    laid(tmp_path, f'{text}[labels.answer]\n"0" = "Never"\n\n[items]\n{items}', "ed15.text.toml")

    worded = catalogue()["ed15"]
    assert (worded.item("1").label_of(0), worded.item("1").label_of(3)) == ("Never", None)
    assert worded.item("1").accepts(6)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('by = "Dr Alice Adler"', "", "scoff.text.toml:6: attestation.by: is missing"),
        (ATTESTED, "", "attestation: is missing"),
        ("date = 2026-10-01", 'date = "soon"', "scoff.text.toml:9: attestation.date"),
        ('"5" = "Made-up question five?"', "", "scoff.text.toml:16: items: the text of item 5"),
        ('"5" = "Made-up question five?"', '"5" = " "', "items.5: must be a text"),
        ('"5" =', '"6" =', 'items.6: there is no item "6"'),
        ('"1" = "Yes"', '"2" = "Yes"', "labels.answer.2: 2 is no answer"),
        ("[labels.answer]", "[labels.other]", 'there is no scale "other"'),
        ("1999.1", "1998.1", "scoff.text.toml:3: version: there is no scoff 1998.1"),
        ('id = "scoff"', 'id = "phq9"', 'must be called "phq9.text.toml"'),
        ("instrument-text/1", "instrument-text/2", "scoff.text.toml:1: schema"),
        ("[labels.answer]", "extra = 1\n[labels.answer]", "extra: this key is not known"),
        ('"5" = "Made-up question five?"', '"5" = ', "scoff.text.toml: "),
    ],
)
def test_a_malformed_pack_stops_the_start_and_names_file_and_line(tmp_path, old, new, where):
    assert old in SCOFF
    with pytest.raises(BadDefinition) as refusal:
        laid(tmp_path, SCOFF.replace(old, new))

    assert where in str(refusal.value)
    assert not catalogue()["scoff"].has_text  # nothing of it was taken


def test_an_instrument_that_ships_its_text_takes_no_other(tmp_path):
    text = SCOFF.replace("scoff", "gad2").replace("1999.1", "2006.1")

    with pytest.raises(BadDefinition, match="ships with its own text"):
        laid(tmp_path, text, "gad2.text.toml")


def test_a_misspelt_file_or_folder_is_not_silently_ignored(tmp_path):
    with pytest.raises(BadDefinition, match=r"scoff\.txt: a text pack is called"):
        laid(tmp_path, SCOFF, "scoff.txt")
    with pytest.raises(BadDefinition, match="no such folder"):
        lay_out(texts=tmp_path / "none")


def test_an_optional_pack_is_offered_when_it_is_asked_for():
    lay_out(packs=["who5"])
    assert catalogue()["who5"].short == "WHO-5"

    with pytest.raises(UnknownPack, match="there is no pack 'cet', only who5"):
        lay_out(packs=["cet"])
    assert "who5" in catalogue()  # what was laid out before stands
