"""FHIR R4: a Bundle, an Observation or a list of them, read into proposals.

Plain JSON, read strictly; what is of the wrong form is refused with its place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from dashboard.clinical.clearance.rules import RuleSet
from dashboard.findings.reports.json_text import Part, parsed
from dashboard.findings.reports.judging import judged
from dashboard.findings.reports.model import Form, Person, Printed, Remark, Report, Unreadable
from dashboard.findings.reports.moments import Clock, iso_day
from dashboard.findings.reports.observations import bare, printed_of, specimen_of
from dashboard.findings.reports.pressures import with_pressures
from dashboard.findings.reports.surroundings import name_parts
from dashboard.findings.reports.text import MOST_ROWS, checked, short

SEXES = {"female": "F", "male": "M"}
NO_OBSERVATION = "There is no Observation in this file, so no result."
SEVERAL = (
    "The file holds results of more than one patient ({place}). "
    "Import one patient at a time; nothing was taken."
)


def read_fhir(text: str, *, rules: RuleSet, today: date, zone: ZoneInfo) -> Report:
    """Read a FHIR file; raise `Unreadable` with the place of what cannot be read.

    A file that holds or refers to more than one patient is refused.
    """
    root = parsed(checked(text))
    resources = list(_resources(root))
    specimens = dict(_specimens(root, resources))
    patients = _Patients(_addresses(root))
    printed: list[Printed] = []
    remarks: list[Remark] = []
    laboratory: str | None = None
    for one in resources:
        match one["resourceType"].text():
            case "Patient":
                patients.take(one)
            case "Observation":
                patients.take_subject(one)
                printed += printed_of(one, clock=Clock(zone, today), specimens=specimens)
                laboratory = laboratory or _performer(one, resources)
            case kind:
                remarks.append(Remark(one.place, _shown(one, kind)))
        if len(printed) > MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} results; send it in parts.")
    if not printed:
        raise Unreadable(NO_OBSERVATION)
    patients.refuse_strangers()
    return Report(
        form=Form.FHIR,
        rows=judged(with_pressures(printed), rules=rules, today=today),
        person=patients.named(),
        laboratory=laboratory,
        remarks=tuple(remarks),
    )


def _resources(root: Part) -> Iterator[Part]:
    """Return every resource of a file, each Bundle opened; raise `Unreadable` for anything else."""
    if isinstance(root.value, list):
        for one in root.items():
            yield from _resources(one)
        return
    kind = root["resourceType"].text() if root.object() else ""
    if not kind:
        raise Unreadable(f"{root.place or 'The file'}: no resourceType; this is no FHIR resource.")
    if kind != "Bundle":
        yield root
        yield from (one for one in root["contained"].items() if _is_read(one))
        return
    for entry in root["entry"].items():
        resource = entry["resource"]
        if resource:
            yield from _resources(resource)


def _is_read(resource: Part) -> bool:
    """Whether a contained resource says something itself: a report can hold its results."""
    return resource["resourceType"].text() in {"Patient", "Observation"}


def _addresses(root: Part) -> Iterator[str]:
    """Return the full addresses of a Bundle's patients."""
    for entry in root["entry"].items():
        if entry["resource"]["resourceType"].value == "Patient":
            yield bare(entry["fullUrl"].text())


def _specimens(root: Part, resources: Iterable[Part]) -> Iterator[tuple[str, str]]:
    """Return what each specimen of a file is, by its id and by its full address."""
    for one in resources:
        if (told := specimen_of(one)) and (own := one["id"].text()):
            yield own, told
    for entry in root["entry"].items() if isinstance(root.value, dict) else ():
        if (told := specimen_of(entry["resource"])) and (address := entry["fullUrl"].text()):
            yield bare(address), told


class _Patients:
    """Whom a file is about: one patient, however often it is named."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self.person: Person | None = None
        self._addresses = frozenset(filter(None, addresses))
        self._ids: set[str] = set()
        self._subjects: dict[str, str] = {}
        self._called: dict[frozenset[str], str] = {}  # by subjects that are words alone
        self._shown = ""  # beside a reference

    def named(self) -> Person | None:
        """Return whom the file names: its Patient, and how the results call theirs in words."""
        own = self._ids | self._addresses
        called = next((one for one in self._called.values() if one not in own), "")
        if self.person is not None:
            return replace(self.person, called=called)
        called = called or self._shown
        family, given = name_parts(called)
        return Person(name=called, family=family, given=given) if called else None

    def take(self, patient: Part) -> None:
        """Take in a Patient; raise `Unreadable` when it is another one."""
        person = _person(patient)
        own = patient["id"].text()
        if self.person is not None and (person != self.person or own not in self._ids):
            raise Unreadable(SEVERAL.format(place=patient.place))
        self.person = person
        self._ids.add(own)

    def take_subject(self, observation: Part) -> None:
        """Take in whom an Observation is about; raise `Unreadable` when it is nobody here."""
        subject = observation["subject"]
        told, called = subject["reference"].text(), _plain_words(subject["display"].text())
        if told:
            self._subjects.setdefault(bare(told), subject.place)
            self._shown = self._shown or called
        elif called:
            key = frozenset(called.casefold().replace(",", " ").split())
            self._called.setdefault(key, called)
        if len(self._subjects) > 1 or len(self._called) > 1:
            raise Unreadable(SEVERAL.format(place=subject.place))

    def refuse_strangers(self) -> None:
        """Raise `Unreadable` when the results are not about the patient of the file."""
        for told, place in self._subjects.items():
            knows_urns = any(one.startswith("urn:") for one in self._addresses)
            is_elsewhere = told.startswith("urn:") and not knows_urns
            is_here = told in self._ids or told in self._addresses
            if self._ids and not is_here and not is_elsewhere:
                raise Unreadable(
                    f"{place}: the results are about {short(told)}, "
                    "which is not the Patient in this file; nothing was taken."
                )


def _plain_words(display: str) -> str:
    """Return a name without what systems add to it: "Doe, Jane (MRN 12)"."""
    return " ".join(re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", display).split())


def _person(patient: Part) -> Person:
    names = list(patient["name"].items())
    official = [one for one in names if one["use"].text() == "official"]
    family, given, whole = _name((official or names)[0]) if names else ("", "", "")
    born = patient["birthDate"].text()
    gender = patient["gender"].text()
    return Person(
        name=whole or None,
        family=family or None,
        given=given or None,
        birth_date=iso_day(born),
        sex=SEXES.get(gender),
        sex_printed=gender,
        identifiers=tuple(
            filter(None, (one["value"].text() for one in patient["identifier"].items()))
        ),
    )


def _name(name: Part) -> tuple[str, str, str]:
    family = name["family"].text()
    given = " ".join(one.text() for one in name["given"].items())
    return family, given, name["text"].text() or f"{given} {family}".strip()


def _performer(observation: Part, resources: list[Part]) -> str | None:
    for performer in observation["performer"].items():
        if performer["display"].text():
            return performer["display"].text()
        told = bare(performer["reference"].text())
        for one in resources:
            if told and one["resourceType"].text() == "Organization" and one["id"].text() == told:
                return one["name"].text() or None
    return None


def _shown(resource: Part, kind: str) -> str:
    """Return what a resource that is no result is called."""
    title = resource["code"]["text"].text() if kind == "DiagnosticReport" else ""
    conclusion = resource["conclusion"].text() if kind == "DiagnosticReport" else ""
    return ": ".join(filter(None, [kind, title, conclusion]))
