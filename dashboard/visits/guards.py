"""Rules the database itself keeps about visits, whatever program writes to it.

A new column of `visit` is sealed by default: the lists below name only what may still change.
"""

from __future__ import annotations

from dashboard.guards import Guard
from dashboard.visits.models import Visit

MARKS_OF_ERROR = frozenset(
    {"entered_in_error_at", "entered_in_error_by_id", "entered_in_error_reason"}
)
COUNTED = frozenset({"version"})


def _differs(allowed: frozenset[str] = frozenset()) -> str:
    names = [column.name for column in Visit.__table__.columns if column.name not in allowed]
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in names) + ")"


def _is_closed(visit_id: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM visit WHERE id = {visit_id}"  # noqa: S608 - constants only
        " AND (signed_at IS NOT NULL OR entered_in_error_at IS NOT NULL))"
    )


GUARDS = (
    Guard(
        name="visit_is_never_deleted",
        table="visit",
        message="a visit is never deleted: mark it as entered in error",
        on=("DELETE",),
        insert_when="EXISTS (SELECT 1 FROM visit WHERE id = NEW.id OR ref = NEW.ref)",
    ),
    Guard(
        name="signed_visit_is_sealed",
        table="visit",
        message="a signed visit cannot be changed: add an addendum",
        on=("UPDATE",),
        when=f"OLD.signed_at IS NOT NULL AND {_differs(MARKS_OF_ERROR | COUNTED)}",
    ),
    Guard(
        name="visit_in_error_is_closed",
        table="visit",
        message="a visit entered in error cannot be changed",
        on=("UPDATE",),
        when=f"OLD.entered_in_error_at IS NOT NULL AND {_differs()}",
    ),
    Guard(
        name="vital_sign_is_replaced_not_edited",
        table="vital_sign",
        message="a vital sign is replaced while its visit is unsigned, never edited",
        on=("UPDATE",),
    ),
    Guard(
        name="vital_sign_is_sealed",
        table="vital_sign",
        message="the vital signs of a signed visit cannot be changed",
        on=("DELETE",),
        when=_is_closed("OLD.visit_id"),
        insert_when=(
            f"{_is_closed('NEW.visit_id')} OR EXISTS (SELECT 1 FROM vital_sign"  # noqa: S608
            " WHERE id = NEW.id OR (visit_id = NEW.visit_id AND key = NEW.key))"
        ),
    ),
    Guard(
        name="addendum_is_append_only",
        table="addendum",
        message="an addendum belongs to a signed visit and stays as it was written",
        insert_when=(
            "EXISTS (SELECT 1 FROM addendum WHERE id = NEW.id OR ref = NEW.ref) OR NOT EXISTS"
            " (SELECT 1 FROM visit WHERE id = NEW.visit_id AND signed_at IS NOT NULL)"
        ),
    ),
    Guard(
        name="visit_hand_over_is_append_only",
        table="visit_hand_over",
        message="a hand-over stays as it was written",
        insert_when="EXISTS (SELECT 1 FROM visit_hand_over WHERE id = NEW.id)",
    ),
)
