"""What is known of a patient when the clearance judges: findings, intake, consent, law, doses.

Every source is a function of this list. An area that comes later plugs its own in with `plug`; what
no source tells stays unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from dashboard.clinical import clearance
from dashboard.clinical.clearance import Collection, RuleSet
from dashboard.clinical.clearance.patient import ROUTES
from dashboard.clinical.clearance.patient import Patient as ClearancePatient
from dashboard.clinical.formulas.body_size import Sex as RangeSex
from dashboard.clock import now
from dashboard.consents import actions as consents
from dashboard.db import db
from dashboard.findings import actions as findings
from dashboard.intake import telling as intake
from dashboard.intake.findings import Person
from dashboard.licences import actions as licences
from dashboard.patients import allergy_list
from dashboard.patients.models import Patient, Sex
from dashboard.practice.models import Practice
from dashboard.prescriptions import actions as prescriptions
from dashboard.sessions import actions as doses
from dashboard.sessions import planning
from dashboard.sessions.models import Dose, Route, Setting, TreatmentSession

ASKED_FACTS = frozenset(
    {"restrictive", "purging", "diuretic_or_laxative", "childbearing_potential",
     "insulin_treated", "an_bn_ever", "oximeter"}
)  # fmt: skip
SEXES = {Sex.FEMALE: RangeSex.FEMALE, Sex.MALE: RangeSex.MALE}
ROUTE_NAMES: Mapping[Route, str] = {
    Route.SUBLINGUAL: "SL", Route.ORAL: "oral", Route.INTRANASAL: "IN racemic",
    Route.INTRAMUSCULAR: "IM", Route.INTRAVENOUS: "IV", Route.SUBCUTANEOUS: "SC",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Case:
    """A patient as the clearance judges them on a day. `next_session` is the next one planned."""

    patient: ClearancePatient
    findings: tuple[clearance.Finding, ...]
    today: dt.date
    next_session: TreatmentSession | None = None
    removed_today: tuple[clearance.Finding, ...] = ()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    @property
    def next_session_on(self) -> dt.date | None:
        """The practice's day of the next session, never one that has passed."""
        return _day_of(self.next_session, self.today, self.zone)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one source tells: findings, facts of the patient by clearance names, days of facts."""

    findings: tuple[clearance.Finding, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    days: Mapping[str, dt.date] = field(default_factory=dict)


Source = Callable[[Patient, dt.date, RuleSet], Told]
_PLUGGED: list[Source] = []


def plug(source: Source) -> Source:
    """Add a source of another area: plans, the outside team. May be used as a decorator."""
    _PLUGGED.append(source)
    return source


SessionSource = Callable[[Patient, dt.datetime, RuleSet], Told]
_OF_SESSION: list[SessionSource] = []


def plug_session(source: SessionSource) -> SessionSource:
    """Add a source of what is known about a session; it is asked with the instant of its dose."""
    _OF_SESSION.append(source)
    return source


def practice_zone() -> ZoneInfo:
    """Return the practice's time zone, inside a request and outside of one."""
    practice = db.session.get(Practice, 1)
    return ZoneInfo(practice.time_zone if practice else "UTC")


def case_of(
    patient: Patient,
    *,
    rules: RuleSet,
    at: dt.datetime | None = None,
    on: dt.date | None = None,
    session: TreatmentSession | None = None,
    dose_at: dt.datetime | None = None,
) -> Case:
    """Gather everything known of a patient now; the law is asked for the day judged for.

    That day is `on`, else the day of the next session, else today. `session` is the one that is
    meant; if not said, it is the next one from that day on. What only a session asks is gathered
    for `dose_at`, the instant of its dose.
    """
    zone = practice_zone()
    today = (at or now()).astimezone(zone).date()
    told = [_intake(patient, today, rules), _consent(patient, today, rules)]
    upcoming = session or _next(planning.planned(patient.id), from_day=on or today, zone=zone)
    given = doses.doses(patient.id)
    day = on or _day_of(upcoming, today, zone) or today
    told += [
        _session(upcoming, given, zone=zone),
        _law(patient, day, rules, upcoming),
        *(source(patient, today, rules) for source in _PLUGGED),
    ]
    if dose_at is not None:
        told += [source(patient, dose_at, rules) for source in _OF_SESSION]
    midnight = dt.datetime.combine(today, dt.time(), zone)
    rows, removed = findings.standing_and_removed(patient.id, since=midnight)
    recorded = findings.clinical(rows, rules=rules)
    facts: dict[str, object] = {}
    for one in (*told, _answered(recorded, since=told[0].days)):
        facts.update({name: value for name, value in one.facts.items() if value is not None})
    return Case(
        patient=replace(_person(patient), **facts),  # type: ignore[arg-type] # by name
        findings=(*recorded, *(f for one in told for f in one.findings)),
        today=today, next_session=upcoming, zone=zone,
        removed_today=findings.clinical(removed, rules=rules),
    )  # fmt: skip


