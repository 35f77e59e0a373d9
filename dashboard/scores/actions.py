"""Recording a questionnaire, correcting it, marking it as entered in error, raising its alerts."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.alerts import actions as alerts
from dashboard.alerts.models import Level
from dashboard.clinical import instruments
from dashboard.clinical.instruments import Instrument, Result, SafetyStatus
from dashboard.clinical.logic import names_in
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.errors import Refusal
from dashboard.patients.models import Patient
from dashboard.scores import latest, watching
from dashboard.scores.models import (
    Attention,
    Mode,
    Response,
    ScoreValue,
    Standing,
)


class DoesNotCount(Refusal):
    """This response was corrected or marked as entered in error before. Nothing was changed."""

    status = HTTPStatus.CONFLICT
    heading = "This response does not count any more"
    advice = "Open the patient's scores and go on from the response that counts now."


class InErrorAlready(Refusal):
    """Somebody has marked this response as entered in error before. Your reason was not saved."""

    status = HTTPStatus.CONFLICT
    heading = "This was marked before"
    advice = "Open the response to read who marked it and why."


def record(
    patient: Patient,
    *,
    instrument: Instrument,
    answers: Mapping[str, int | None],
    taken_at: dt.datetime,
    zone: str,
    mode: Mode,
    by: uuid.UUID | None,
    declined: Collection[str] = (),
    check_in_id: uuid.UUID | None = None,
    supersedes: Response | None = None,
    at: dt.datetime | None = None,
) -> Response:
    """Score a filled-in questionnaire and add it to the chart; raises BadAnswer, adds nothing then.

    Its dangers raise alerts in the same transaction. `by` is None when the patient answered by
    link, `declined` the items they would rather not answer. `supersedes` is the response that this
    one corrects; it no longer counts. `at` is when it was written down, now if not said.
    """
    return add(
        patient,
        instruments.score(instrument, answers, declined=frozenset(declined)),
        taken_at=taken_at,
        zone=zone,
        mode=mode,
        by=by,
        check_in_id=check_in_id,
        supersedes=supersedes,
        at=at,
    )


def add(
    patient: Patient,
    result: Result,
    *,
    taken_at: dt.datetime,
    zone: str,
    mode: Mode,
    by: uuid.UUID | None,
    check_in_id: uuid.UUID | None = None,
    supersedes: Response | None = None,
    at: dt.datetime | None = None,
) -> Response:
    """Add what was scored to the chart: scores, baselines, and every alert it calls for."""
    touched = {one.instrument.id: list(one.scores) for one in (result, *derived(result))}
    held = {name: latest.held(patient.id, name) for name in touched}
    response = write_down(
        patient,
        result,
        taken_at=taken_at,
        zone=zone,
        mode=mode,
        by=by,
        check_in_id=check_in_id,
        supersedes=supersedes,
        at=at,
    )
    for name, scores in touched.items():
        latest.renew(patient.id, name, present=held[name], scores=scores)
    watching.watch_over(patient, response, result)
    return response


def derived(result: Result) -> tuple[Result, ...]:
    """Return what the same answers give in instruments that are derived from this one."""
    if all(answer is None for answer in result.answers.values()):
        return ()
    return tuple(
        instruments.score(one, result.answers)
        for one in instruments.catalogue().values()
        if one.derived_from == result.instrument.id
    )


def write_down(
    patient: Patient,
    result: Result,
    *,
    taken_at: dt.datetime,
    zone: str,
    mode: Mode,
    by: uuid.UUID | None,
    check_in_id: uuid.UUID | None = None,
    supersedes: Response | None = None,
    import_key: str | None = None,
    is_history: bool = False,
    at: dt.datetime | None = None,
) -> Response:
    """Add a scored questionnaire; the caller renews the latest score after the last of them.

    One that is history raises no alert here: its caller says what is to be done about its dangers.
    """
    replaced = _replaced(supersedes)
    response = _response(patient, result, taken_at=taken_at, zone=zone, mode=mode, by=by)
    response.supersedes_id = supersedes.id if supersedes else None
    response.check_in_id, response.declined = check_in_id, canonical(sorted(result.declined))
    response.recorded_at, response.import_key = at or now(), import_key
    db.session.add(response)
    db.session.flush()
    for one in (result, *derived(result)):
        db.session.add_all(_values(response, one))
    if not is_history:
        _raise_dangers(response, result)
    for value in replaced:
        value.standing = Standing.CORRECTED
    return response


def mark_in_error(
    response: Response, *, reason: str, by: uuid.UUID, at: dt.datetime | None = None
) -> None:
    """Mark a response as entered in error: kept, shown struck, counted no more.

    What it had corrected counts again. Raises `InErrorAlready`.
    """
    held = {name: latest.held(response.patient_id, name) for name in _kept_for(response)}
    anew = sa.select(Response).where(Response.id == response.id).with_for_update()
    db.session.execute(anew.execution_options(populate_existing=True))
    if response.entered_in_error_at is not None:
        raise InErrorAlready
    response.entered_in_error_at, response.entered_in_error_by_id = at or now(), by
    response.entered_in_error_reason = reason
    db.session.flush()
    links = _links(response)
    standing = standing_of(links)
    values = db.session.scalars(
        sa.select(ScoreValue).where(ScoreValue.response_id.in_(_chain(response.id, links)))
    ).all()
    for value in values:
        value.standing = standing[value.response_id]
    for name, present in held.items():
        scores = [value.score for value in values if value.instrument == name]
        latest.renew(response.patient_id, name, present=present, scores=scores)


def _kept_for(response: Response) -> list[str]:
    """Return the instruments whose scores a response may hold: its own and those derived of it."""
    others = instruments.catalogue().values()
    return [
        response.instrument,
        *(one.id for one in others if one.derived_from == response.instrument),
    ]


class Link(NamedTuple):
    """How one response stands to another."""

    id: uuid.UUID
    supersedes_id: uuid.UUID | None
    is_in_error: bool


def standing_of(links: Sequence[Link]) -> dict[uuid.UUID, Standing]:
    """Say of each response whether it counts: a later one that is not in error takes its place."""
    by_id = {link.id: link for link in links}
    standing = {
        link.id: Standing.IN_ERROR if link.is_in_error else Standing.COUNTS for link in links
    }
    for link in links:
        older = None if link.is_in_error else link.supersedes_id
        while older is not None:
            if standing[older] is Standing.COUNTS:
                standing[older] = Standing.CORRECTED
            older = by_id[older].supersedes_id
    return standing


def attention_of(result: Result) -> Attention | None:
    """Say how soon a physician must look: for a danger, else for a blank on a safety item."""
    if result.danger is not None:
        return Attention(result.danger.value)
    return Attention.ASK if result.follow_ups else None


def canonical(value: object) -> str:
    """Write JSON in the one way that equal contents have."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _response(
    patient: Patient,
    result: Result,
    *,
    taken_at: dt.datetime,
    zone: str,
    mode: Mode,
    by: uuid.UUID | None,
) -> Response:
    plain = {name: part for name, part in result.as_plain().items() if name != "answers"}
    return Response(
        id=new_id(),
        patient_id=patient.id,
        instrument=result.instrument.id,
        version=result.instrument.version,
        sha256=result.instrument.sha256,
        mode=mode,
        taken_at=taken_at,
        taken_zone=zone,
        answers=canonical(dict(result.answers)),
        result=canonical(plain),
        attention=attention_of(result),
        recorded_by_id=by,
    )


