"""Signing an evaluation and proving that it is still what was signed.

The seal is the SHA-256 of the canonical content. It stands beside the evaluation, which the
database refuses to change, and in the trail, chained under a key outside the database.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import audit
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import Refusal, SignedAlready
from dashboard.intake.models import (
    Evaluation,
    EvaluationSection,
    EvaluationState,
    PatientDiagnosis,
)

RENDERER = "casement-intake-1"


class NotComplete(Refusal):
    """An intake is signed when every section has its answers and a diagnosis stands."""

    status = 422
    heading = "The intake is not complete"
    advice = "Go back and answer what is named, or say why there is no answer, and sign again."


@dataclass(frozen=True)
class Verdict:
    """Whether every signed intake holds; `trouble` names the first that does not."""

    intakes: int
    trouble: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.trouble


def canonical(
    evaluation: Evaluation,
    sections: Iterable[EvaluationSection],
    diagnoses: Iterable[PatientDiagnosis],
) -> str:
    """Return everything that is signed, in one fixed order and spelling."""
    return json.dumps(
        [
            ["renderer", RENDERER],
            ["evaluation", str(evaluation.id), evaluation.ref, evaluation.number],
            ["patient", str(evaluation.patient_id)],
            ["supersedes", str(evaluation.supersedes_id or "")],
            ["begun", str(evaluation.begun_by_id), _instant(evaluation.begun_at)],
            *(
                ["section", one.key, one.version, str(one.changed_by_id),
                 _instant(one.changed_at), one.content]
                for one in sorted(sections, key=lambda one: one.key)
            ),
            *(
                ["diagnosis", one.code, one.description, one.table_version, one.computed_code,
                 one.computed, one.rests_on_body_size, one.reason,
                 _instant(one.from_at), str(one.added_by_id)]
                for one in sorted(diagnoses, key=lambda one: (one.from_at, one.code))
            ),
            ["signed", str(evaluation.signed_by_id), evaluation.signed_name,
             _instant(evaluation.signed_at)],
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )  # fmt: skip


def digest(
    evaluation: Evaluation,
    sections: Iterable[EvaluationSection],
    diagnoses: Iterable[PatientDiagnosis],
) -> str:
    """Return the SHA-256 of the canonical content, in hexadecimal."""
    return hashlib.sha256(canonical(evaluation, sections, diagnoses).encode()).hexdigest()


def signed_diagnoses(
    evaluation: Evaluation, diagnoses: Iterable[PatientDiagnosis]
) -> tuple[PatientDiagnosis, ...]:
    """Return the diagnoses that stood when it was signed; of an open one, those that stand."""
    at = evaluation.signed_at
    if at is None:
        return tuple(one for one in diagnoses if one.until_at is None)
    return tuple(
        one
        for one in diagnoses
        if one.from_at <= at and (one.until_at is None or one.until_at > at)
    )


def is_intact(
    evaluation: Evaluation,
    sections: Iterable[EvaluationSection],
    diagnoses: Iterable[PatientDiagnosis],
) -> bool:
    """Whether a signed evaluation is what its seal says."""
    stood = signed_diagnoses(evaluation, diagnoses)
    return evaluation.sealed_by == RENDERER and evaluation.seal == digest(
        evaluation, sections, stood
    )


def sign(
    evaluation: Evaluation,
    *,
    sections: Sequence[EvaluationSection],
    diagnoses: Sequence[PatientDiagnosis],
    is_complete: bool,
    by_id: uuid.UUID,
    name: str,
    at: dt.datetime | None = None,
) -> None:
    """Sign and seal an evaluation; the one it supersedes is superseded from here on."""
    if not evaluation.is_open:
        raise SignedAlready
    if not is_complete:
        raise NotComplete
    evaluation.signed_at, evaluation.signed_by_id = at or now(), by_id
    evaluation.signed_name, evaluation.state = name, EvaluationState.SIGNED
    stood = signed_diagnoses(evaluation, diagnoses)
    evaluation.sealed_by, evaluation.seal = RENDERER, digest(evaluation, sections, stood)
    db.session.flush()  # the database lets only a signed one supersede another
    _supersede(evaluation)
    audit.record(
        db.session,
        audit.Action.SIGN,
        subject="evaluation",
        subject_id=str(evaluation.id),
        patient_id=evaluation.patient_id,
        detail={"seal": evaluation.seal, "sealed_by": RENDERER},
    )


def verify() -> Verdict:
    """Compare every signed intake with its seal and with the trail, oldest signature first."""
    told, count = _told_in_the_trail(), 0
    query = sa.select(Evaluation).where(Evaluation.signed_at.is_not(None))
    for evaluation in db.session.scalars(query.order_by(Evaluation.signed_at)):
        if not is_intact(evaluation, *_of(evaluation)):
            return Verdict(count, f"intake {evaluation.ref} is not what was signed")
        if told.pop(str(evaluation.id), "") != evaluation.seal:
            return Verdict(count, f"the trail tells of another seal on intake {evaluation.ref}")
        count += 1
    if told:
        return Verdict(count, f"signed intake {min(told)} is gone")
    return Verdict(count)


def _of(evaluation: Evaluation) -> tuple[list[EvaluationSection], list[PatientDiagnosis]]:
    sections = sa.select(EvaluationSection).where(EvaluationSection.evaluation_id == evaluation.id)
    codes = sa.select(PatientDiagnosis).where(PatientDiagnosis.patient_id == evaluation.patient_id)
    return list(db.session.scalars(sections)), list(db.session.scalars(codes))


def _told_in_the_trail() -> dict[str, str]:
    event = audit.AuditEvent
    rows = db.session.execute(
        sa.select(event.subject_id, event.detail).where(
            event.action == audit.Action.SIGN.value, event.subject == "evaluation"
        )
    )
    return {key: str(json.loads(detail)["seal"]) for key, detail in rows}


def _supersede(evaluation: Evaluation) -> None:
    if evaluation.supersedes_id is None:
        return
    former = db.session.get(Evaluation, evaluation.supersedes_id)
    if former is not None and former.state is EvaluationState.SIGNED:
        former.state = EvaluationState.SUPERSEDED


def _instant(moment: dt.datetime | None) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds") if moment else ""
