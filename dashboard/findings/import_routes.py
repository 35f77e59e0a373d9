"""Importing a laboratory report: it is read and shown, questions are answered, then it is recorded.

The text waits among the person's own sealed drafts, under the page and a mark, until it is recorded
or its time is over; the pages and forms hold only the answers.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard import errors, formats
from dashboard.access import Allow
from dashboard.clinical import clearance
from dashboard.db import db, new_ref
from dashboard.drafts import actions as drafts
from dashboard.drafts.offer import offer, settle
from dashboard.findings import actions
from dashboard.findings.area import SHOWN, area, by_me, me, tell_of_weights
from dashboard.findings.import_entries import LONGEST_LABORATORY, WAYS, OnRecord, entry_of
from dashboard.findings.import_forms import AnswersForm, PasteForm, form_of, given, say
from dashboard.findings.import_matching import Compared, Match, compared, is_confirmed
from dashboard.findings.import_pages import Preview, preview, refuse_open
from dashboard.findings.import_rounds import Rounds, rounds
from dashboard.findings.reports import Report, Unreadable, read_report
from dashboard.forms import PageForm

RECORD, SHOW = "record", "show"
GONE = "That report does not wait here: it was recorded, or kept for 30 days. Paste it again."
READ_AGAIN = "Your answers were read. Look at the values once more, then record them."
NOTHING_LEFT = "There is no value to record: every row is left out or on record already."


@area.route("/findings/import", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def import_report() -> ResponseReturnValue:
    """Take a report in; with `report` in the address: show what was read, ask, and record."""
    mark = request.args.get("report", "")
    if not mark:
        return _paste()
    text = _kept(mark)
    if text is None:
        PageForm().was_sent()  # a form that was acted upon leads to its result
        flash(GONE, "warn")
        return redirect(_address(), 303)
    return _ask(mark, text)


@area.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say what to do about a report, or anything else here, that is larger than is taken."""
    happened, kept, next_step = errors.WORDS[413]
    if request.endpoint == "findings.import_report":
        happened = "The report is larger than 1 MB"
        next_step = "Send it in parts, or only the results."
    return errors.page(
        413, happened=happened, kept=kept, next_step=next_step, back=request.full_path
    )


def _paste() -> ResponseReturnValue:
    form = PasteForm()
    if form.was_sent() and (text := _taken_in(form)):
        mark = new_ref()
        _keep(mark, text)
        settle(form)
        db.session.commit()
        return redirect(_address(report=mark), 303)
    return render_template("findings/import.html", form=form, draft=offer(form)), form.status


def _taken_in(form: PasteForm) -> str:
    """Return the text of a report that can be read and is not another patient's; else say why."""
    try:
        text = form.report_text
        found = compared(_read(text).person, g.patient)
    except Unreadable as problem:
        say(form.source, str(problem))
        return ""
    if found.match is Match.OTHER:
        say(form.source, found.sentence)
        return ""
    return text


def _ask(mark: str, text: str) -> ResponseReturnValue:
    """Show the preview with its questions; record when everything is answered and was seen."""
    try:
        report = _read(text)
    except Unreadable:
        flash(GONE, "warn")
        return redirect(_address(), 303)
    found = compared(report.person, g.patient)
    if found.match is Match.OTHER:
        flash("The report names another person than the chart does now.", "stop")
        return redirect(_address(), 303)
    form, read, known = _form(mark, report)
    draft = offer(form)  # before the preview: what was ticked counts in it
    act, was_sent = request.form.get("act", ""), form.was_sent()
    shows = _shows(mark, is_asked=was_sent and act == SHOW)
    page = preview(read, form, known, found, shows=shows)
    if was_sent and act == RECORD and _may_record(form, read, found, page):
        location = _record(form, mark, text, read.report, page)
        if location:
            return redirect(location, 303)
    form.seen.data = " ".join(sorted(page.seals))
    return render_template(
        "findings/import_preview.html", form=form, draft=draft, page=page,
    ), form.status  # fmt: skip


