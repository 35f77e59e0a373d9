"""The questionnaires at hand, in the order a chart shows them."""

from __future__ import annotations

from dashboard.clinical.instruments import (
    Instrument,
    ScoreRule,
    UnknownInstrument,
    catalogue,
    definition,
)

FIRST = ("edeqs", "phq9", "gad7")


def shelf() -> tuple[Instrument, ...]:
    """Return every instrument: eating disorder first, then mood, anxiety, and the others."""
    found = catalogue()
    others = sorted(set(found) - set(FIRST))
    return tuple(found[name] for name in (*FIRST, *others) if name in found)


def charted() -> tuple[Instrument, ...]:
    """Return the instruments of which one score speaks for the whole, which a strip can draw."""
    return tuple(one for one in shelf() if one.has_primary)


def leading(instrument: Instrument) -> ScoreRule | None:
    """Return the score that stands for a response in a list; None for a screen without scores."""
    if instrument.has_primary:
        return instrument.primary
    return instrument.scores[0] if instrument.scores else None


def scored_with(instrument_id: str, version: str) -> Instrument | None:
    """Return the definition an old response was scored with; None where it is not shipped now."""
    try:
        return definition(instrument_id, version)
    except UnknownInstrument:
        return None
