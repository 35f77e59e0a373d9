"""Overrides of cautions: making one, the second clinician's agreement, and its early end."""

from __future__ import annotations

import datetime as dt

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.alerts import owners
from dashboard.clearance import cells, overrides
from dashboard.clearance.area import area, me, only_treating, override_named
from dashboard.clearance.forms import EVERY_PURPOSE, AgreeForm, EndForm, OverrideForm
from dashboard.clearance.models import Override, OverrideReason
from dashboard.clearance.page import Asked, judged
from dashboard.clearance.standing import Standing
from dashboard.clearance.wording import clearing, overridden
from dashboard.clinical.clearance import Purpose, Verdict
from dashboard.clinical.clearance.judgement import FindingVerdict, RuleVerdict
from dashboard.drafts.offer import offer, settle


@area.route("/clearance/rules/<rule_key>/override", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def new_override(rule_key: str) -> ResponseReturnValue:
    """Override one caution; of a stop, say that none exists and what clears it."""
    asked, form = _asked(), OverrideForm()
    standing = judged(g.patient, asked)
    found, verdict = _of_rule(standing, rule_key)
    refusal = _refusal(standing, verdict)
    page = {
        "found": found, "verdict": verdict, "asked": asked, "refusal": refusal,
        "judged_on": standing.judged.on, "value": _value(found, verdict),
        "hides": cells.is_of_body_size(found),
    }  # fmt: skip
    latest = overrides.latest_day(verdict, today=formats.today())
    form.offer(asked.purpose, latest=latest)
    if refusal:
        form.was_sent()  # a repeat leads to its first result
        return render_template("clearance/no_override.html", **page), (
            422 if form.is_submitted() else 200
        )
    seen = overrides.seen(verdict)
    if form.was_sent() and form.version.data == seen:
        return _make(form, standing, verdict)
    has_changed = form.is_submitted() and form.version.data != seen
    form.version.data = seen
    return render_template(
        "clearance/override.html", form=form, draft=offer(form), latest=latest,
        has_changed=has_changed, will_need_second=_will_need_second(standing, rule_key), **page,
    ), 409 if has_changed else form.status  # fmt: skip


@area.route(
    "/clearance/overrides/<ref:override_ref>/agree", methods=["GET", "POST"],
    allow=Allow.PHYSICIAN,
)  # fmt: skip
def agree(override_ref: str) -> ResponseReturnValue:
    """Read what a colleague overrides, and agree as the second clinician."""
    override, form, person = override_named(override_ref), AgreeForm(), me()
    is_colleague = person.id in {id for id, _ in owners.colleagues(g.patient.id)}
    if form.was_sent():
        if not is_colleague:
            raise overrides.NeedsAnother
        overrides.agree(override, by_id=person.id, by_name=person.name)
        return _done(form, "You agreed as the second clinician.")
    return render_template(
        "clearance/agree.html", form=form, override=override, words=overridden(override),
        is_over=not _is_open(override),
        is_barred=override.made_by_id == person.id or not is_colleague,
    ), form.status  # fmt: skip


@area.route(
    "/clearance/overrides/<ref:override_ref>/end", methods=["GET", "POST"], allow=Allow.PHYSICIAN
)
def end(override_ref: str) -> ResponseReturnValue:
    """End an override before its day; the caution waits for a decision again."""
    override, form = override_named(override_ref), EndForm()
    if form.was_sent():
        overrides.end(override, by_id=me().id, reason=form.reason.data or "")
        return _done(form, "Override ended. The caution waits for a decision again.")
    return render_template(
        "clearance/end_override.html", form=form, draft=offer(form), override=override,
        words=overridden(override), is_over=override.ended_at is not None,
    ), form.status  # fmt: skip


def _asked() -> Asked:
    """Return for which purpose the caution is looked at: as on the page it came from."""
    text = request.args.get("purpose", "")
    return Asked(Purpose(text)) if text in set(Purpose) else Asked()


def _of_rule(standing: Standing, rule_id: str) -> tuple[FindingVerdict, RuleVerdict]:
    for found in standing.judged.findings:
        for verdict in found.rules:
            if verdict.rule.id == rule_id:
                return found, verdict
    abort(404)


def _refusal(standing: Standing, verdict: RuleVerdict) -> str:
    """Say why there is no override of this rule now; nothing when there may be one."""
    if verdict.rule.is_hard:
        return f"No override exists. What clears it: {clearing([verdict])}."
    if verdict.verdict is Verdict.UNKNOWN:
        return "What is not known cannot be overridden. What clears it: a finding in date."
    if verdict.verdict is not Verdict.CAUTION or not verdict.fires:
        return "This rule does not hold now: there is nothing to override."
    if verdict.rule.id in standing.covered:
        return "This caution is overridden already. End that override to make another."
    return ""


def _value(found: FindingVerdict, verdict: RuleVerdict) -> str:
    if cells.is_of_body_size(found):
        return "a number of body size (hidden)"
    return cells.value_words(verdict)


def _will_need_second(standing: Standing, rule_id: str) -> bool:
    rules = {*standing.covered, rule_id}
    return overrides.is_second_needed(standing.judged.tier, count=len(rules))


def _make(form: OverrideForm, standing: Standing, verdict: RuleVerdict) -> ResponseReturnValue:
    only_treating()
    person, until = me(), form.expires_on.data or dt.date.min
    overrides.make(
        g.patient.id, verdict, ruleset=standing.judged.ruleset,
        purpose=None if form.scope.data == EVERY_PURPOSE else Purpose(form.scope.data),
        reason_kind=OverrideReason(form.reason_kind.data), reason=form.reason.data or "",
        difference=form.difference.data or "", expires_on=until, today=formats.today(),
        by_id=person.id, by_name=person.name,
    )  # fmt: skip
    return _done(form, f"Caution {verdict.rule.id} overridden until {formats.day(until)}.")


def _done(form: OverrideForm | AgreeForm | EndForm, words: str) -> ResponseReturnValue:
    settle(form)
    location = url_for("clearance.index", patient_ref=g.patient.ref)
    form.commit(location)
    flash(words, "ok")
    return redirect(location, 303)


def _is_open(override: Override) -> bool:
    return override.ended_at is None and override.second_at is None
