"""Writing a section: any order, any number of times; of two who save, the second sees both."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from dashboard import audit, formats
from dashboard.access import Allow
from dashboard.db import db
from dashboard.drafts.offer import offer, settle
from dashboard.intake import (
    actions,
    answers,
    body_lines,
    chart_answers,
    pages,
    saying,
    sent_pages,
)
from dashboard.intake.answers import Content
from dashboard.intake.area import area, bounds, me, one, section_named, subject, tell
from dashboard.intake.forms import AddendumForm, SectionForm, form_of
from dashboard.intake.known import SHOWN, grown, known, name_of
from dashboard.intake.models import Evaluation
from dashboard.intake.offers import sent_ahead
from dashboard.intake.pages import Known
from dashboard.intake.sections import after, before
from dashboard.patients import actions as patients
from dashboard.patients import history
from dashboard.patients.details import Details

STAY, GO_ON = "stay", "continue"


@area.route(
    "/intake/<ref:evaluation_ref>/sections/<section_key>",
    methods=["GET", "POST"],
    allow=Allow.PHYSICIAN,
)
def section(evaluation_ref: str, section_key: str) -> ResponseReturnValue:
    """Write one section of an open intake."""
    evaluation, asked = one(evaluation_ref), section_named(section_key)
    form = form_of(asked)()
    if form.is_submitted() and asked.on_chart:
        db.session.refresh(g.patient)  # somebody may have written while this one waited
    form.concern(bounds(), Details.of(g.patient))
    it = known(evaluation)
    if not form.is_submitted():
        if not evaluation.is_open:
            return redirect(_address("show", evaluation), 303)
        if asked.is_blind and session.pop(SHOWN, "") != evaluation.ref:
            return _page(form, it, is_hidden=True)
        form.show(_stored(form, it))
        form.on_version(_version(form, it))
        form.stands_on(form.on_chart)
    elif form.was_sent():
        return _refused(form, it) or _saved(form, it)
    return _page(form, it)


@area.post("/intake/<ref:evaluation_ref>/sections/<section_key>/weights", allow=Allow.PHYSICIAN)
def open_weights(evaluation_ref: str, section_key: str) -> ResponseReturnValue:
    """Open the section that holds weights, once; the trail tells who asked."""
    evaluation, asked = one(evaluation_ref), section_named(section_key)
    _show_weights(evaluation)
    return redirect(_of_section(evaluation, asked.key), 303)


def _stored(form: SectionForm, it: Known) -> Content:
    """Return the section's answers; of one never saved, what the chart says already."""
    content = it.contents.get(form.section.key, answers.EMPTY)
    if it.evaluation.is_signed:
        return content
    return chart_answers.overlaid(form.section, content, form.on_chart, today=formats.today())


def _version(form: SectionForm, it: Known) -> int:
    saved = it.saved.get(form.section.key)
    return saved.version if saved else 0


def _refused(form: SectionForm, it: Known) -> ResponseReturnValue | None:
    """Answer to a form that comes too late: closed meanwhile, or saved by somebody else."""
    if not it.evaluation.is_open:
        return _too_late(form, it.evaluation, _stored(form, it))
    if not form.shows(_version(form, it)) or form.chart_has_changed:
        return _conflict(form, it)
    return None


def _saved(form: SectionForm, it: Known) -> ResponseReturnValue:
    """Save; somebody who saved in the same instant is told of as one who saved before."""
    try:
        location = _written(form, it)
    except (IntegrityError, StaleDataError):
        db.session.rollback()
        form.concern_again(Details.of(g.patient))
        answer = _refused(form, known(one(it.evaluation.ref)))
        if answer is None:
            raise
        return answer
    flash(f"{form.section.title} saved.", "ok")
    return redirect(location, 303)


def _written(form: SectionForm, it: Known) -> str:
    """Write section and chart in one transaction and return where to go on."""
    asked, then = form.section, request.form.get("then", "")
    content = answers.carried(_stored(form, it), form.reading.values, today=formats.today())
    if form.asked_again.data:
        content = answers.redated(content, today=formats.today())
    details = chart_answers.changed(asked, form.on_chart, form.reading.values)
    patients.edit(g.patient, details, by_id=me().id, reason=_reason(it.evaluation, asked.title))
    actions.save(
        it.evaluation, it.saved.get(asked.key), key=asked.key, content=content,
        was_left=then != STAY, by_id=me().id,
    )  # fmt: skip
    settle(form)
    location = _next(it.evaluation, asked.key, then)
    form.commit(location)
    if then == STAY and asked.is_blind:
        _show_weights(it.evaluation)
    return location


