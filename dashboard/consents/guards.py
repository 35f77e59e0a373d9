"""Rules the database keeps about consents: signed is sealed, whatever program writes to it.

A new column of `consent` is sealed by default: nothing of a signed or ended one may change.
"""

from __future__ import annotations

from dashboard.guards import Guard


def _is_closed(consent_id: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM consent WHERE id = {consent_id}"  # noqa: S608 - constants only
        " AND (signed_at IS NOT NULL OR ended_at IS NOT NULL))"
    )


def _part(table: str, words: str) -> tuple[Guard, Guard]:
    """Return the rules of what a patient writes: changeable until the end, never removed."""
    return (
        Guard(
            name=f"{table}_is_kept",
            table=table,
            message=f"{words} is never removed",
            on=("DELETE",),
            insert_when=(
                f"{_is_closed('NEW.consent_id')} OR EXISTS"  # noqa: S608 - constants only
                f" (SELECT 1 FROM {table} WHERE id = NEW.id)"
            ),
        ),
        Guard(
            name=f"{table}_is_sealed",
            table=table,
            message=f"{words} of a signed consent cannot be changed",
            on=("UPDATE",),
            when=(
                f"{_is_closed('OLD.consent_id')} OR {_is_closed('NEW.consent_id')}"
                " OR NEW.id IS DISTINCT FROM OLD.id"
                " OR NEW.consent_id IS DISTINCT FROM OLD.consent_id"
            ),
        ),
    )


def _added_only(table: str, message: str, insert_when: str = "") -> Guard:
    taken = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608 - constants only
    return Guard(
        name=f"{table}_is_append_only",
        table=table,
        message=message,
        insert_when=f"{taken} OR {insert_when}" if insert_when else taken,
    )


_NOT_SIGNED = (
    "NOT EXISTS (SELECT 1 FROM consent WHERE id = NEW.consent_id AND signed_at IS NOT NULL)"
)
_INITIALLED = "(SELECT count(*) FROM consent_initial WHERE consent_id = NEW.id)"

GUARDS = (
    Guard(
        name="consent_is_never_deleted",
        table="consent",
        message="a consent is never deleted",
        on=("DELETE",),
        insert_when=(
            "NEW.signed_at IS NOT NULL OR NEW.ended_at IS NOT NULL"
            " OR EXISTS (SELECT 1 FROM consent WHERE id = NEW.id OR ref = NEW.ref)"
        ),
    ),
    Guard(
        name="signed_consent_is_sealed",
        table="consent",
        message="a signed or ended consent cannot be changed",
        on=("UPDATE",),
        when="OLD.signed_at IS NOT NULL OR OLD.ended_at IS NOT NULL",
    ),
    Guard(
        name="signed_consent_is_initialled",
        table="consent",
        message="a consent is signed only when every item is initialled",
        on=("UPDATE",),
        when=f"NEW.signed_at IS NOT NULL AND {_INITIALLED} <> NEW.items",
    ),
    *_part("consent_initial", "the initials"),
    *_part("consent_answer", "the answer"),
    _added_only("teach_back", "a teach-back of a signed consent is added to", _NOT_SIGNED),
    _added_only("consent_withdrawal", "a withdrawal stays as it was taken"),
    _added_only("consent_copy", "a copy was given of a signed consent", _NOT_SIGNED),
)
