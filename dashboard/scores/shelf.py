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
GROUPS = {
    "Eating disorder": (
        "edeqs", "edeq6", "edeq7", "cia3", "ed15", "eat26", "bes", "scoff", "counts_weekly",
        "counts_daily",
    ),
    "Mood and suicide risk": ("phq9", "phq2", "qids_sr16", "asq", "cssrs", "mdq"),
    "Anxiety, stress and compulsion": ("gad7", "gad2", "dass21", "ocir", "ybocs"),
    "Trauma": ("pcl5", "pcptsd5"),
    "Substances and pain": ("auditc", "peg"),
    "Sessions and tolerability": ("nrs_session", "cadss", "cadss6"),
}  # fmt: skip
OTHERS = "Well-being, ratings and others"


def shelf() -> tuple[Instrument, ...]:
    """Return every instrument: eating disorder first, then mood, anxiety, and the others."""
    found = catalogue()
    others = sorted(set(found) - set(FIRST))
    return tuple(found[name] for name in (*FIRST, *others) if name in found)


def grouped() -> dict[str, tuple[Instrument, ...]]:
    """Return the headings in order, each with its instruments, eating disorder first."""
    named = [one for ids in GROUPS.values() for one in ids]
    found = catalogue()
    groups = {
        name: tuple(found[one] for one in ids if one in found) for name, ids in GROUPS.items()
    }
    rest = tuple(found[name] for name in sorted(set(found) - set(named)))
    sessions, last = groups.popitem()
    return {**groups, OTHERS: rest, sessions: last}


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