def _reason(evaluation: Evaluation, title: str) -> str:
    return f"intake {evaluation.number}, {title[:1].lower()}{title[1:]}"


def _next(evaluation: Evaluation, key: str, then: str) -> str:
    following = after(key)
    if then == STAY:
        return _of_section(evaluation, key)
    if then == GO_ON and following is not None:
        return _of_section(evaluation, following.key)
    return _address("show", evaluation)


def _show_weights(evaluation: Evaluation) -> None:
    tell(evaluation, audit.Action.SHOW_WEIGHT)
    session[SHOWN] = evaluation.ref


def _conflict(form: SectionForm, it: Known) -> ResponseReturnValue:
    who, when = _last_writer(form, it)
    found = saying.differences(form.section, _stored(form, it), form.reading.values)
    form.on_version(_version(form, it))
    form.stands_on(form.on_chart)
    return _page(form, it, found=found, who=who, when=when)


def _last_writer(form: SectionForm, it: Known) -> tuple[str, str]:
    """Return who saved what the form does not show, and when: the section, or the chart."""
    saved = it.saved.get(form.section.key)
    if saved is not None and not form.shows(saved.version):
        return name_of(saved.changed_by_id), formats.moment(saved.changed_at)
    last = history.last(g.patient.id)
    return (last.who, last.when) if last else ("Somebody else", "an unknown time")


def _page(
    form: SectionForm,
    it: Known,
    *,
    is_hidden: bool = False,
    found: tuple[saying.Difference, ...] | None = None,
    who: str = "",
    when: str = "",
) -> ResponseReturnValue:
    asked, key = form.section, form.section.key
    content = it.contents.get(key, answers.EMPTY)
    draft = None if is_hidden else offer(form)
    steps = pages.steps(it, patient_ref=g.patient.ref, here=key)
    prior = before(key)
    status = 409 if found is not None else form.status
    return render_template(
        "intake/section.html",
        form=form,
        asked=asked,
        evaluation=it.evaluation,
        draft=draft,
        is_hidden=is_hidden,
        version=it.saved[key].version if key in it.saved else 0,
        parts=() if is_hidden else pages.parts(form, content),
        state=it.progress(asked),
        state_kind=pages.STATE_KINDS[it.progress(asked).state],
        steps=steps,
        done=pages.done(steps),
        back=_of_section(it.evaluation, prior.key) if prior else None,
        is_last=after(key) is None,
        findings=pages.found_so_far(
            it, person=subject(), on=formats.today(),
            shows_weight=asked.is_blind and not is_hidden,
        ),
        body=_body(content) if asked.is_blind and not is_hidden else (),
        sent=sent_pages.beside(sent_ahead(it.evaluation, it.contents), key),
        quotations=saying.quotations(content),
        has_sent=any(answer.sent for answer in content.values()),
        medicines=pages.medicine_notes(content) if key == "medicines" else (),
        details=Details.of(g.patient) if key == "identity" else None,
        is_older=any(answer.on < formats.today() for answer in content.values()),
        differences=found,
        who=who,
        when=when,
    ), status  # fmt: skip


def _body(content: Content) -> tuple[saying.Line, ...]:
    return body_lines.lines(content, of=grown(g.patient), today=formats.today())


def _too_late(form: SectionForm, evaluation: Evaluation, stored: Content) -> ResponseReturnValue:
    """Answer to text for an intake that was closed meanwhile: nothing typed is thrown away."""
    addendum = AddendumForm(formdata=None)
    addendum.page.data = _address("addendum", evaluation)
    addendum.text.data = "\n\n".join(
        f"{one.label}: {one.yours}"
        for one in saying.differences(form.section, stored, form.reading.values)
    )
    return render_template(
        "intake/too_late.html", form=addendum, evaluation=evaluation, asked=form.section,
        words=pages.evaluation_words(evaluation),
    ), 409  # fmt: skip


def _address(page: str, evaluation: Evaluation) -> str:
    return url_for(f"intake.{page}", patient_ref=g.patient.ref, evaluation_ref=evaluation.ref)


def _of_section(evaluation: Evaluation, key: str) -> str:
    return url_for(
        "intake.section", patient_ref=g.patient.ref, evaluation_ref=evaluation.ref, section_key=key
    )
