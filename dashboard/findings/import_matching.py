"""Whether a laboratory report is of this chart's patient: names, birth date and sex side by side.

A birth date that differs is always another person. A name or a sex that differs while the birth
date agrees may be a name changed since, or a twin: only a typed confirmation leads on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dashboard import formats
from dashboard.findings.reports import Person
from dashboard.findings.reports.surroundings import name_parts
from dashboard.patients.models import Patient, Sex
from dashboard.patients.names import key_of, plain_name

LONGEST_NAME = 80
SEXES = {Sex.FEMALE: "F", Sex.MALE: "M"}


class Match(StrEnum):
    """How sure it is whose report this is, and what leads on."""

    SAME = "same"  # name and birth date agree
    ASKED = "asked"  # nothing disagrees, but name or birth date is not in the report
    TYPED = "typed"  # the birth date agrees, the name or the sex does not
    OTHER = "other"  # another person: refused


@dataclass(frozen=True)
class Compared:
    """What the comparison came to, the sentence about it, and whom the report names."""

    match: Match
    sentence: str
    named: str


def compared(person: Person | None, patient: Patient) -> Compared:
    """Compare whom a report names with the patient of the chart."""
    if person is None:
        person = Person()
    is_unsure = person.other_birth_date == patient.born_on != person.birth_date
    if is_unsure:  # its day and month may be the other way round: it neither agrees nor differs
        person = replace(person, birth_date=None)
    named, differs = _named(person), tuple(_differences(person, patient))
    chart = f"{patient.name}, born {formats.day(patient.born_on)}"
    if not differs and is_unsure:
        sentence = (
            f"The report says {named}; read day first its birth date agrees, read month first it "
            f"does not. Does it belong to {chart}?"
        )
        return Compared(Match.ASKED, sentence, named)
    if not differs:
        return _without_difference(person, chart, named)
    if person.birth_date != patient.born_on or len(differs) > 1:
        sentence = (
            f"This report is of {named}. This chart is {chart}. {_listed(differs)} not agree, so "
            "nothing was taken. Open the right patient's chart, or ask the laboratory."
        )
        return Compared(Match.OTHER, sentence, named)
    sentence = (
        f"This report is of {named}; this chart is {chart}. The birth date agrees, "
        f"{differs[0]} does not. A twin has the same birth date."
    )
    return Compared(Match.TYPED, sentence, named)


def is_confirmed(typed: str, patient: Patient) -> bool:
    """Whether the name that was typed is the one on the chart."""
    return key_of(typed) == key_of(patient.name)


def _without_difference(person: Person, chart: str, named: str) -> Compared:
    name, born = _name(person), person.birth_date
    if name and born:
        return Compared(Match.SAME, f"The report is of {named}: this chart's patient.", named)
    if not name and not born:
        told = "The report names nobody"
    else:
        told = f"The report says {named} and no {'birth date' if name else 'name'}"
    return Compared(Match.ASKED, f"{told}. Does it belong to {chart}?", named)


def _differences(person: Person, patient: Patient) -> Iterator[str]:
    if person.birth_date is not None and person.birth_date != patient.born_on:
        yield "the birth date"
    is_named = not _name(person) or _is_same_name(person, patient)
    if not is_named or not _is_called(person.called, patient):
        yield "the name"
    sex = SEXES.get(patient.sex_for_ranges)
    if person.sex and sex and person.sex != sex:
        yield "the sex"


def _listed(differs: Sequence[str]) -> str:
    told = " and ".join([", ".join(differs[:-1]), differs[-1]] if len(differs) > 1 else differs)
    return f"{told[:1].upper()}{told[1:]} {'do' if len(differs) > 1 else 'does'}"


def _named(person: Person) -> str:
    """Return whom a report names, in words."""
    name, born = _name(person), _born(person.birth_date)
    if person.called:
        name = " and ".join(dict.fromkeys(filter(None, [name, plain_name(person.called)])))
    if not name:
        return f"somebody {born}" if born else "nobody"
    return f"{name}, {born}" if born else name


def _born(day: dt.date | None) -> str:
    return f"born {formats.day(day)}" if day else ""


def _name(person: Person) -> str:
    told = person.name or " ".join(filter(None, [person.given, person.family]))
    return plain_name(told)[:LONGEST_NAME]


def _is_same_name(person: Person, patient: Patient) -> bool:
    """Whether family name and first given name agree; a table may print them in either order."""
    family = key_of(patient.family_name).split()
    firsts = {key_of(one).split()[0] for one in _givens(patient)}
    told_family, told_given = (
        key_of(person.family or "").split(),
        key_of(person.given or "").split(),
    )
    if told_family == family and told_given[:1] and told_given[0] in firsts:
        return True
    if "," in (person.name or ","):
        return False
    told = key_of(person.name or "").split()
    is_given_first = told[-len(family) :] == family and told[0] in firsts
    is_family_first = told[: len(family)] == family and told[len(family) :][:1] != []
    return is_given_first or (is_family_first and told[len(family)] in firsts)


def _is_called(called: str, patient: Patient) -> bool:
    """Whether the words by which results call their patient are this patient's name."""
    if not called:
        return True
    family, given = name_parts(called)
    return _is_same_name(Person(name=called, family=family, given=given), patient)


def _givens(patient: Patient) -> Iterator[str]:
    return (one for one in (patient.given_name, patient.preferred_name) if key_of(one))
