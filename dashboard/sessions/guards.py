"""Rules the database keeps about sessions: what was given, measured and signed stays so."""

from __future__ import annotations

from dashboard import stepping
from dashboard.clinical.courses import SESSION
from dashboard.guards import Guard, is_rewritten, kept
from dashboard.sessions.models import AdverseEvent, Dose, LedgerEntry

MARKED_LATER = frozenset(
    {"entered_in_error_at", "entered_in_error_by_id", "entered_in_error_reason"}
)
CLOSED_LATER = frozenset({"closed_at", "closed_by_id", "closed_words"})
_OVER = "('released', 'abandoned', 'not done', 'cancelled', 'done')"


_HAS_NOT_STARTED = (
    "NOT EXISTS (SELECT 1 FROM treatment_session AS one WHERE one.id = NEW.session_id"
    " AND one.state = 'started')"
)


# A start of the past may be written while the gate is closed now, if it closed only later.
_MAY_NOT_START = (
    "NEW.act = 'start' AND (NOT EXISTS (SELECT 1 FROM readiness AS gate"
    " WHERE gate.patient_id = NEW.patient_id AND (gate.is_open OR gate.closed_at > NEW.at))"
    " OR NOT EXISTS (SELECT 1 FROM clearance_check AS made WHERE made.id = NEW.check_id"
    " AND made.patient_id = NEW.patient_id AND made.decision <> 'not cleared'"
    " AND made.signed_at <= NEW.at)"
    " OR NOT EXISTS (SELECT 1 FROM plan_step AS run JOIN treatment_plan AS plan"
    " ON plan.id = run.plan_id WHERE run.patient_id = NEW.patient_id AND run.to_state = 'active'"
    " AND run.at <= NEW.at AND (plan.superseded_at IS NULL OR plan.superseded_at > NEW.at)"
    " AND NOT EXISTS (SELECT 1 FROM plan_step AS later WHERE later.plan_id = run.plan_id"
    " AND later.at > run.at AND later.at <= NEW.at AND later.to_state <> 'active')))"
)
_PART_IS_OPEN = (
    "NOT EXISTS (SELECT 1 FROM treatment_session AS one"  # noqa: S608 - constants only
    " WHERE one.id = NEW.session_id AND ("
    "(NEW.part = 'pre-flight' AND one.state = 'pre-flight')"
    " OR (NEW.part IN ('effect', 'release') AND one.state = 'started')"
    f" OR (NEW.part = 'addendum' AND one.state IN {_OVER})))"
)

_TWIN_ANSWER = f"EXISTS (SELECT 1 FROM session_answer WHERE id = NEW.id) OR {_PART_IS_OPEN}"  # noqa: S608

GUARDS = (
    kept("dose", "a dose is never removed: mark it as entered in error", on=("DELETE",)),
    Guard(
        name="dose_is_not_rewritten",
        table="dose",
        message="a dose is marked as entered in error and recorded anew, never rewritten",
        on=("UPDATE",),
        when=f"OLD.entered_in_error_at IS NOT NULL OR {is_rewritten(Dose, but=MARKED_LATER)}",
    ),
    kept(
        "treatment_session", "a session is never removed: cancel it with a reason", on=("DELETE",)
    ),
    *stepping.guards(SESSION, table="treatment_session", steps="session_step", owner="session_id"),
    Guard(
        name="treatment_session_ends_once",
        table="treatment_session",
        message="a session that is over stays as it was signed",
        on=("UPDATE",),
        when=f"OLD.state IN {_OVER}",
    ),
    Guard(
        name="session_starts_at_an_open_gate",
        table="session_step",
        message="the clearance gate is closed, or no plan is active: no session starts",
        on=(),
        insert_when=_MAY_NOT_START,
    ),
    Guard(
        name="session_answer_is_kept",
        table="session_answer",
        message="an answer stays as it was given, and belongs to its part of the session",
        insert_when=_TWIN_ANSWER,
    ),
    Guard(
        name="session_reading_is_kept",
        table="session_reading",
        message="a reading stays as it was taken, in a session that has started",
        insert_when=(
            "EXISTS (SELECT 1 FROM session_reading"  # noqa: S608 - constants only
            " WHERE id = NEW.id OR ref = NEW.ref)"
            f" OR {_HAS_NOT_STARTED}"
        ),
    ),
    kept("adverse_event", "an adverse event is never removed: amend it", on=("DELETE",)),
    Guard(
        name="adverse_event_is_amended",
        table="adverse_event",
        message="an adverse event is amended by a new entry and closed once",
        on=("UPDATE",),
        when=f"OLD.closed_at IS NOT NULL OR {is_rewritten(AdverseEvent, but=CLOSED_LATER)}",
    ),
    kept("ledger_entry", "an entry is never removed: mark it as entered in error", on=("DELETE",)),
    Guard(
        name="ledger_entry_is_not_rewritten",
        table="ledger_entry",
        message="an entry is marked as entered in error and written anew",
        on=("UPDATE",),
        when=(
            f"OLD.entered_in_error_at IS NOT NULL OR {is_rewritten(LedgerEntry, but=MARKED_LATER)}"
        ),
    ),
)