def _values(response: Response, result: Result) -> list[ScoreValue]:
    return [
        ScoreValue(
            patient_id=response.patient_id,
            response_id=response.id,
            instrument=score.instrument_id,
            score=score.id,
            taken_at=response.taken_at,
            value=score.value,
            lo=score.lo,
            hi=score.hi,
            n_answered=score.n_answered,
            n_items=score.n_items,
            prorated=score.prorated,
            band=score.band.id if score.band else None,
            version=score.version,
            mode=response.mode,
            attention=response.attention,
            safety_answers=_safety_answers(result),
        )
        for score in result.scores.values()
    ]


def _raise_dangers(response: Response, result: Result) -> None:
    """Raise an alert for each danger the answers tell of, and for each safety item left blank."""
    for outcome in result.safety:
        if outcome.status is SafetyStatus.CLEAR:
            continue
        level = Level(outcome.level.value) if outcome.level else Level.FOLLOW_UP
        alerts.raise_alert(
            response.patient_id,
            key=f"{response.instrument}:{outcome.id}",
            rule=f"{response.instrument}:{outcome.id}",
            level=level,
            words=outcome.message_clinician,
            instrument=response.instrument,
            version=response.version,
            answers=answers_behind(result, outcome.id),
            response_id=response.id,
            check_in_id=response.check_in_id,
            at=response.recorded_at,
        )


def answers_behind(result: Result, rule_id: str) -> dict[str, int | None]:
    """Return the answers that a safety rule looks at: {"9": 2}."""
    named = {
        name
        for rule in result.instrument.safety
        if rule.id == rule_id
        for name in names_in(rule.when)
    }
    return {name: result.answers[name] for name in sorted(named) if name in result.answers}


def _safety_answers(result: Result) -> str:
    """Write the answers to the items that can tell of a danger: {"9": 2}."""
    named = {name for rule in result.instrument.safety for name in names_in(rule.when)}
    return canonical({name: result.answers[name] for name in named if name in result.answers})


def _replaced(old: Response | None) -> Sequence[ScoreValue]:
    """Return the scores that a correction replaces; refuse when they do not count any more."""
    if old is None:
        return ()
    values = db.session.scalars(
        sa.select(ScoreValue).where(ScoreValue.response_id == old.id).with_for_update()
    ).all()
    if old.entered_in_error_at is not None or any(
        value.standing is not Standing.COUNTS for value in values
    ):
        raise DoesNotCount
    return values


def _links(response: Response) -> list[Link]:
    rows = db.session.execute(
        sa.select(
            Response.id, Response.supersedes_id, Response.entered_in_error_at.is_not(None)
        ).where(
            Response.patient_id == response.patient_id, Response.instrument == response.instrument
        )
    )
    return [Link(*row) for row in rows]


def _chain(response_id: uuid.UUID, links: Sequence[Link]) -> list[uuid.UUID]:
    """Return the responses whose standing may have moved: this one and what it corrected."""
    older = {link.id: link.supersedes_id for link in links}
    chain, one = [response_id], older[response_id]
    while one is not None:
        chain.append(one)
        one = older[one]
    return chain
