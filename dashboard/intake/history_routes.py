"""What a section said before: every former text with who wrote it, newest first."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask import g, render_template, session
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.accounts.models import User
from dashboard.db import db
from dashboard.intake import answers, pages
from dashboard.intake.area import area, one, section_named
from dashboard.intake.definition import Section
from dashboard.intake.known import SHOWN
from dashboard.intake.models import Evaluation, EvaluationSectionRevision

MOST = 50


@area.get("/intake/<ref:evaluation_ref>/sections/<section_key>/former", allow=Allow.PHYSICIAN)
def former(evaluation_ref: str, section_key: str) -> ResponseReturnValue:
    """Read what a section said before; weights stay hidden until they are shown."""
    evaluation, asked = one(evaluation_ref), section_named(section_key)
    shows_weight = session.pop(SHOWN, "") == evaluation.ref
    texts = [
        (
            f"Version {revision.version}",
            f"{name}, {formats.moment(revision.changed_at)}",
            pages.read_section(asked.own, answers.read(revision.content), shows_weight),
        )
        for revision, name in _revisions(evaluation, asked)
    ]
    return render_template(
        "intake/former.html", evaluation=evaluation, asked=asked, texts=texts, most=MOST
    )


def _revisions(
    evaluation: Evaluation, asked: Section
) -> Sequence[tuple[EvaluationSectionRevision, str]]:
    query = (
        sa.select(EvaluationSectionRevision, User.name)
        .join(User, User.id == EvaluationSectionRevision.changed_by_id)
        .where(
            EvaluationSectionRevision.evaluation_id == evaluation.id,
            EvaluationSectionRevision.patient_id == g.patient.id,
            EvaluationSectionRevision.key == asked.key,
        )
        .order_by(EvaluationSectionRevision.version.desc())
        .limit(MOST)
    )
    return [(revision, name) for revision, name in db.session.execute(query)]
