"""The patient's check-in: the door a private link opens, and the pages behind it without it.

Before the birth date is proved no page names a person or the practice. A page that is over, for
whatever reason, looks like every other.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard import audit, guests, links
from dashboard.access import SAFE, Allow, Area
from dashboard.actor import seeing_every_patient
from dashboard.birth_date import BirthDateForm
from dashboard.checkins import answering, safety_plans
from dashboard.checkins.models import CheckIn
from dashboard.checkins.patient_forms import AnswerForm
from dashboard.checkins.patient_pages import (
    address,
    day_in_words,
    has_introduction,
    onward,
    progress,
    question_page,
    summary,
)
from dashboard.clock import now
from dashboard.db import db, expect_writing
from dashboard.errors import LinkEnded, Refusal
from dashboard.links import Purpose
from dashboard.patients.models import Patient
from dashboard.practice.models import Practice

area = Area("check_in", __name__)
FOR = (Purpose.CHECK_IN,)
SEE_OTHER = HTTPStatus.SEE_OTHER
DIALLED = re.compile(r"[-+0-9 ().\u2010-\u2013]*")
SHOWN_AFTERWARDS = frozenset({"check_in.send", "check_in.sent"})


class OutOfDate(Refusal):
    """Another check-in was opened in this browser. What you sent just now was not saved."""

    status = HTTPStatus.CONFLICT
    heading = "This page was out of date"
    advice = "Go on with the check-in that is open, or open your link again."


@area.url_value_preprocessor
def _dress_refusals(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    g.error_page = "checkins/patient/error.html"


@area.before_request
def _take_up() -> None:
    """Find what the link is about; behind the door its holder acts for that one patient."""
    g.practice = db.session.get(Practice, 1)
    if "link" not in g:
        return
    with seeing_every_patient():
        g.check_in = _check_in(locks=request.method not in SAFE)
    is_over = not answering.takes_answers(g.check_in)
    if is_over and not (request.endpoint in SHOWN_AFTERWARDS and g.check_in.finished_at):
        raise LinkEnded
    if request.endpoint != "check_in.door":
        g.link_patient_id = g.check_in.patient_id


def _check_in(*, locks: bool) -> CheckIn:
    if locks:
        return answering.held(g.link.subject_id)
    found = db.session.get(CheckIn, g.link.subject_id)
    if found is None:
        raise LinkEnded
    return found


@area.context_processor
def _who() -> dict[str, object]:
    return {"is_known": "link_patient_id" in g}


@area.app_template_filter()
def dial(telephone: str) -> str:
    """Return a telephone number as a link can dial it; an extension behind it is left out."""
    number = DIALLED.match(telephone)
    return "".join(c for c in number[0] if c in "+0123456789") if number else ""


@area.route("/c/<token>", methods=["GET", "POST"], allow=Allow.LINK, purposes=FOR)
def door(token: str) -> ResponseReturnValue:
    """Ask for the birth date; opening the page uses nothing up, mail scanners do it too."""
    form = BirthDateForm()
    if not form.is_submitted():
        _tell_it_was_opened()
        return render_template("checkins/patient/door.html", form=form)
    born = form.born()
    if born is None:
        return render_template("checkins/patient/door.html", form=form), 422
    left = links.count_proof(g.link)
    with seeing_every_patient():
        is_right = born == db.session.get_one(Patient, g.check_in.patient_id).born_on
    if is_right:
        return _let_in()
    _tell(audit.Action.PROOF_FAILED)
    db.session.commit()
    if left == 0:
        raise LinkEnded
    form.does_not_match(left)
    return render_template("checkins/patient/door.html", form=form), 422


@area.get("/check-in", allow=Allow.GUEST, purposes=FOR)
def start() -> ResponseReturnValue:
    """Go on where the patient left off; before the first answer say who reads it, and when."""
    sheet = answering.sheet_of(g.check_in)
    if not (sheet.given or sheet.asked):  # the wording of all it asks was taken away
        raise LinkEnded
    if sheet.given:
        return redirect(onward(sheet, 0), SEE_OTHER)
    first = sheet.asked[0]
    words = {"progress": progress(sheet, first), "first": onward(sheet, 0)}
    return render_template("checkins/patient/start.html", **words)


@area.route(
    "/check-in/<int:number>", methods=["GET", "POST"], allow=Allow.GUEST, purposes=FOR
)  # fmt: skip
def question(number: int) -> ResponseReturnValue:
    """Ask one question, with its saved answer; store the answer and go on, or show help first."""
    sheet = answering.sheet_of(g.check_in)
    if not 1 <= number <= len(sheet.questions):
        abort(404)
    asked = sheet.at(number)
    if asked is None:  # an earlier answer has made it needless
        return redirect(onward(sheet, number), SEE_OTHER)
    form, mark = AnswerForm(), _mark(*asked.key)
    _refuse_another(mark)
    if form.is_submitted() and (said := form.said(asked.item)) is not None:
        needs_help = answering.answer(g.check_in, sheet, asked, said)
        db.session.commit()
        goes_on = onward(sheet.with_answer(asked, said), number)
        return redirect(url_for("check_in.help_page") if needs_help else goes_on, SEE_OTHER)
    shown = question_page(sheet, asked, form)
    status = 422 if form.is_submitted() else 200
    words = {"form": form, "shown": shown, "mark": mark}
    return render_template("checkins/patient/question.html", **words), status


@area.get("/check-in/<int:number>/about", allow=Allow.GUEST, purposes=FOR)
def introduction(number: int) -> ResponseReturnValue:
    """Show a questionnaire's instructions before its first question."""
    sheet = answering.sheet_of(g.check_in)
    asked = sheet.at(number) if 1 <= number <= len(sheet.questions) else None
    if asked is None or not has_introduction(asked):
        abort(404)
    shown = question_page(sheet, asked, None)
    words = {"shown": shown, "first": address(asked)}
    return render_template("checkins/patient/introduction.html", **words)


