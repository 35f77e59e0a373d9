"""Pages of the rules: reading them, signing them, changing how long findings stay valid."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow, Area
from dashboard.clearance import (
    anew,
    cell_views,
    counting,
    policy,
    previewing,
    readiness,
    rule_views,
)
from dashboard.clearance.area import me
from dashboard.clearance.previewing import Preview
from dashboard.clearance.rule_forms import DaysForm, SignRulesForm
from dashboard.clinical import clearance
from dashboard.clinical.clearance import Tier
from dashboard.clinical.clearance.judgement import OF_ONE_DAY
from dashboard.clinical.clearance.populations import TITLES
from dashboard.drafts.offer import offer, settle
from dashboard.fields import clean

area = Area("clearance_rules", __name__)

TIERS = (Tier.T0, Tier.T1, Tier.T2)
TIER_WORDS = {Tier.T0: "T0", Tier.T1: "T1", Tier.T2: "T2 and T3"}


@area.get("/clearance/rules", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show the rule set in force, who signed it, and every rule with its source."""
    rules = clearance.ruleset()
    text = clean(request.args.get("q", ""))[:80]
    domain = request.args.get("domain", "")
    domain = domain if domain in rules.domains else ""
    found = rule_views.chapters(rules, text=text, domain=domain)
    return render_template(
        "clearance/rules.html", rules=rules, signing=policy.signing(), chapters=found,
        counted=rule_views.counted(found), counts=counting.counts(), text=text, domain=domain,
        titles=TITLES, waiting=readiness.how_many_due(today=formats.today()),
    )  # fmt: skip


@area.route("/clearance/rules/sign", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def sign() -> ResponseReturnValue:
    """Sign the rule set as a physician of the practice: from then on it gates."""
    rules, form = clearance.ruleset(), SignRulesForm()
    if form.was_sent():
        if form.digest.data != rules.sha256:
            form.has_read.errors = ["The rules are others than you read. Read them again."]
        else:
            policy.sign(by_id=me().id, name=me().name, zone=formats.zone().key)
            return _judged(form, "The rules are signed.", url_for("clearance_rules.index"))
    form.digest.data, form.has_read.data = rules.sha256, False
    return render_template(
        "clearance/sign_rules.html", form=form, rules=rules, signing=policy.signing(),
        statement=policy.STATEMENT,
    ), form.status  # fmt: skip


@area.get("/clearance/rules/days", allow=Allow.PHYSICIAN)
def days() -> ResponseReturnValue:
    """Show how long findings stay valid, and every change the practice made."""
    shipped, present = clearance.ruleset(), policy.rules()
    return render_template(
        "clearance/days.html", shipped=shipped.validities, present=present.validities,
        tiers=TIERS, tier_words=TIER_WORDS, of_one_day=OF_ONE_DAY,
        names=rule_views.VALIDITIES, history=policy.history(),
        is_signed=policy.signing() is not None,
    )  # fmt: skip


@area.route(
    "/clearance/rules/days/<validity_kind>/<tier>", methods=["GET", "POST"], allow=Allow.PHYSICIAN
)
def change(validity_kind: str, tier: str) -> ResponseReturnValue:
    """Change the days of one kind in one tier: first its effect is shown, then it is saved."""
    chosen = next((one for one in TIERS if one.value == tier), None) or abort(404)
    present = policy.days_of(validity_kind, chosen)
    if present is None or validity_kind in OF_ONE_DAY:
        abort(404)
    form, effect = DaysForm(), None
    if form.was_sent():
        days = form.days.data
        if days == present:
            form.days.errors = [f"It is {present} days already. Enter another number."]
        elif form.was_previewed:
            policy.change_days(
                validity_kind, chosen, days=days, reason=form.reason.data or "",
                by_id=me().id, name=me().name,
            )  # fmt: skip
            return _judged(form, "The days are changed.", url_for("clearance_rules.days"))
        else:
            effect = previewing.preview({(validity_kind, chosen): days}, user_id=me().id)
            form.shows_preview()
    return _change_page(form, effect, validity_kind, chosen, present)


def _change_page(
    form: DaysForm, effect: Preview | None, kind: str, tier: Tier, present: int
) -> ResponseReturnValue:
    draft = offer(form)
    if effect is None:  # a draft may name a number whose effect was shown another day
        form.previewed.data = ""
    return render_template(
        "clearance/change_days.html", form=form, draft=draft, effect=effect, kind=kind,
        tier=TIER_WORDS[tier], present=present, statuses=cell_views.STATUSES,
        name=rule_views.VALIDITIES.get(kind, kind),
        shortened=clearance.ruleset().validities[kind].shortened,
        is_signed=policy.signing() is not None,
    ), form.status  # fmt: skip


def _judged(form: DaysForm | SignRulesForm, words: str, location: str) -> ResponseReturnValue:
    """Judge a first round by the new rules with the change itself; the others follow."""
    done = anew.judge_some(today=formats.today())
    settle(form)
    form.commit(location)
    judged = "1 patient was" if done.judged == 1 else f"{done.judged} patients were"
    more = f", {done.left} follow in rounds and are Unknown until then" if done.left else ""
    flash(f"{words} {judged} judged anew{more}.", "ok")
    return redirect(location, 303)
