"""What a patient's intakes tell the clearance: the signed one, and what an open one adds.

An answer that nobody signed can forbid and can ask, and never allows: it comes with a question, and
an unsigned "no", another place or an earlier day about the patient leaves what was signed.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

from dashboard.clinical import clearance
from dashboard.clinical.clearance import RuleSet
from dashboard.clinical.clearance.patient import Patient as ClearancePatient
from dashboard.intake import actions
from dashboard.intake.answers import EMPTY, Content
from dashboard.intake.facts import Fact, Weighed, of_sections, weighings, with_allergies
from dashboard.intake.findings import DAYS, OF_THE_PATIENT, Person, findings_of, patient_of
from dashboard.intake.models import Evaluation, EvaluationState

UNSIGNED = "said in an intake that is not signed"
HOME = ("setting", "home")
REFEEDING, STATE = "refeeding_started_on", "location_state"


@dataclass(frozen=True)
class Told:
    """Findings, and facts of the patient by their clearance names, with the days they were told."""

    findings: tuple[clearance.Finding, ...]
    facts: Mapping[str, object]
    days: Mapping[str, dt.date]


def told(patient_id: uuid.UUID, *, person: Person, rules: RuleSet, today: dt.date) -> Told:
    """Return what the newest signed intake says, and what an open one says otherwise.

    An allergy on the chart counts without any intake and outweighs what one says.
    """
    known = actions.evaluations(patient_id)
    signed = next((one for one in known if one.state is EvaluationState.SIGNED), None)
    opened = next((one for one in known if one.is_open), None)
    sealed, drafted = _contents(signed), _contents(opened)
    chart = with_allergies({}, person.allergies, on=today)
    says = {**_facts(signed, sealed), **chart}
    new = {
        k: fact
        for k, fact in _facts(opened, drafted).items()
        if k not in chart and _differs(fact, says.get(k))
    }
    signed_facts = _of_patient(says, person)
    stricter = _stricter(_of_patient(new, person), signed_facts)
    heard = {k: fact for k, fact in new.items() if k not in OF_THE_PATIENT or k in stricter}
    return Told(
        findings=(
            *findings_of(says, weighings(sealed.get("weights", EMPTY)), rules),
            *_asked(findings_of(new, _new_weighings(sealed, drafted), rules)),
        ),
        facts={**signed_facts, **stricter},
        days={name: fact.stated_on for name, fact in {**says, **heard}.items()},
    )


def _contents(evaluation: Evaluation | None) -> Mapping[str, Content]:
    if evaluation is None:
        return {}
    return actions.contents(actions.sections_of(evaluation))


def _facts(evaluation: Evaluation | None, contents: Mapping[str, Content]) -> Mapping[str, Fact]:
    if evaluation is None:
        return {}
    source = f"Intake {evaluation.number}"
    return of_sections(contents, source=source, is_signed=evaluation.is_signed)


def _differs(new: Fact, old: Fact | None) -> bool:
    """Whether an open intake says something that the signed one does not say, or says it later."""
    return old is None or (new.value, new.stated_on, new.unit) != (
        old.value, old.stated_on, old.unit
    )  # fmt: skip


def _stricter(new: Mapping[str, object], signed: Mapping[str, object]) -> dict[str, object]:
    """Return those facts of an open intake that can only forbid or ask, beside the signed ones.

    A yes forbids or asks more than a no, and home more than the clinic. Of two days the later one
    counts; a day that alone would end the wait after refeeding does not. No state is stricter than
    another: where nobody signed it, or the two differ, it is not known.
    """
    found = {k: value for k, value in new.items() if value is True or (k, value) == HOME}
    for name in DAYS:
        day, before = new.get(name), signed.get(name)
        if not isinstance(day, dt.date) or (before is None and name == REFEEDING):
            continue
        found[name] = max(day, before) if isinstance(before, dt.date) else day
    if new.get(STATE) != signed.get(STATE) and STATE in new:
        found[STATE] = None
    return found


def _new_weighings(
    sealed: Mapping[str, Content], drafted: Mapping[str, Content]
) -> Iterator[Weighed]:
    before = set(weighings(sealed.get("weights", EMPTY)))
    return (one for one in weighings(drafted.get("weights", EMPTY)) if one not in before)


def _asked(found: Iterator[clearance.Finding]) -> Iterator[clearance.Finding]:
    """Give what nobody signed a question: it is never judged better than as said."""
    return (replace(one, question=one.question or UNSIGNED) for one in found)


def _of_patient(facts: Mapping[str, Fact], person: Person) -> dict[str, object]:
    """Return the facts of the patient, without what the chart itself knows."""
    of_chart = {"birth_date", "sex", "diagnoses", "home_state"}
    default = ClearancePatient()
    found = patient_of(facts, person)
    return {
        one.name: getattr(found, one.name)
        for one in fields(ClearancePatient)
        if one.name not in of_chart and getattr(found, one.name) != getattr(default, one.name)
    }
