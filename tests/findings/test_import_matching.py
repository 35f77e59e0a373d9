"""Whose report it is: the same name in many ways, another person, and what is asked between."""

import datetime as dt

import pytest

from dashboard.findings.import_matching import Match, compared, is_confirmed
from dashboard.findings.reports import Unreadable
from dashboard.patients.models import Patient, Sex
from tests.findings.reports.reading import fhir, table
from tests.findings.reports.test_unreadable_reports import bundle, observation, patient

ANN = Patient(
    given_name="Ann", preferred_name="Nan", family_name="Abel", born_on=dt.date(1996, 3, 14),
    sex_for_ranges=Sex.FEMALE,
)  # fmt: skip
JAN = Patient(
    given_name="Jan Piet", preferred_name="", family_name="van der Berg",
    born_on=dt.date(1996, 3, 14), sex_for_ranges=Sex.UNKNOWN,
)  # fmt: skip
BORN = "DOB: 03/14/1996"


def of(head, patient=ANN):
    """Compare the patient named by a report's head."""
    return compared(table(f"{head}\nCollected: 11/20/2026\nPotassium\t4.2\tmmol/L").person, patient)


@pytest.mark.parametrize(
    ("name", "patient"),
    [
        ("ABEL, ANN", ANN), ("Ann Abel", ANN), ("ABEL ANN", ANN), ("Abel, Ann-Marie", ANN),
        ("\u00c1bel, Ann", ANN), ("Nan Abel", ANN), ("Ann M. Abel", ANN), ("ABEL, ANN M", ANN),
        ("VAN DER BERG, JAN", JAN), ("Jan Piet van der Berg", JAN), ("van der Berg Jan", JAN),
    ],
)  # fmt: skip
def test_one_name_is_printed_in_many_ways(name, patient):
    assert of(f"Patient: {name}  {BORN}", patient).match is Match.SAME


@pytest.mark.parametrize(
    ("head", "match", "said"),
    [
        ("Patient: ABEL, ANN  DOB: 03/15/1996", Match.OTHER, "The birth date does not agree"),
        (
            "Patient: BOONE, BEN",
            Match.OTHER,
            "This report is of BOONE, BEN. This chart is Ann Abel",
        ),
        (f"Patient: ABEL, BEN  {BORN}  Sex: M", Match.OTHER, "The name and the sex do not agree"),
        ("DOB: 07/02/1988", Match.OTHER, "This report is of somebody born 02-Jul-1988."),
        ("Patient: ABEL, ANN  Sex: M", Match.OTHER, "The sex does not agree"),
        (f"Patient: STONE, ANN  {BORN}", Match.TYPED, "agrees, the name does not. A twin"),
        (f"Patient: ABEL, A  {BORN}", Match.TYPED, "the name does not"),
        (f"Patient: ABELS, ANN  {BORN}", Match.TYPED, "the name does not"),
        (f"Patient: ABEL, ANN  {BORN}  Sex: M", Match.TYPED, "agrees, the sex does not"),
        ("Patient: ABEL, ANN", Match.ASKED, "The report says ABEL, ANN and no birth date."),
        (BORN, Match.ASKED, "The report says somebody born 14-Mar-1996 and no name."),
        ("Urea 5", Match.ASKED, "The report names nobody. Does it belong to Ann Abel, born 14-Mar"),
    ],
)
def test_another_person_is_refused_and_what_is_unsure_is_asked(head, match, said):
    found = of(head)
    assert found.match is match and said in found.sentence


@pytest.mark.parametrize(
    ("head", "match"),
    [
        ("Patient: ABEL, ANN  DOB: 04/03/1996", Match.SAME),
        ("Patient: ABEL, ANN  DOB: 03/04/1996", Match.ASKED),
        ("Patient: STONE, ANN  DOB: 03/04/1996", Match.OTHER),
        ("Patient: ABEL, ANN  DOB: 03/05/1996", Match.OTHER),
    ],
)
def test_a_birth_date_that_agrees_only_the_other_way_round_is_asked_about(head, match):
    april = Patient(
        given_name="Ann", preferred_name="", family_name="Abel", born_on=dt.date(1996, 4, 3),
        sex_for_ranges=Sex.FEMALE,
    )  # fmt: skip
    person = table(f"{head}\nPotassium\t4.2\tmmol/L\t3.5-5.1").person
    assert compared(person, april).match is match


@pytest.mark.parametrize(
    ("subject", "with_patient", "match"),
    [
        ({"display": "Doe, Jane"}, True, Match.TYPED), ({"display": "Abel, Ann"}, True, Match.SAME),
        ({"display": "Doe, Jane"}, False, Match.OTHER), ({"display": "Jane"}, True, Match.TYPED),
        ({"display": "ANN ABEL (MRN 12)"}, False, Match.ASKED),
        ({"reference": "Patient/9", "display": "Doe, Jane"}, False, Match.OTHER),
        ({"reference": "Patient/p1", "display": "A. A."}, True, Match.SAME),
    ],
)  # fmt: skip
def test_results_that_only_say_a_name_are_compared_with_the_chart(subject, with_patient, match):
    ann = {**patient("Abel"), "name": [{"family": "Abel", "given": ["Ann"]}]}
    resources = [ann] * with_patient + [observation(subject=subject)]
    found = compared(fhir(bundle(*resources)).person, ANN)

    assert found.match is match
    assert ("Jane" in found.sentence) is (match in {Match.TYPED, Match.OTHER})


def test_results_that_say_two_names_are_of_two_patients():
    of_two = [observation(subject={"display": name}) for name in ("Abel, Ann", "Doe, Jane")]
    with pytest.raises(Unreadable, match="more than one patient"):
        fhir(bundle(*of_two))
    same = [observation(subject={"display": name}) for name in ("Abel, Ann", "Ann ABEL")]
    assert fhir(bundle(*same)).person.family == "Abel"


def test_only_the_name_on_the_chart_confirms():
    assert is_confirmed(" ann  ABEL ", ANN)
    assert not any(is_confirmed(typed, ANN) for typed in ("", "Ann", "Nan Abel", "Abel Ann"))
