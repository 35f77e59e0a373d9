"""What the measures page shows: verdicts in words with their limits, and every score as a row."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from flask import g

from dashboard import formats
from dashboard.alerts.reading import open_of
from dashboard.alerts.views import views
from dashboard.chart.asked import LOOKS_BACK, Range
from dashboard.chart.drawings import Drawn, drawn
from dashboard.charts.lanes import Trend
from dashboard.checkins.models import CheckIn
from dashboard.clinical.benchmarks import Count, early_change
from dashboard.clinical.instruments import Instrument
from dashboard.db import db
from dashboard.measures import rows, strips
from dashboard.measures.strips import Given, Measure
from dashboard.patients.banner import banner
from dashboard.patients.models import Patient
from dashboard.scores import baselines
from dashboard.scores.models import Response
from dashboard.scores.points import ScorePoint, all_points
from dashboard.scores.readings import written
from dashboard.scores.shelf import grouped
from dashboard.scores.telling import baseline_words
from dashboard.scores.words import Tone, tone_of
from dashboard.sessions.actions import doses
from dashboard.sessions.models import Dose

log = structlog.get_logger()
BINGES = ("counts_weekly", "binge_days")


@dataclass(frozen=True)
class Lane:
    """One strip on the page with the words beside and under it."""

    key: str
    instrument: str
    name: str
    tone: Tone
    words: str
    summary: str
    has_baseline: bool
    has_points: bool


@dataclass(frozen=True)
class Group:
    """One heading with its strips, and the instruments under it that were never used."""

    name: str
    lanes: tuple[Lane, ...]
    unused: tuple[Instrument, ...]


def page(patient: Patient, *, within: Range) -> dict[str, object]:
    """Return the measures page."""
    today, zone = formats.today(), formats.zone()
    points, given = all_points(patient.id), _given(doses(patient.id))
    shelf = grouped()
    found = strips.measures(
        [one for several in shelf.values() for one in several],
        points,
        counted_from=baselines.held(patient.id),
        zone=zone,
    )
    span = strips.span_of(points, given, weeks=within.weeks, today=today, zone=zone)
    trend = strips.trend(found, given, _missed(patient.id), span=span)
    shown = [one for one in points if span.holds(one.taken_at)]
    return {
        "banner": banner(patient),
        "notices": views(open_of(patient.id)),
        "trend": trend,
        "drawings": _drawings(trend),
        "groups": [
            _group(name, several, found, given, today=today, zone=zone)
            for name, several in shelf.items()
        ],
        "table": rows.rows(shown[::-1]),
        "span": f"{formats.day(span.start)} to {formats.day(span.end)}",
        "ranges": LOOKS_BACK,
        "within": within,
        "first_dose": formats.day(given[0].at) if given else "",
    }


def _given(found: Sequence[Dose]) -> list[Given]:
    return [Given(one.given_at, _dose_words(one)) for one in found]


def _dose_words(one: Dose) -> str:
    amount = "amount not recorded" if one.dose_mg is None else f"{one.dose_mg.normalize():f} mg"
    return f"{amount}, {one.route.value}" if one.route.value != "not said" else amount


def _missed(patient_id: uuid.UUID) -> Mapping[str, list[dt.datetime]]:
    """Return instrument -> when it was asked for by a check-in that ended without answers."""
    ended = db.session.execute(
        sa.select(CheckIn.due_at, CheckIn.questionnaires).where(
            CheckIn.patient_id == patient_id,
            CheckIn.ended_at.is_not(None),
            CheckIn.sent_at.is_not(None),
            ~_has_response(),
        )
    )
    found: dict[str, list[dt.datetime]] = {}
    for due_at, questionnaires in ended:
        for name, _ in json.loads(questionnaires):
            found.setdefault(name, []).append(due_at)
    return found


def _has_response() -> sa.ColumnElement[bool]:
    return sa.exists().where(Response.check_in_id == CheckIn.id)


def _drawings(trend: Trend) -> Drawn | None:
    """Draw the lanes; None when that fails: the table below them is complete."""
    try:
        return drawn((trend.axis, trend.doses, *(trend.strip(one.key) for one in trend.strips)))
    except (ValueError, ArithmeticError, LookupError, RuntimeError, OSError) as error:
        log.error("measures not drawn", kind=type(error).__name__, request_id=g.get("request_id"))
        return None


def _group(
    name: str,
    several: Sequence[Instrument],
    found: Sequence[Measure],
    given: Sequence[Given],
    *,
    today: dt.date,
    zone: ZoneInfo,
) -> Group:
    ids = {one.id for one in several}
    mine = [one for one in found if one.instrument.id in ids]
    used = {one.instrument.id for one in mine}
    return Group(
        name,
        tuple(_lane(one, given, today=today, zone=zone) for one in mine),
        tuple(one for one in several if one.id not in used and not one.derived_from),
    )


def _lane(one: Measure, given: Sequence[Given], *, today: dt.date, zone: ZoneInfo) -> Lane:
    return Lane(
        key=one.key,
        instrument=one.instrument.id,
        name=one.name,
        tone=_tone(one),
        words=_beside(one),
        summary=" ".join(_under(one, given, today=today, zone=zone)),
        has_baseline=one.baseline.reading is not None,
        has_points=bool(one.points),
    )


def _tone(one: Measure) -> Tone:
    """Return the verdict; where no limits are known, the bare difference and no colour."""
    tone = tone_of(one.change)
    difference = one.change.difference
    if one.rule.change is not None or difference is None or one.change.baseline is None:
        return tone
    sign = "+" if difference > 0 else "\N{MINUS SIGN}" if difference < 0 else ""
    amount = written(one.instrument, one.rule.id, abs(difference))
    icon = "up" if difference > 0 else "down" if difference < 0 else "flat"
    return Tone("none", icon, f"{sign}{amount} since baseline")


def _beside(one: Measure) -> str:
    latest = one.latest
    if latest is None:
        return "corrected or in error"
    value = written(one.instrument, one.rule.id, latest.value) or "incomplete"
    band = next((band.label.lower() for band in one.rule.bands if band.id == latest.band), "")
    status = one.change.status.value if one.change.reason is None else ""
    losing = "losing gains" if one.change.losing_gains else ""
    pieces = (status, losing, value, band, formats.day(latest.taken_at))
    return ", ".join(piece for piece in pieces if piece)


def _under(one: Measure, given: Sequence[Given], *, today: dt.date, zone: ZoneInfo) -> list[str]:
    """Return the sentences under a strip: the change, its baseline, and what they rest on."""
    said = [f"{one.change.sentence}.", f"{baseline_words(one.baseline)}."]
    if (limits := one.change.limits) is not None:
        kind = f", {limits.reliability_kind.value}" if limits.reliability_kind else ""
        source = limits.citation or f"{limits.basis.value} limit{kind}"
        healthy = f"; clinical range ends at {written(one.instrument, one.rule.id, limits.c)}"
        provisional = " Provisional limit." if limits.is_provisional else ""
        points = written(one.instrument, one.rule.id, limits.rci_points)
        said.append(
            f"Reliable change: {points} or more{healthy if limits.c is not None else ''} "
            f"({source}; verified: {limits.verified}).{provisional}"
        )
    for what, met in (("Response", one.change.response), ("Remission", one.change.remission)):
        if met is not None:
            said.append(f"{what}: {met.value}.")
    if one.instrument.is_unverified:
        said.append("Scoring key not verified against its source.")
    if (one.instrument.id, one.rule.id) == BINGES and given:
        counts = [
            Count(point.taken_at.astimezone(zone).date(), _whole(point))
            for point in one.points
            if point.counts
        ]
        early = early_change(counts, starts_on=given[0].at.astimezone(zone).date(), as_of=today)
        said.append(f"Early change: {early.met.value}, {early.words}. {early.label}.")
    return said


def _whole(point: ScorePoint) -> int | None:
    return None if point.value is None else int(point.value)
