"""The page of one response: dangers first, then the result, then every answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.alerts.reading import of_response
from dashboard.alerts.views import views
from dashboard.clinical.change import Change
from dashboard.clinical.instruments import Instrument, catalogue
from dashboard.patients.banner import banner
from dashboard.patients.models import Patient
from dashboard.scores import baselines, listing, telling
from dashboard.scores.models import Response, ScoreValue, Standing
from dashboard.scores.pages import MODES, STANDINGS, Page, attestation_words, licence_words
from dashboard.scores.points import ScorePoint, points
from dashboard.scores.shelf import scored_with
from dashboard.scores.words import tone_of


@dataclass(frozen=True)
class Fact:
    """A term and its value."""

    term: str
    value: str


@dataclass(frozen=True)
class Signed:
    """Words that somebody wrote, with name and time."""

    words: str
    name: str
    at: str


def show(patient: Patient, found: listing.Whole) -> Page:
    """Return the page of one response."""
    response = found.response
    instrument = scored_with(response.instrument, response.version)
    values = listing.values_of([response.id])
    history = points(patient.id, [instrument])[instrument.id] if instrument else []
    here = next((one for one in history if one.response_id == response.id), None)
    before = _before(history, here)
    kin = listing.kin(response, before.response_id if before else None)
    previous = next((one for one in kin if before and one.id == before.response_id), None)
    if instrument is not None and not instrument.has_primary:
        previous = listing.one_before(response)
    later = _correction(kin, response)
    standing = values[0].standing if values else Standing.COUNTS
    page: Page = {
        "banner": banner(patient),
        "name": instrument.short if instrument else response.instrument,
        "title": instrument.title if instrument else "",
        "taken": formats.moment(response.taken_at, response.taken_zone),
        "ref": response.ref,
        "fate": STANDINGS.get(standing, ""),
        "may_change": standing is Standing.COUNTS and response.instrument in catalogue(),
        "error": _error(found),
        "corrected_by": later.ref if later else None,
        "corrects": next((one.ref for one in kin if one.id == response.supersedes_id), None),
        "notices": views(of_response(response.id)),
        "scores": telling.score_views(instrument, values),
        "derived": _derived(values, response),
        "messages": json.loads(response.result)["messages"],
        "screens": telling.screens(instrument, response.result),
        "questions": telling.questions(instrument, response, previous),
        "previous": formats.day(previous.taken_at) if previous else "",
        "facts": _facts(found, instrument),
    }
    return {**page, **_change(patient, instrument, history, here, before)}


def _derived(
    values: Sequence[ScoreValue], response: Response
) -> tuple[tuple[str, tuple[telling.ScoreView, ...]], ...]:
    """Return the scores that the same answers gave in instruments derived from this one."""
    others = {
        value.instrument: value.version
        for value in values
        if value.instrument != response.instrument
    }
    found = [scored_with(name, version) for name, version in others.items()]
    return tuple(
        (f"{one.short}, from the same answers", telling.score_views(one, values))
        for one in found
        if one is not None
    )


def _change(
    patient: Patient,
    instrument: Instrument | None,
    history: Sequence[ScorePoint],
    here: ScorePoint | None,
    before: ScorePoint | None,
) -> Page:
    """Return what changed since baseline, where the response counts."""
    if instrument is None or here is None or not here.counts:
        return {"change": None, "sentence": "", "baseline": "", "interval": "", "limits": ""}
    found = baselines.held(patient.id).get((instrument.id, instrument.primary.id), baselines.NONE)
    change = telling.change_until(instrument, history, at=here, baseline=found, zone=formats.zone())
    sooner = telling.interval_words(
        instrument, taken_at=here.taken_at, before=before.taken_at if before else None
    )
    return {
        "change": tone_of(change),
        "sentence": f"{change.sentence}.",
        "baseline": telling.baseline_words(found),
        "interval": sooner,
        "limits": _limits(change),
    }


def _limits(change: Change) -> str:
    """Say where the limit of reliable change comes from."""
    if change.limits is None:
        return ""
    source = change.limits.citation or f"{change.limits.basis.value} limit"
    return f"Limit of reliable change: {source}. Verified: {change.limits.verified}."


def _before(history: Sequence[ScorePoint], here: ScorePoint | None) -> ScorePoint | None:
    """Return the score before one, among those that count."""
    if here is None:
        return None
    older = [
        one
        for one in history
        if one.counts and (one.taken_at, one.response_id) < (here.taken_at, here.response_id)
    ]
    return older[-1] if older else None


def _correction(kin: Sequence[Response], response: Response) -> Response | None:
    """Return the response that corrects this one and is not itself in error."""
    return next(
        (
            one
            for one in kin
            if one.supersedes_id == response.id and one.entered_in_error_at is None
        ),
        None,
    )


def _error(found: listing.Whole) -> Signed | None:
    response = found.response
    if response.entered_in_error_at is None:
        return None
    at = formats.moment(response.entered_in_error_at)
    return Signed(response.entered_in_error_reason, found.marked_by or "", at)


def _facts(found: listing.Whole, instrument: Instrument | None) -> tuple[Fact, ...]:
    response = found.response
    facts = [
        Fact("Answered", formats.moment(response.taken_at, response.taken_zone)),
        Fact("How", MODES[response.mode]),
        Fact("Recorded by", f"{found.recorded_by}, {formats.moment(response.recorded_at)}"),
        Fact("Definition", f"{response.instrument} {response.version}, {response.sha256[:12]}"),
    ]
    if instrument is None:
        facts.append(Fact("Note", "This definition is not installed: answers are bare numbers."))
        return tuple(facts)
    facts.append(Fact("Source", instrument.citation))
    if instrument.is_unverified:
        facts.append(Fact("Scoring key", "Not verified against its source."))
    if instrument.attestation is not None:
        facts.append(Fact("Text", attestation_words(instrument.attestation)))
    facts.append(Fact("Licence", licence_words(instrument)))
    return tuple(facts)
