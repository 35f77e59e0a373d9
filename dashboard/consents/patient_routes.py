"""The patient's own pages of a consent: by private link, or on the physician's device.

Before the birth date is proved no page names a person or the practice. On the physician's device
the physician's own sign-in is locked behind these pages.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard import audit, guests, links
from dashboard.access import SAFE, Allow
from dashboard.actor import seeing_every_patient
from dashboard.birth_date import BirthDateForm
from dashboard.clock import now
from dashboard.consents import actions, patient_pages
from dashboard.consents.area import patient_area as area
from dashboard.consents.models import Consent, CopyKind, End, Method
from dashboard.consents.patient_forms import InitialsForm, NoForm, SignatureForm, words_form
from dashboard.consents.texts import UnknownText, definition
from dashboard.db import db, expect_writing
from dashboard.errors import LinkEnded
from dashboard.links import Purpose
from dashboard.patients.models import Patient
from dashboard.practice.models import Practice

FOR = (Purpose.CONSENT,)
SEE_OTHER = HTTPStatus.SEE_OTHER
SHOWN_AFTERWARDS = frozenset(
    {"consent.sign", "consent.signed", "consent.decline", "consent.declined", "consent.close"}
)


@area.url_value_preprocessor
def _dress_refusals(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    g.error_page = "consents/patient/error.html"


@area.before_request
def _take_up() -> None:
    """Find what the link is about; behind the door its holder acts for that one patient."""
    g.practice = db.session.get(Practice, 1)
    if "link" not in g:
        return
    with seeing_every_patient():
        g.consent = _consent(locks=request.method not in SAFE)
    if not g.consent.is_open and (
        request.endpoint not in SHOWN_AFTERWARDS or g.consent.ending is End.CANCELLED
    ):
        raise LinkEnded
    try:
        g.text = definition(g.consent.text_name)
    except UnknownText:
        raise LinkEnded from None
    if request.endpoint != "consent.door":
        g.link_patient_id = g.consent.patient_id


def _consent(*, locks: bool) -> Consent:
    found = db.session.get(Consent, g.link.subject_id)
    if found is None:
        raise LinkEnded
    return actions.held(found.id) if locks else found


@area.context_processor
def _who() -> dict[str, object]:
    is_known = "link_patient_id" in g
    on_device = is_known and g.consent.method is Method.DEVICE
    return {"is_known": is_known, "on_device": on_device}


@area.route("/p/<token>", methods=["GET", "POST"], allow=Allow.LINK, purposes=FOR)
def door(token: str) -> ResponseReturnValue:
    """Ask for the birth date; opening the page uses nothing up, mail scanners do it too."""
    form = BirthDateForm()
    born = form.born() if form.is_submitted() else None
    if born is None:
        status = 422 if form.is_submitted() else 200
        return render_template("consents/patient/door.html", form=form), status
    left = links.count_proof(g.link)
    with seeing_every_patient():
        is_right = born == db.session.get_one(Patient, g.consent.patient_id).born_on
    if is_right:
        return _let_in()
    _tell(audit.Action.PROOF_FAILED)
    db.session.commit()
    if left == 0:
        raise LinkEnded
    form.does_not_match(left)
    return render_template("consents/patient/door.html", form=form), 422


@area.get("/consent", allow=Allow.GUEST, purposes=FOR)
def start() -> ResponseReturnValue:
    """Say what this is, and lead to where the patient left off."""
    progress = patient_pages.progress(g.consent, g.text)
    return render_template("consents/patient/start.html", text=g.text, progress=progress)


@area.route("/consent/<int:number>", methods=["GET", "POST"], allow=Allow.GUEST, purposes=FOR)
def item(number: int) -> ResponseReturnValue:
    """Show one part; keep the initials below it and go on."""
    if not 1 <= number <= len(g.text.items):
        abort(404)
    form, part = InitialsForm(), g.text.items[number - 1]
    if form.is_submitted() and (given := form.given()):
        actions.initial(g.consent, item=part.key, initials=given)
        db.session.commit()
        return redirect(patient_pages.after(g.consent, g.text, number), SEE_OTHER)
    shown = patient_pages.item_page(g.consent, g.text, number, typed=form.initials.data)
    status = 422 if form.is_submitted() else 200
    return render_template("consents/patient/item.html", form=form, shown=shown), status


@area.route("/consent/in-your-words", methods=["GET", "POST"], allow=Allow.GUEST, purposes=FOR)
def words() -> ResponseReturnValue:
    """Ask back in the patient's own words; whoever would rather say it aloud leaves it empty."""
    form = words_form(g.text.questions)
    if form.is_submitted() and (said := form.words()) is not None:
        actions.answer(g.consent, words=said)
        db.session.commit()
        return redirect(url_for("consent.sign"), SEE_OTHER)
    kept = {one.key: form[one.key].data for one in g.text.questions} if form.is_submitted() else {}
    asked = patient_pages.questions(g.consent, g.text, typed=kept)
    status = 422 if form.is_submitted() else 200
    back = patient_pages.last_item(g.text)
    page = render_template("consents/patient/words.html", form=form, asked=asked, back=back)
    return page, status


