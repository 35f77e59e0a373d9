"""A case in JSON, in and out: what `clearance judge` reads and prints.

A name that is not known is an error, because a misspelt answer must not silently count as absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dashboard.clinical.clearance.case_patient import KNOWN, patient_of, qt_drugs
from dashboard.clinical.clearance.case_reading import (
    BadCase,
    Json,
    Moment,
    day,
    is_not_known,
    listed,
    mapping,
    moment,
    text,
    yes_or_no,
)
from dashboard.clinical.clearance.engine import judge
from dashboard.clinical.clearance.findings import (
    Collection,
    Finding,
    Pressure,
    Rejected,
    Typed,
    kind_of,
    read,
)
from dashboard.clinical.clearance.judgement import Judgement
from dashboard.clinical.clearance.kinds import Form
from dashboard.clinical.clearance.patient import Patient
from dashboard.clinical.clearance.rules import RuleSet
from dashboard.clinical.clearance.verdicts import Purpose

ZONE = "America/New_York"
TOP = {
    "on", "purpose", "patient", "findings", "answers", "dose_at", "prescription_on", "time_zone",
}  # fmt: skip
DATE_NAMES = (
    "taken_at", "taken_on", "collected_at", "collected_on", "measured_at", "measured_on",
    "asked_at", "asked_on", "answered_at", "answered_on", "recorded_at", "recorded_on",
    "at", "on", "date",
)  # fmt: skip
VALUE_NAMES = ("readings", "value", "answer")
HIGH_NAMES = ("systolic", "sbp", "sys")
LOW_NAMES = ("diastolic", "dbp", "dia")
PRESSURE_UNIT = re.compile(r"(?<=\d)\s*mm\s?\[?hg\]?$", re.IGNORECASE)
MOST_DIGITS = 30


@dataclass(frozen=True, kw_only=True)
class Case:
    """One patient on one day, ready to be judged, and what in the file was not used."""

    patient: Patient
    findings: tuple[Finding, ...]
    on: date
    purpose: Purpose
    dose_at: datetime | None = None
    prescription_on: date | None = None
    unused: tuple[str, ...] = ()

    def judged(self, rules: RuleSet) -> Judgement:
        """Judge it under a rule set."""
        return judge(
            self.patient,
            findings=self.findings,
            on=self.on,
            purpose=self.purpose,
            rules=rules,
            dose_at=self.dose_at,
            prescription_on=self.prescription_on,
        )


def read_case(content: str, *, rules: RuleSet) -> Case:
    """Read a case; raise `BadCase` with everything that is wrong, a line each."""
    top = mapping(_parsed(content), "the case")
    zone = _zone(top.get("time_zone"))
    on = moment(top.get("on"), "on", zone=zone)
    facts = mapping(top.get("patient") or {}, "patient")
    answers = dict(mapping(top.get("answers") or {}, "answers"))
    facts = {**facts, **{n: answers.pop(n) for n in [*answers] if _is_fact(n, facts, rules)}}
    reader = _Reader(rules, zone, on.on)
    findings = [
        *reader.findings(top.get("findings") or []), *reader.answers(answers),
        *reader.counted(facts, answers),
    ]  # fmt: skip
    patient = patient_of(facts)
    if patient.birth_date and patient.birth_date > on.on:
        raise BadCase(f"patient.birth_date {patient.birth_date} lies after {on.on}")
    if reader.faults:
        raise BadCase("\n".join(reader.faults))
    return Case(
        patient=patient,
        findings=tuple(findings),
        on=on.on,
        purpose=_purpose(top.get("purpose")),
        dose_at=_dose_at(top, on, zone),
        prescription_on=day(top.get("prescription_on"), "prescription_on"),
        unused=tuple(sorted((set(top) - TOP) | (set(facts) - KNOWN))),
    )


def _is_fact(name: str, facts: Mapping[str, Json], rules: RuleSet) -> bool:
    """Whether an answer is a fact of the patient that the file did not give there."""
    return name in KNOWN and name not in rules.kinds and name not in facts


def _dose_at(top: Mapping[str, Json], on: Moment, zone: ZoneInfo) -> datetime | None:
    if top.get("dose_at") is None:
        return on.at
    dose = moment(top["dose_at"], "dose_at", zone=zone)
    if dose.on != on.on:
        raise BadCase(f"dose_at {dose.on} is not the day judged for, {on.on}")
    return dose.at


def _parsed(content: str) -> Json:
    try:
        parsed: Json = json.loads(
            content,
            parse_float=Decimal,
            parse_int=_whole,
            parse_constant=_no_constant,
            object_pairs_hook=_without_repeats,
        )
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadCase(f"this is not JSON: {error}") from None
    return parsed


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise BadCase(f"a number of {len(digits)} digits is no number that a chart can hold")
    return int(digits)


def _no_constant(name: str) -> object:
    raise BadCase(f"{name} is not a number")


def _without_repeats(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, value in pairs:
        if name in found:
            raise BadCase(f"{name} is given twice")
        found[name] = value
    return found


def _zone(value: Json) -> ZoneInfo:
    name = text(value, "time_zone") or ZONE
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadCase(f"time_zone: {name!r} is no time zone such as {ZONE}") from None


def _purpose(value: Json) -> Purpose:
    if value not in list(Purpose):
        raise BadCase(f"purpose is one of {', '.join(Purpose)}, not {value!r}")
    return Purpose(str(value))


@dataclass
class _Reader:
    """Reads findings and answers, gathering every fault."""

    rules: RuleSet
    zone: ZoneInfo
    on: date
    faults: list[str] = field(default_factory=list)

    def findings(self, value: Json) -> Iterator[Finding]:
        """Read the list of findings."""
        for at, entry in enumerate(listed(value, "findings")):
            found = mapping(entry, f"findings[{at}]")
            kind = text(found.get("kind"), f"findings[{at}].kind")
            if kind is None:
                raise BadCase(f"findings[{at}].kind is missing")
            yield from self._entry(kind, found, f"findings[{at}] {kind}")

    def answers(self, given: Mapping[str, Json]) -> Iterator[Finding]:
        """Read the answers; one without a day was given on the day judged for."""
        for name, value in given.items():
            for entry in _several(value):
                told = entry if _is_dated(entry) else {"value": entry, "on": self.on.isoformat()}
                dated = {"on": self.on.isoformat(), **mapping(told, name)}
                yield from self._entry(name, dated, f"answers.{name}")

    def counted(self, facts: Mapping[str, Json], answers: Mapping[str, Json]) -> Iterator[Finding]:
        """Count the listed QT medicines, unless their number was answered."""
        count = qt_drugs(facts)
        if count is not None and "qt_drug_count" not in answers:
            yield from self.answers({"qt_drug_count": count})

    def _entry(self, kind: str, entry: Mapping[str, Json], place: str) -> Iterator[Finding]:
        if yes_or_no(entry.get("entered_in_error"), place):
            return
        try:
            known = kind_of(kind, rules=self.rules)
            name = next((n for n in VALUE_NAMES if n in entry), "value")
            for one in _values(entry.get(name), place, is_pressure=known.form is Form.PRESSURE):
                unit = text(entry.get("unit"), f"{place}.unit")
                taken = self._collection(entry, place)
                yield read(kind, value=one, unit=unit, taken=taken, rules=self.rules)
        except Rejected as fault:
            self.faults.append(str(fault))

    def _collection(self, entry: Mapping[str, Json], place: str) -> Collection:
        name = next((n for n in DATE_NAMES if entry.get(n) is not None), None)
        if name is None:
            raise BadCase(f"{place}: taken_at is missing")
        when = moment(entry[name], f"{place}.{name}", zone=self.zone)
        is_stated = yes_or_no(entry.get("stated"), place)
        return Collection(
            on=when.on,
            at=when.at,
            resulted_on=day(entry.get("resulted_at"), f"{place}.resulted_at"),
            ref_low=_typed(entry.get("ref_low"), place),
            ref_high=_typed(entry.get("ref_high"), place),
            flag=text(entry.get("flag"), place) or "",
            source="stated" if is_stated else text(entry.get("source"), place) or "",
            is_confirmed=bool(yes_or_no(entry.get("confirmed"), place)),
            expires_on=day(entry.get("expires_on"), f"{place}.expires_on"),
        )


def _is_dated(entry: Json) -> bool:
    return isinstance(entry, dict) and any(name in entry for name in VALUE_NAMES)


def _several(value: Json) -> list[Json]:
    """Return the dated entries of an answer, or the answer alone."""
    if isinstance(value, list) and any(_is_dated(entry) for entry in value):
        return value
    return [value]


def _values(value: Json, place: str, *, is_pressure: bool) -> Iterator[Typed | Pressure]:
    """Give each value of an entry; a list is several of one sitting, null or unknown is none."""
    if is_not_known(value) or value == []:
        return
    if is_pressure:
        yield from _pressures(value)
    elif isinstance(value, list):
        for one in value:
            yield _needed(one, place)
    else:
        yield _needed(value, place)


def _pressures(value: Json) -> Iterator[Typed | Pressure]:
    if isinstance(value, dict):
        high, low = (
            next((value[name] for name in names if value.get(name) is not None), "?")
            for names in (HIGH_NAMES, LOW_NAMES)
        )
        yield f"{high}/{low}"
    elif isinstance(value, list) and not any(isinstance(v, str | list | dict) for v in value):
        yield "/".join(str(part) for part in value)
    elif isinstance(value, list):
        for one in value:
            yield from _pressures(one)
    elif isinstance(value, str):
        for one in re.split(r"[,;]\s*|\s+(?:and|then)\s+|(?<=\d)\s+(?=\d)", value.strip()):
            yield PRESSURE_UNIT.sub("", one)
    else:
        yield str(value)


def _needed(value: Json, place: str) -> Typed:
    typed = _typed(value, place)
    if typed is None:
        raise BadCase(f"{place}: a value in a list is missing")
    return typed


def _typed(value: Json, place: str) -> Typed | None:
    if value is None or isinstance(value, str | int | Decimal | bool):
        return value
    raise BadCase(f"{place}: {value!r} is no value")
