"""Rules the database keeps about findings: added to, never rewritten, never removed."""

from __future__ import annotations

from dashboard.findings.models import FindingRemoval
from dashboard.guards import Guard

DECIDED_LATER = frozenset({"state", "second_by_id", "second_by_name", "second_at"})
_ASKED = " OR ".join(
    f"NEW.{column.name} IS DISTINCT FROM OLD.{column.name}"
    for column in FindingRemoval.__table__.columns
    if column.name not in DECIDED_LATER
)


def _kept(table: str, what: str) -> Guard:
    return Guard(
        name=f"{table}_is_kept",
        table=table,
        message=f"{what} stays as it was entered: a correction supersedes it",
        insert_when=(
            f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR ref = NEW.ref)"  # noqa: S608
        ),
    )


GUARDS = (
    _kept("finding_set", "an act of entry"),
    _kept("finding", "a finding"),
    Guard(
        name="finding_removal_is_kept",
        table="finding_removal",
        message="a removal stays in the record",
        on=("DELETE",),
        insert_when="EXISTS (SELECT 1 FROM finding_removal WHERE id = NEW.id OR ref = NEW.ref)",
    ),
    Guard(
        name="finding_removal_is_decided_once",
        table="finding_removal",
        message="a removal is decided once and never rewritten",
        on=("UPDATE",),
        when=f"OLD.state <> 'waiting for a second clinician' OR {_ASKED}",
    ),
)