def _person(patient: Patient) -> ClearancePatient:
    codes = tuple(code for code in patient.diagnosis_codes.replace(",", " ").split() if code)
    return ClearancePatient(
        birth_date=patient.born_on,
        sex=SEXES.get(patient.sex_for_ranges),
        diagnoses=codes or None,
        home_state=patient.state or None,
    )


def _next(
    planned: Sequence[TreatmentSession], *, from_day: dt.date, zone: ZoneInfo
) -> TreatmentSession | None:
    """Return the session of the next day that has one: of several the highest dose, home first.

    One that passed and nobody told of counts only where none is to come: it hides no other.
    """
    days = [(one.planned_at.astimezone(zone).date(), one) for one in planned]
    coming = min((day for day, _ in days if day >= from_day), default=None)
    if coming is None:
        return planned[-1] if planned else None
    return max((one for day, one in days if day == coming), key=_asks_most)


def _asks_most(session: TreatmentSession) -> tuple[bool, Decimal, bool]:
    """Rank sessions of one day by what they ask of a patient; an unknown dose asks the most."""
    dose = session.dose_mg
    return dose is None, dose or Decimal(0), session.setting is Setting.HOME


def _day_of(session: TreatmentSession | None, today: dt.date, zone: ZoneInfo) -> dt.date | None:
    return max(session.planned_at.astimezone(zone).date(), today) if session else None


def _answered(recorded: Iterable[clearance.Finding], *, since: Mapping[str, dt.date]) -> Told:
    """Return facts of the patient that a review asked later than the intake did."""
    facts = {
        one.kind: one.value
        for one in sorted(recorded, key=lambda found: found.on)
        if one.kind in ASKED_FACTS and one.on >= since.get(one.kind, dt.date.min)
    }
    return Told(facts=facts)


def _intake(patient: Patient, today: dt.date, rules: RuleSet) -> Told:
    """Return what intakes tell; an unsigned answer can forbid and ask, and never allow."""
    person = Person(
        born_on=patient.born_on, sex=SEXES.get(patient.sex_for_ranges), home_state=patient.state,
        codes=(),
        allergies=tuple(one.substance for one in allergy_list.read(patient.allergies_text)),
    )  # fmt: skip
    told = intake.told(patient.id, person=person, rules=rules, today=today)
    return Told(findings=told.findings, facts=told.facts, days=told.days)


def _consent(patient: Patient, today: dt.date, rules: RuleSet) -> Told:
    held = consents.standing_of(patient.id, today)
    if held.fact is None:
        return Told()
    on = held.signed_on or held.withdrawn_on or today
    taken = Collection(
        on=min(on, today), source="record", expires_on=held.last_day, origin="consent"
    )
    return Told(
        findings=(
            clearance.read("consent_current", value=held.fact, unit=None, taken=taken, rules=rules),
        )
    )


def _session(upcoming: TreatmentSession | None, given: Sequence[Dose], *, zone: ZoneInfo) -> Told:
    """Return the doses given and what is planned next; a route of higher uptake is an increase."""
    days = tuple(one.given_at.astimezone(zone).date() for one in given)
    facts: dict[str, object] = {"sessions": days, "first_dose": not given}
    if upcoming is not None:
        facts |= {
            "setting": upcoming.setting.value,
            "location_state": upcoming.location_state or None,
            "dose_mg": None if upcoming.dose_mg is None else Fraction(upcoming.dose_mg),
            "route": ROUTE_NAMES.get(upcoming.route),
            "dose_is_by_weight": upcoming.dose_is_by_weight,
            "dose_increase": _is_increase(upcoming, given[-1]) if given else True,
        }
    return Told(facts=facts)


def _is_increase(upcoming: TreatmentSession, last: Dose) -> bool | None:
    """Say whether a dose or its route is above the last one; None where either is not known."""
    if upcoming.dose_mg is None or last.dose_mg is None:
        return None
    shares = [
        ROUTES.get(ROUTE_NAMES.get(one, ""), Fraction(1)) for one in (upcoming.route, last.route)
    ]
    return upcoming.dose_mg > last.dose_mg or shares[0] > shares[1]


def _law(patient: Patient, day: dt.date, rules: RuleSet, upcoming: TreatmentSession | None) -> Told:
    """Return what licences, monitoring queries and prescriptions tell."""
    state = upcoming.location_state if upcoming else ""
    held = licences.covers(patient.id, state=state, on=day) if state else None
    told = prescriptions.told(patient.id, rules=rules, state=state or patient.state)
    mine: tuple[clearance.Finding, ...] = ()
    if held is not None:
        taken = Collection(on=day, source="record", origin="licences")
        mine = (
            clearance.read(
                "patient_state_licensed", value=held, unit=None, taken=taken, rules=rules
            ),
        )
    return Told(findings=(*mine, *told.findings), facts={"refills": told.refills})
