"""Reviews: what each group still needs, and asking a group."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field as Control

from dashboard import formats
from dashboard.access import Allow
from dashboard.clearance import gathering, policy
from dashboard.clearance.cells import words_of
from dashboard.clinical.clearance import Purpose, judge
from dashboard.drafts.offer import offer, settle
from dashboard.findings import actions, reviews
from dashboard.findings.area import area, by_me
from dashboard.findings.lines import HIDDEN, is_of_body_size
from dashboard.findings.models import Way
from dashboard.findings.review_forms import ReviewForm, form_of, shown_unit
from dashboard.findings.reviews import Group, Item, Part


@dataclass(frozen=True)
class Asked:
    """One question as the page shows it: its field, what is known, how long that lasts."""

    field: Control
    unit: str
    known: str
    lasts: str
    is_required: bool
    is_covered: bool
    was_otherwise: bool


@area.get("/findings/reviews", allow=Allow.PHYSICIAN)
def reviews_index() -> ResponseReturnValue:
    """Show what each group of questions still needs."""
    found, day = _groups()
    return render_template(
        "findings/reviews.html", groups=found, day=day, today=formats.today(),
        first=reviews.next_due(found),
    )  # fmt: skip


@area.route("/findings/review/<group_key>", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def review(group_key: str) -> ResponseReturnValue:
    """Ask a group; one press answers all that is due with none."""
    if group_key not in reviews.GROUPS:
        abort(404)
    found, day = _groups()
    group = next(one for one in found if one.key == group_key)
    form, by = form_of(group_key)(), by_me()
    form.concern(group.front, at=by.at, today=by.today)
    if form.was_sent():
        actions.record(g.patient.id, form.entries, way=Way.ASKED, by=by, panel=group_key)
        settle(form)
        location = _after(found, group)
        form.commit(location)
        flash(f"{group.title}: {len(form.entries)} answers stored, asked today.", "ok")
        return redirect(location, 303)
    draft = offer(form)
    form.version.data = form.covered
    return render_template(
        "findings/review.html", form=form, draft=draft, group=group, day=day,
        front=_asked(form, group.front, day), beside=_beside(form, group, day),
        following=reviews.next_due(found, after=group_key), front_is_due=bool(group.of(Part.DUE)),
    ), form.status  # fmt: skip


def _groups() -> tuple[tuple[Group, ...], dt.date]:
    """Return the groups as they stand on the day of the next session, else today."""
    rules = policy.rules()
    case = gathering.case_of(g.patient, rules=rules)
    day = case.next_session_on or case.today
    is_today = case.next_session_on == case.today
    judged = judge(
        case.patient, findings=case.findings, on=day, rules=rules,
        purpose=Purpose.SESSION if is_today else Purpose.ACTIVATION,
    )  # fmt: skip
    return reviews.groups(case, judged, rules=rules), day


def _after(found: tuple[Group, ...], group: Group) -> str:
    following = reviews.next_due(found, after=group.key)
    if following is None:
        return url_for("findings.reviews_index", patient_ref=g.patient.ref)
    return url_for("findings.review", patient_ref=g.patient.ref, group_key=following.key)


def _beside(form: ReviewForm, group: Group, day: dt.date) -> list[tuple[str, list[Asked]]]:
    """Return what is not asked now, by its part; each can be answered all the same."""
    front = set(group.front)
    parts = [
        (part.value, [item for item in group.of(part) if item not in front])
        for part in (Part.IN_DATE, Part.LATER, Part.NOT_NEEDED)
    ]
    return [(words, _asked(form, items, day)) for words, items in parts if items]


def _asked(form: ReviewForm, items: list[Item] | tuple[Item, ...], day: dt.date) -> list[Asked]:
    return [
        Asked(
            field=form[item.kind.name], unit=shown_unit(item.kind), known=_known(item),
            lasts=lasts(item, day), is_required=item.is_required, is_covered=item.is_covered,
            was_otherwise=item.is_known and not item.is_covered
            and reviews.harmless(item.kind.name) is not None,
        )
        for item in items
    ]  # fmt: skip


def _known(item: Item) -> str:
    """Say what is on record: the answer, its day, and where it comes from."""
    if item.known is None:
        return "" if item.fact is None else f"{'yes' if item.fact else 'no'}, from the intake"
    value = item.known.value
    words = words_of(value) if isinstance(value, bool | str | Fraction) else str(value)
    words = HIDDEN if is_of_body_size(item.kind.name) else words
    told = " from the intake" if item.known.origin == "intake" else ""
    return f"{words}, {formats.day(item.known.on)}{told}"


def lasts(item: Item, day: dt.date) -> str:
    """Say why it is asked although it is known, or until when it counts."""
    if item.known is not None and item.known.question:
        return f"{item.known.question}: to be confirmed"
    if item.valid_until is None:
        return ""
    left = (item.valid_until - day).days
    if left < 0:
        return f"out of date since {formats.day(item.valid_until)}"
    return f"until {formats.day(item.valid_until)}, {'1 day' if left == 1 else f'{left} days'} left"
