"""The responses that may be chosen as a baseline: those that count and have a score."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from dashboard import formats
from dashboard.clinical.instruments import Instrument
from dashboard.db import db
from dashboard.scores.models import Response, ScoreValue, Standing
from dashboard.scores.readings import written

MOST = 200  # newest responses that are offered


def candidates(patient_id: uuid.UUID, instrument: Instrument) -> Sequence[tuple[str, str]]:
    """Return (ref, words) of each response that can be the baseline, newest first."""
    lead = instrument.primary if instrument.has_primary else instrument.scores[0]
    rows = db.session.execute(
        sa.select(Response.ref, ScoreValue.taken_at, ScoreValue.value)
        .join(ScoreValue, ScoreValue.response_id == Response.id)
        .where(
            ScoreValue.patient_id == patient_id,
            ScoreValue.instrument == instrument.id,
            ScoreValue.score == lead.id,
            ScoreValue.standing == Standing.COUNTS,
            ScoreValue.value.is_not(None),
        )
        .order_by(ScoreValue.taken_at.desc(), ScoreValue.response_id.desc())
        .limit(MOST)
    )
    return [
        (ref, f"{formats.moment(at)}: {lead.label} {written(instrument, lead.id, value)}")
        for ref, at, value in rows
    ]
