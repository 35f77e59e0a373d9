"""What the scores pages show: rows from the database put together as plain frozen values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from dashboard import formats
from dashboard.alerts.reading import of_response, open_of
from dashboard.alerts.views import views
from dashboard.clinical.instruments import Attestation, Direction, Instrument, ScoreRule, half_up
from dashboard.drafts.offer import Offer
from dashboard.forms import PageForm
from dashboard.patients.banner import Flag, banner
from dashboard.patients.models import Patient
from dashboard.scores import listing, telling
from dashboard.scores.forms import CountField, ResponseForm, decline_name, field_name
from dashboard.scores.models import Attention, Mode, Response, ScoreValue, Standing
from dashboard.scores.readings import written, written_bounds
from dashboard.scores.shelf import grouped, scored_with, shelf
from dashboard.scores.totals import NO_ITEMS

MODES = {
    Mode.INTERVIEW: "Asked by the physician",
    Mode.PAPER: "Copied from paper",
    Mode.PHONE: "By the patient, private link",
    Mode.IMPORTED: "Imported from a file",
}
STANDINGS = {Standing.CORRECTED: "Corrected later", Standing.IN_ERROR: "Entered in error"}
Page = dict[str, object]


@dataclass(frozen=True)
class Row:
    """One response in the list."""

    ref: str
    name: str
    taken: str
    value: str
    band: str
    basis: str
    mode: str
    recorded_by: str
    fate: str
    danger: Flag | None


@dataclass(frozen=True)
class Choice:
    """One questionnaire that can be entered."""

    id: str
    name: str
    title: str
    facts: str
    last: str
    warning: str


@dataclass(frozen=True)
class Asked:
    """One question of the form, with the words above and beside it."""

    number: str
    heading: str
    note: str
    field: object
    is_count: bool
    decline: object | None


def index(patient: Patient, *, before: Response | None) -> Page:
    """Return the list page; `before` pages on from a response."""
    found = listing.lines(patient.id, before=before)
    shown = found[: listing.PAGE]
    values = listing.values_of([line.response_id for line in shown])
    return {
        "banner": banner(patient),
        "notices": views(open_of(patient.id)),
        "rows": [_row(line, values) for line in shown],
        "older": shown[-1].ref if len(found) > len(shown) else None,
        "is_first": before is None,
    }


def choose(patient: Patient) -> Page:
    """Return the page on which a questionnaire is chosen."""
    last = listing.last_taken(patient.id)
    return {
        "banner": banner(patient),
        "notices": views(open_of(patient.id)),
        "groups": _groups(last),
    }


def entry(
    patient: Patient,
    instrument: Instrument,
    *,
    form: ResponseForm,
    draft: Offer,
    corrects: Response | None,
) -> Page:
    """Return the page on which a questionnaire is filled in or corrected."""
    last = listing.last_taken(patient.id).get(instrument.id) if corrects is None else None
    rules = instrument.administration
    return {
        "banner": banner(patient),
        "form": form,
        "draft": draft,
        "name": instrument.short,
        "title": instrument.title,
        "instructions": rules.instructions or "",
        "blank_words": telling.blank_words(instrument),
        "attribution": licence_words(instrument),
        "last_words": too_soon(instrument, last),
        "not_for": ", ".join(rules.not_for),
        "questions": _asked(instrument, form),
        "asks_which": bool(form.which.errors or form.which.data),
        "asks_another": bool(form.another.errors or form.another.data),
        "corrects": corrects.ref if corrects else None,
        "totals_url": _totals_url(patient, instrument) if corrects is None else None,
        "zone": formats.zone_label(),
    }


def totals(
    patient: Patient,
    instrument: Instrument,
    *,
    form: ResponseForm,
    draft: Offer,
    corrects: Response | None,
) -> Page:
    """Return the page on which scores are entered without the answers behind them."""
    return {
        "banner": banner(patient),
        "form": form,
        "draft": draft,
        "name": instrument.short,
        "title": instrument.title,
        "asks_about_safety": bool(instrument.safety),
        "asked": [(form[f"score_{rule.id}"], _range_words(rule)) for rule in instrument.scores],
        "asks_which": bool(form.which.errors or form.which.data),
        "asks_another": bool(form.another.errors or form.another.data),
        "corrects": corrects.ref if corrects else None,
        "instrument": instrument.id,
        "zone": formats.zone_label(),
    }


def _totals_url(patient: Patient, instrument: Instrument) -> str | None:
    """Return where the scores alone are entered, for questionnaires whose text we may not print."""
    if instrument.has_text or not instrument.scores:
        return None
    return url_for("scores.totals", patient_ref=patient.ref, instrument=instrument.id)


def _range_words(rule: ScoreRule) -> str:
    low, high = (half_up(end, rule.decimals) for end in (rule.lowest, rule.highest))
    worse = "higher" if rule.direction is Direction.HIGHER_WORSE else "lower"
    return f"{low} to {high}, {worse} is worse"


def _groups(last: Mapping[str, dt.datetime]) -> list[tuple[str, list[Choice]]]:
    """Return what can be entered under its headings, those in use by this patient first."""
    used = [one for one in shelf() if one.id in last and not one.derived_from]
    headings = {"In use": used} if used else {}
    for name, several in grouped().items():
        headings[name] = [one for one in several if one not in used and not one.derived_from]
    return [
        (name, [_choice(one, last.get(one.id)) for one in several])
        for name, several in headings.items()
        if several
    ]


def about(patient: Patient, response: Response, *, form: PageForm, draft: Offer) -> Page:
    """Return a page about one response with a form of its own."""
    instrument = scored_with(response.instrument, response.version)
    return {
        "banner": banner(patient),
        "form": form,
        "draft": draft,
        "name": instrument.short if instrument else response.instrument,
        "taken": formats.moment(response.taken_at, response.taken_zone),
        "ref": response.ref,
        "notices": views(of_response(response.id)),
    }


def _row(line: listing.Line, values: Sequence[ScoreValue]) -> Row:
    instrument = scored_with(line.instrument, line.version)
    mine = {value.score: value for value in values if _is_of(value, line)}
    if instrument is None or not instrument.has_primary:
        value = None if instrument else next(iter(mine.values()), None)
    else:
        value = mine.get(instrument.primary.id)
    return Row(
        ref=line.ref,
        name=instrument.short if instrument else line.instrument,
        taken=formats.moment(line.taken_at, line.taken_zone),
        value=_shown(instrument, value),
        band=_band(instrument, value),
        basis=_basis(instrument, value),
        mode=MODES[line.mode],
        recorded_by=line.recorded_by,
        fate=STANDINGS.get(value.standing, "") if value else "",
        danger=_flag(line),
    )


def _shown(instrument: Instrument | None, value: ScoreValue | None) -> str:
    if instrument is not None and not instrument.has_primary:
        return "See answers"
    if value is None or value.value is None:
        return "No score"
    return written(instrument, value.score, value.value) if instrument else str(value.value)


def _band(instrument: Instrument | None, value: ScoreValue | None) -> str:
    if instrument is None or value is None:
        return ""
    bands = instrument.score_rule(value.score).bands
    return next((band.label for band in bands if band.id == value.band), "")


def _is_of(value: ScoreValue, line: listing.Line) -> bool:
    """Whether a score is of this response and not of an instrument derived from it."""
    return (value.response_id, value.instrument) == (line.response_id, line.instrument)


def _basis(instrument: Instrument | None, value: ScoreValue | None) -> str:
    """Say what a score rests on where it is not complete."""
    if instrument is None or value is None:
        return ""
    if value.value is not None and value.n_answered == 0:
        return NO_ITEMS.lower()
    if value.lo == value.hi:
        return ""
    between = written_bounds(instrument, value.score, value.lo, value.hi)
    return f"{'prorated' if value.prorated else 'incomplete'}, {between}"


def _flag(line: listing.Line) -> Flag | None:
    if not line.has_open_alert:
        return Flag("info", "Alert closed") if line.attention else None
    if line.attention is Attention.ASK:
        return Flag("due", "Ask: safety question blank")
    return Flag("stop" if line.attention else "due", "Alert open")


def _choice(instrument: Instrument, last: dt.datetime | None) -> Choice:
    rules = instrument.administration
    facts = f"{len(instrument.items)} questions"
    if rules.minutes:
        facts += f", about {rules.minutes} minutes"
    if rules.recall_days:
        facts += f", about the past {rules.recall_days} days"
    return Choice(
        instrument.id,
        instrument.short,
        instrument.title,
        facts,
        f"Last answered {formats.day(last)}" if last else "Never answered",
        too_soon(instrument, last),
    )


def too_soon(instrument: Instrument, last: dt.datetime | None) -> str:
    """Warn when a questionnaire would come sooner than it is meant to."""
    rules = instrument.administration
    days = (formats.today() - formats.today(last)).days if last else rules.min_interval_days
    if last is None or not 0 <= days < rules.min_interval_days:
        return ""
    ago = "today" if days == 0 else f"{days} day{'' if days == 1 else 's'} ago"
    overlap = (
        f" It asks about the past {rules.recall_days} days, so the two would overlap."
        if rules.recall_days and rules.recall_days > days
        else ""
    )
    return (
        f"{instrument.short} was last answered {ago}, on {formats.day(last)}; at least "
        f"{rules.min_interval_days} days between are meant.{overlap}"
    )


def licence_words(instrument: Instrument) -> str:
    """Return the attribution that goes with the instrument's text."""
    licence = instrument.licence
    return f"{licence.attribution or instrument.citation} Licence: {licence.spdx_or_text}."


def attestation_words(attestation: Attestation) -> str:
    """Say by whose statement the practice shows a licensed text."""
    return (
        f"Your licensed copy, held by {attestation.licence_holder}: {attestation.basis}. "
        f"Stated by {attestation.by}, {formats.day(attestation.date)}."
    )


def _asked(instrument: Instrument, form: ResponseForm) -> tuple[Asked, ...]:
    return tuple(
        Asked(
            item.id,
            item.heading or "",
            "Optional, not part of any score." if item.optional else "",
            form[field_name(item)],
            isinstance(form[field_name(item)], CountField),
            getattr(form, decline_name(item), None),
        )
        for item in instrument.items
    )
