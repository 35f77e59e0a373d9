"""An imported report's own text as it came; one that may hold a weight waits to be asked for."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.findings.import_entries import mentions_body_size
from dashboard.findings.models import FindingSet


@dataclass(frozen=True)
class Original:
    """The text of a report; "" while it is hidden."""

    text: str
    is_hidden: bool


def original_of(act: FindingSet, *, shows: bool) -> Original | None:
    """Return the original text of an act of entry; None where it was not imported."""
    if not act.original:
        return None
    is_hidden = not shows and mentions_body_size(act.original)
    return Original("" if is_hidden else act.original, is_hidden)