@area.route(
    "/consent/sign", methods=["GET", "POST"], allow=Allow.GUEST, purposes=FOR, even_used=True
)  # fmt: skip
def sign() -> ResponseReturnValue:
    """Show what is being agreed to and what is still missing; sign it once."""
    if g.consent.signed_at is not None:
        return redirect(url_for("consent.signed"), SEE_OTHER)
    if g.consent.ended_at is not None:
        return redirect(url_for("consent.declined"), SEE_OTHER)
    form, before = SignatureForm(), patient_pages.before_signing(g.consent, g.text)
    if form.is_submitted() and before.is_ready and (name := form.signed()):
        patient = db.session.get_one(Patient, g.link_patient_id)
        actions.sign(
            g.consent, name=name, zone_name=patient.time_zone or g.practice.time_zone,
            address=request.remote_addr or "", link=g.link,
        )  # fmt: skip
        db.session.commit()
        return redirect(url_for("consent.signed"), SEE_OTHER)
    status = 422 if form.is_submitted() else 200
    return render_template("consents/patient/sign.html", form=form, before=before), status


@area.get("/consent/signed", allow=Allow.GUEST, purposes=FOR, even_used=True)
def signed() -> ResponseReturnValue:
    """Give the patient their copy: everything they agreed to, to keep or to print."""
    if g.consent.signed_at is None:
        return redirect(url_for("consent.start"), SEE_OTHER)
    if g.consent.method is Method.LINK and request.method == "GET":
        _note_the_copy()
    copy = patient_pages.copy_of(g.consent, g.text)
    return render_template("consents/patient/signed.html", copy=copy)


@area.route("/consent/no", methods=["GET", "POST"], allow=Allow.GUEST, purposes=FOR, even_used=True)
def decline() -> ResponseReturnValue:
    """Let the patient say no, with a reason or without."""
    if g.consent.signed_at is not None:
        return redirect(url_for("consent.signed"), SEE_OTHER)
    if g.consent.ended_at is not None:
        return redirect(url_for("consent.declined"), SEE_OTHER)
    form = NoForm()
    if form.is_submitted() and (reason := form.reason_given()) is not None:
        actions.decline(g.consent, reason=reason, link=g.link)
        db.session.commit()
        return redirect(url_for("consent.declined"), SEE_OTHER)
    status = 422 if form.is_submitted() else 200
    return render_template("consents/patient/no.html", form=form), status


@area.get("/consent/declined", allow=Allow.GUEST, purposes=FOR, even_used=True)
def declined() -> ResponseReturnValue:
    """Say that the no has arrived and that care goes on."""
    if g.consent.ended_at is None:
        return redirect(url_for("consent.start"), SEE_OTHER)
    return render_template("consents/patient/declined.html")


@area.post("/consent/close", allow=Allow.GUEST, purposes=FOR, even_used=True)
def close() -> ResponseReturnValue:
    """End the visit in this browser; on the physician's device the lock comes next."""
    on_device = g.consent.method is Method.DEVICE
    to = url_for("accounts.unlock") if on_device else url_for("check_in.help_now")
    answer = make_response(redirect(to, SEE_OTHER))
    guests.show_out(answer, Purpose.CONSENT)
    return answer


def _note_the_copy() -> None:
    """Note the first look at the copy, in a writing transaction of its own."""
    db.session.rollback()
    expect_writing(True)
    actions.give_copy(g.consent, kind=CopyKind.ON_SCREEN, by=None, at=now())
    db.session.commit()
    expect_writing(False)


def _let_in() -> ResponseReturnValue:
    links.forgive_proofs(g.link)
    _tell(audit.Action.PROVED)
    db.session.commit()
    answer = make_response(redirect(url_for("consent.start"), SEE_OTHER))
    guests.admit(answer, g.link)
    return answer


def _tell(action: audit.Action) -> None:
    audit.record(
        db.session, action, subject="consent", subject_id=str(g.consent.id),
        patient_id=g.consent.patient_id,
    )  # fmt: skip
