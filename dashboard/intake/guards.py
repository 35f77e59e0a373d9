"""Rules the database keeps about intakes: signed is sealed, whatever program writes to it.

A new column of `evaluation` is sealed by default: the list below names only what may change.
"""

from __future__ import annotations

from dashboard.guards import Guard
from dashboard.intake.models import Evaluation, PatientDiagnosis

ENDED = frozenset({"state", "version"})
ENDING = frozenset({"until_at", "ended_by_id", "end_reason"})


def _differs(model: type[Evaluation] | type[PatientDiagnosis], allowed: frozenset[str]) -> str:
    names = [column.name for column in model.__table__.columns if column.name not in allowed]
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in names) + ")"


def _is_closed(evaluation_id: str) -> str:
    return (
        f"NOT EXISTS (SELECT 1 FROM evaluation WHERE id = {evaluation_id}"  # noqa: S608 - constants only
        " AND state = 'open')"
    )


def _was_signed_after(patient_id: str, moment: str) -> str:
    """Say that an intake was signed then or later: it holds the diagnoses that stood at signing."""
    return (
        f"EXISTS (SELECT 1 FROM evaluation WHERE patient_id = {patient_id}"  # noqa: S608 - constants only
        f" AND signed_at >= {moment})"
    )


_IDENTITY = (
    "NEW.id IS DISTINCT FROM OLD.id OR NEW.evaluation_id IS DISTINCT FROM OLD.evaluation_id"
    " OR NEW.patient_id IS DISTINCT FROM OLD.patient_id OR NEW.key IS DISTINCT FROM OLD.key"
)

GUARDS = (
    Guard(
        name="evaluation_is_never_deleted",
        table="evaluation",
        message="an evaluation is never deleted: abandon it, with a reason",
        on=("DELETE",),
        insert_when=(
            "NEW.state <> 'open'"
            " OR EXISTS (SELECT 1 FROM evaluation WHERE id = NEW.id OR ref = NEW.ref)"
        ),
    ),
    Guard(
        name="signed_evaluation_is_sealed",
        table="evaluation",
        message="a signed evaluation cannot be changed: add an addendum, or begin a new one",
        on=("UPDATE",),
        when=(
            f"OLD.state <> 'open' AND ({_differs(Evaluation, ENDED)}"
            " OR (NEW.state IS DISTINCT FROM OLD.state"
            " AND NOT (OLD.state = 'signed' AND NEW.state = 'superseded')))"
        ),
    ),
    Guard(
        name="evaluation_is_superseded_only_when_signed",
        table="evaluation",
        message="an open evaluation is signed or abandoned",
        on=("UPDATE",),
        when="OLD.state = 'open' AND NEW.state = 'superseded'",
    ),
    Guard(
        name="evaluation_is_superseded_by_a_signed_one",
        table="evaluation",
        message="a signed evaluation is superseded only by another one that is signed",
        on=("UPDATE",),
        when=(
            "OLD.state = 'signed' AND NEW.state = 'superseded' AND NOT EXISTS (SELECT 1"
            " FROM evaluation WHERE supersedes_id = OLD.id AND signed_at IS NOT NULL)"
        ),
    ),
    Guard(
        name="evaluation_section_is_kept",
        table="evaluation_section",
        message="a section is never removed, and none is added to a closed evaluation",
        on=("DELETE",),
        insert_when=(
            f"{_is_closed('NEW.evaluation_id')} OR EXISTS (SELECT 1 FROM evaluation_section"  # noqa: S608
            " WHERE id = NEW.id OR (evaluation_id = NEW.evaluation_id AND key = NEW.key))"
        ),
    ),
    Guard(
        name="evaluation_section_is_sealed",
        table="evaluation_section",
        message="the sections of a signed evaluation cannot be changed",
        on=("UPDATE",),
        when=f"{_is_closed('OLD.evaluation_id')} OR {_IDENTITY}",
    ),
    Guard(
        name="evaluation_section_revision_is_append_only",
        table="evaluation_section_revision",
        message="what a section said before stays as it was",
        insert_when=(
            f"{_is_closed('NEW.evaluation_id')} OR EXISTS"  # noqa: S608 - constants only
            " (SELECT 1 FROM evaluation_section_revision WHERE id = NEW.id)"
        ),
    ),
    Guard(
        name="evaluation_addendum_is_append_only",
        table="evaluation_addendum",
        message="an addendum belongs to a signed evaluation and stays as it was written",
        insert_when=(
            "EXISTS (SELECT 1 FROM evaluation_addendum WHERE id = NEW.id OR ref = NEW.ref)"
            " OR NOT EXISTS (SELECT 1 FROM evaluation WHERE id = NEW.evaluation_id"
            " AND signed_at IS NOT NULL)"
        ),
    ),
    Guard(
        name="patient_diagnosis_is_never_deleted",
        table="patient_diagnosis",
        message="a diagnosis is never deleted: end it, with a reason",
        on=("DELETE",),
        insert_when=(
            "NEW.until_at IS NOT NULL"
            " OR EXISTS (SELECT 1 FROM patient_diagnosis WHERE id = NEW.id OR ref = NEW.ref)"
        ),
    ),
    Guard(
        name="patient_diagnosis_is_not_backdated",
        table="patient_diagnosis",
        message="a diagnosis neither begins nor ends before an evaluation that was signed since",
        on=("UPDATE",),
        when=_was_signed_after("OLD.patient_id", "NEW.until_at"),
        insert_when=_was_signed_after("NEW.patient_id", "NEW.from_at"),
    ),
    Guard(
        name="patient_diagnosis_only_ends",
        table="patient_diagnosis",
        message="a diagnosis stays as it was made; it can be ended once",
        on=("UPDATE",),
        when=f"OLD.until_at IS NOT NULL OR {_differs(PatientDiagnosis, ENDING)}",
    ),
)
