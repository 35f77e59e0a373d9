"""`PatientArea`: the one door to anything about a patient.

Its pages live under /patients/<ref>/. The id is taken out of the URL, the patient is loaded through
the scope, and the opening is told in the trail before the page is made: a page whose opening cannot
be told is not shown.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, g, request

from dashboard import audit
from dashboard.access import SAFE, Allow, Area, UnruledRoute
from dashboard.actor import current_actor
from dashboard.alerts.waiting import FLAGS, worst_of
from dashboard.clearance.models import Status, status_of
from dashboard.clock import now
from dashboard.db import db, expect_writing
from dashboard.patients.banner import Banner, banner
from dashboard.patients.models import EmergencyAccess, Patient

SHOWS_A_PAGE = frozenset({200, 409, 422})


@dataclass(frozen=True)
class _Opened:
    """Whose chart this request opens, and by which emergency access if by one."""

    patient_id: uuid.UUID
    emergency_ref: str


class PatientArea(Area):
    """An area under /patients/<ref>/: its views find `g.patient`, never an id."""

    def __init__(self, name: str, import_name: str) -> None:
        super().__init__(name, import_name, url_prefix="/patients/<ref:patient_ref>")
        self.url_value_preprocessor(_take_patient_ref)
        self.before_request(_open_chart)
        self.after_request(_tell_what_a_form_showed)
        self.context_processor(_banner)

    def add_url_rule(  # type: ignore[override] # it asks for a stricter rule
        self, rule: str, *args: Any, allow: Allow, **options: Any
    ) -> None:
        """Register a page about a patient; it can be open to physicians only."""
        if allow is not Allow.PHYSICIAN:
            raise UnruledRoute(
                f"{rule}: a page about a patient is open to the physicians who treat them"
            )
        super().add_url_rule(rule, *args, allow=allow, **options)


def _take_patient_ref(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.patient_ref = (values or {}).pop("patient_ref")
    g.opens_chart = True


def _open_chart() -> None:
    """Load the patient, tell the trail, and only then go on."""
    asked = {"ref": g.patient_ref, "actor": current_actor().id, "at": now()}
    found = db.session.execute(_by_ref(), asked).first()
    if found is None:
        abort(404)
    g.patient, g.chart_version, g.emergency_access = found[0], found[1] or 0, found[2]
    g.alert_flag, g.clearance_status = FLAGS.get(found[3]), found[4]
    g.opened = _Opened(g.patient.id, g.emergency_access.ref if g.emergency_access else "")
    if request.method in SAFE and not g.get("is_background", False):
        _tell(g.opened)
        expect_writing(False)


def _tell_what_a_form_showed(response: Response) -> Response:
    """Tell the trail of the page that answers a form not saved: it shows the chart as well."""
    is_page = request.method not in SAFE and response.status_code in SHOWS_A_PAGE
    if is_page and "opened" in g:
        db.session.rollback()
        expect_writing(True)
        _tell(g.opened)
    return response


def _tell(opened: _Opened) -> None:
    detail = {"page": request.endpoint or ""}
    if opened.emergency_ref:
        detail["emergency"] = opened.emergency_ref
    audit.record(
        db.session, audit.Action.OPEN, subject="patient", subject_id=str(opened.patient_id),
        patient_id=opened.patient_id, detail=detail,
    )  # fmt: skip
    db.session.commit()


def _banner() -> dict[str, Banner]:
    """Give every page of the chart its banner; a page whose patient was not loaded has none."""
    return {"banner": banner(g.patient)} if "patient" in g else {}


@cache
def _by_ref() -> sa.Select[Patient, int, EmergencyAccess, int | None, Status]:
    """Select a patient with what the banner says; made once, as it is asked so often."""
    access = EmergencyAccess
    is_open_by_emergency = sa.and_(
        access.patient_id == Patient.id,
        access.user_id == sa.bindparam("actor", type_=access.user_id.type),
        access.ends_at > sa.bindparam("at", type_=access.ends_at.type),
    )
    return (
        sa.select(
            Patient, audit.ChartVersion.number, access, worst_of(Patient.id), status_of(Patient.id)
        )
        .outerjoin(audit.ChartVersion, audit.ChartVersion.patient_id == Patient.id)
        .outerjoin(access, is_open_by_emergency)
        .where(Patient.ref == sa.bindparam("ref", type_=Patient.ref.type))
        .order_by(access.ends_at.desc())
        .limit(1)
    )


def remaining(access: EmergencyAccess) -> dt.timedelta:
    """Return how long an emergency access still lasts."""
    return max(access.ends_at - now(), dt.timedelta())