@area.get("/check-in/help", allow=Allow.GUEST, purposes=FOR)
def help_page() -> ResponseReturnValue:
    """Thank the patient for telling, and show where help is, now."""
    told = answering.dangers(answering.sheet_of(g.check_in))
    messages = tuple(dict.fromkeys(one.message_patient for one in told))[:1]
    return render_template("checkins/patient/help.html", messages=messages, can_go_on=True)


@area.get("/help-now", allow=Allow.ANYONE)
def help_now() -> ResponseReturnValue:
    """Show where help is, to anyone, without asking who they are."""
    return render_template(
        "checkins/patient/help.html", messages=(), can_go_on=_is_inside(), is_known=False
    )


@area.get("/check-in/safety-plan", allow=Allow.GUEST, purposes=FOR)
def safety_plan() -> ResponseReturnValue:
    """Show what the patient and their physician agreed to do in a crisis."""
    plan = safety_plans.present(g.link_patient_id)
    return render_template("checkins/patient/safety_plan.html", text=plan.text if plan else "")


@area.route(
    "/check-in/send", methods=["GET", "POST"], allow=Allow.GUEST, purposes=FOR, even_used=True
)
def send() -> ResponseReturnValue:
    """Say what is about to be sent, and send it once; a second tap leads to the same page."""
    _refuse_another(_mark())
    if g.check_in.finished_at is not None:
        return redirect(url_for("check_in.sent"), SEE_OTHER)
    sheet = answering.sheet_of(g.check_in)
    if not sheet.given:
        return redirect(url_for("check_in.start"), SEE_OTHER)
    if request.method in SAFE:
        words = {"summary": summary(sheet), "mark": _mark()}
        return render_template("checkins/patient/send.html", **words)
    patient = db.session.get_one(Patient, g.link_patient_id)
    answering.send(patient, g.check_in, sheet, g.link)
    db.session.commit()
    return redirect(url_for("check_in.sent"), SEE_OTHER)


@area.get("/check-in/sent", allow=Allow.GUEST, purposes=FOR, even_used=True)
def sent() -> ResponseReturnValue:
    """Say that the answers have arrived, who reads them and when, and when more are asked for."""
    if g.check_in.finished_at is None:
        return redirect(url_for("check_in.start"), SEE_OTHER)
    patient = db.session.get_one(Patient, g.link_patient_id)
    due = answering.next_due(patient, after=now())
    day = day_in_words(due, g.check_in.zone_name) if due else ""
    return render_template("checkins/patient/sent.html", next_day=day)


def _mark(*parts: str) -> str:
    """Name the check-in, and the question, that a form is about; its address says neither."""
    return ":".join((g.check_in.ref, *parts))


def _refuse_another(mark: str) -> None:
    """Refuse a form of another check-in: a newer link opened in this browser took its place."""
    if request.method not in SAFE and request.form.get("of") != mark:
        raise OutOfDate


def _tell_it_was_opened() -> None:
    """Note the first opening, in a writing transaction of its own."""
    if g.check_in.opened_at is not None or request.method != "GET":
        return
    db.session.rollback()
    expect_writing(True)
    with seeing_every_patient():
        answering.note_opened(answering.held(g.link.subject_id))
        db.session.commit()
    expect_writing(False)


def _let_in() -> ResponseReturnValue:
    links.forgive_proofs(g.link)
    _tell(audit.Action.PROVED)
    with seeing_every_patient():
        answering.note_identified(g.check_in)
        db.session.commit()
    answer = make_response(redirect(url_for("check_in.start"), SEE_OTHER))
    guests.admit(answer, g.link)
    return answer


def _tell(action: audit.Action) -> None:
    audit.record(
        db.session, action, subject="check_in", subject_id=str(g.check_in.id),
        patient_id=g.check_in.patient_id,
    )  # fmt: skip


def _is_inside() -> bool:
    """Whether this browser has a check-in open, for the way back from the help page."""
    try:
        guests.admitted(Purpose.CHECK_IN)
    except Refusal:
        return False
    return True
