"""Rules the database keeps about findings: added to, never rewritten, never removed."""

from __future__ import annotations

from dashboard.findings.models import FindingRemoval
from dashboard.guards import Guard, is_rewritten, kept

DECIDED_LATER = frozenset({"state", "second_by_id", "second_by_name", "second_at"})
_ASKED = is_rewritten(FindingRemoval, but=DECIDED_LATER)
STAYS = "stays as it was entered: a correction supersedes it"

GUARDS = (
    kept("finding_set", f"an act of entry {STAYS}"),
    kept("finding", f"a finding {STAYS}"),
    kept("finding_removal", "a removal stays in the record", on=("DELETE",)),
    Guard(
        name="finding_removal_is_decided_once",
        table="finding_removal",
        message="a removal is decided once and never rewritten",
        on=("UPDATE",),
        when=f"OLD.state <> 'waiting for a second clinician' OR {_ASKED}",
    ),
)
