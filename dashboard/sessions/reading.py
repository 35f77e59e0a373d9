"""What a session's page needs, read once: answers by part, readings, events, steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.sessions import answering, events, measuring, steps
from dashboard.sessions.live_views import Live
from dashboard.sessions.models import (
    AdverseEvent,
    Part,
    SessionAnswer,
    SessionReading,
    SessionStep,
    TreatmentSession,
)
from dashboard.sessions.predose import pressure_in

OXIMETER = "saturation"


@dataclass(frozen=True)
class Record:
    """Everything on record of one session."""

    session: TreatmentSession
    answers: Sequence[SessionAnswer]
    readings: Sequence[SessionReading]
    events: Sequence[AdverseEvent]
    steps: Sequence[SessionStep]

    def held(self, part: Part) -> Mapping[str, SessionAnswer]:
        """Return the answer that counts of each key of a part."""
        return {one.key: one for one in self.answers if one.part is part}

    @property
    def standing(self) -> Sequence[SessionReading]:
        """The readings that count, in the order they were taken."""
        corrected = {one.corrects_id for one in self.readings}
        return [one for one in self.readings if one.id not in corrected]

    @property
    def live(self) -> Live:
        """The session as its readings are judged."""
        before = self.held(Part.PREFLIGHT)
        return Live(
            self.session, pressure_in(before), self.standing, self.held(Part.EFFECT),
            has_oximeter=bool(before.get(OXIMETER) and before[OXIMETER].value),
        )  # fmt: skip


def record_of(session: TreatmentSession) -> Record:
    """Read everything of a session, in four statements."""
    return Record(
        session=session,
        answers=answering.every(session),
        readings=measuring.every(session),
        events=[one for one in events.standing(session.patient_id) if one.session_id == session.id],
        steps=steps.of(session),
    )
