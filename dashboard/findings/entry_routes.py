"""Typing a panel of findings, and what it says once it is saved."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.clinical.clearance.kinds import Form
from dashboard.drafts.offer import offer, settle
from dashboard.findings import actions, consequences, reading, recent
from dashboard.findings.area import SHOWN, area, by_me, one_set, tell_of_weights
from dashboard.findings.forms import PanelForm, form_of
from dashboard.findings.lines import WITHOUT_UNIT
from dashboard.findings.models import Way
from dashboard.findings.originals import original_of
from dashboard.findings.panels import Panel, Row, panels
from dashboard.findings.value_controls import FLAG, HIGH, KEEP, LOW, UNIT

ENDINGS = {"unit": UNIT, "low": LOW, "high": HIGH, "flag": FLAG, "keep": KEEP}


@area.get("/findings/new", allow=Allow.PHYSICIAN)
def choose() -> ResponseReturnValue:
    """Choose what to type."""
    return render_template("findings/choose.html", panels=panels().values())


@area.route("/findings/new/<panel_key>", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def new(panel_key: str) -> ResponseReturnValue:
    """Type a panel; each value is judged as it is saved."""
    panel = panels().get(panel_key) or abort(404)
    form = form_of(panel)()
    form.born_on = g.patient.born_on
    if not form.is_submitted():
        _prepare(form, panel)
    else:
        form.sizes = recent.sizes(g.patient.id, panel.rows)
    if form.was_sent():
        act = actions.record(
            g.patient.id, form.entries, way=Way.TYPED, by=by_me(), panel=panel.key,
            laboratory=form.laboratory.data or "", note=form.words,
        )  # fmt: skip
        settle(form)
        location = url_for("findings.show_set", patient_ref=g.patient.ref, set_ref=act.ref)
        form.commit(location)
        flash("Saved, and judged at once.", "ok")
        return redirect(location, 303)
    page = {"panel": panel, "form": form, "draft": offer(form), "rows": rows_of(form, panel.rows)}
    return render_template("findings/entry.html", **page), form.status


@area.get("/findings/sets/<ref:set_ref>", allow=Allow.PHYSICIAN)
def show_set(set_ref: str) -> ResponseReturnValue:
    """Show what was entered together, and what it changed."""
    act = one_set(set_ref)
    shows = session.pop(SHOWN, "") == act.ref
    return render_template(
        "findings/set.html",
        act=reading.act(act, shows_weight=shows),
        original=original_of(act, shows=shows),
        follows=consequences.of_act(g.patient, act, reading.rows_of(act)),
        panel=panels().get(act.panel),
    )


@area.post("/findings/sets/<ref:set_ref>/weight", allow=Allow.PHYSICIAN)
def show_set_weight(set_ref: str) -> ResponseReturnValue:
    """Show the body-size numbers of an act once; the trail tells who asked."""
    act = one_set(set_ref)
    tell_of_weights()
    session[SHOWN] = act.ref
    return redirect(url_for("findings.show_set", patient_ref=g.patient.ref, set_ref=set_ref), 303)


def rows_of(form: PanelForm, rows: tuple[Row, ...]) -> list[dict[str, object]]:
    """Return the fields of each row by their parts, None for a part that it has not."""
    return [
        {
            "value": form[row.name],
            "label": row.label,
            "is_number": row.kind.form in {Form.NUMBER, Form.WHOLE, Form.PRESSURE},
            "fixed": _fixed(row),
            "asked": form.looks_kept(row),
            **{part: form._fields.get(row.name + ending) for part, ending in ENDINGS.items()},
        }
        for row in rows
    ]


def _fixed(row: Row) -> str:
    """Return the one unit of a row that has no choice of it."""
    if row.kind.form is Form.PRESSURE:
        return "mmHg"
    return row.unit if len(row.units) == 1 and row.unit not in WITHOUT_UNIT else ""


def _prepare(form: PanelForm, panel: Panel) -> None:
    form.source.data = panel.source.value
    form.propose(recent.units(panel))
    if panel.is_measured_now:
        form.starts_now()