def _shows(mark: str, *, is_asked: bool) -> bool:
    """Whether numbers of body size are shown: once asked for, until the page is left."""
    if is_asked:
        tell_of_weights()
        session[SHOWN] = mark
    elif request.method == "GET":
        session.pop(SHOWN, None)
    return bool(session.get(SHOWN) == mark)


def _form(mark: str, report: Report) -> tuple[AnswersForm, Rounds, OnRecord]:
    """Return the form of the questions put so far, filled with what was sent or kept."""
    read = rounds(report, given(_sent(mark)), rules=clearance.ruleset(), today=formats.today())
    known = OnRecord.of(actions.standing(g.patient.id))
    on_record = [row.id for row in read.report.ready if known.same(row) is not None]
    form = form_of(read, on_record=on_record)()
    form.page.data = _address(report=mark)
    return form, read, known


def _sent(mark: str) -> Mapping[str, list[str]]:
    """Return the fields that were sent, or those that were kept of this page."""
    if request.method == "POST":
        return {name: request.form.getlist(name) for name in request.form}
    kept = drafts.offered(user_id=me().id, page=_address(report=mark))
    return kept.fields if kept else {}


def _may_record(form: AnswersForm, read: Rounds, found: Compared, page: Preview) -> bool:
    """Whether everything is answered and was seen as it will be recorded; else say what is not."""
    refuse_open(read, form)
    if found.match is Match.ASKED and not form.belongs.data:
        say(form.belongs, f"Say that the report is of {g.patient.name}, or leave this page.")
    if found.match is Match.TYPED and not is_confirmed(form.typed_name.data or "", g.patient):
        say(form.typed_name, f"Type {g.patient.name} to say that the report is of this patient.")
    if not form.errors and not page.taken:
        form.form_errors = [*form.form_errors, NOTHING_LEFT]
    if form.errors or form.form_errors:
        return False
    if not page.seals <= set((form.seen.data or "").split()):
        flash(READ_AGAIN, "warn")
        return False
    return True


def _record(form: AnswersForm, mark: str, text: str, report: Report, page: Preview) -> str | None:
    """Record the rows in one act and return where it is shown; say what the chart refuses."""
    try:
        act = actions.record(
            g.patient.id, [entry_of(row) for row in page.taken], way=WAYS[report.form], by=by_me(),
            laboratory=(report.laboratory or "")[:LONGEST_LABORATORY],
            original=text.replace("\0", "\ufffd"), note=_note(page.compared),
        )  # fmt: skip
    except clearance.Rejected as refused:
        form.form_errors = [*form.form_errors, f"The chart refuses a value: {refused}."]
        return None
    drafts.drop(user_id=me().id, page=_address() + f"#{mark}")
    settle(form)
    location = url_for("findings.show_set", patient_ref=g.patient.ref, set_ref=act.ref)
    form.commit(location)
    flash(f"{len(page.taken)} values are recorded, and judged at once.", "ok")
    return location


def _note(found: Compared) -> str:
    """Return what was confirmed about whose report it is."""
    if found.match is Match.TYPED:
        return f"The report names {found.named}; confirmed as this patient's, by name."
    if found.match is Match.ASKED:
        return f"The report names {found.named}; confirmed as this patient's."
    return ""


def _read(text: str) -> Report:
    """Read a report; raise `Unreadable`."""
    return read_report(text, rules=clearance.ruleset(), today=formats.today(), zone=formats.zone())


def _kept(mark: str) -> str | None:
    """Return the text of a report that this person took in for this patient."""
    kept = drafts.offered(user_id=me().id, page=_address() + f"#{mark[:40]}")
    return kept.fields["text"][0] if kept else None


def _keep(mark: str, text: str) -> None:
    drafts.keep(
        user_id=me().id, page=_address() + f"#{mark}", fields={"text": [text]}, built_on=None
    )


def _address(*, report: str | None = None) -> str:
    return url_for("findings.import_report", patient_ref=g.patient.ref, report=report)
