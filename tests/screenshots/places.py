"""Which pages there are to photograph: found by following links, one address for each endpoint."""

from __future__ import annotations

import uuid
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.exceptions import HTTPException

from dashboard.accounts.models import User
from dashboard.actor import acting_as_job, seeing_every_patient
from dashboard.alerts.models import Alert
from dashboard.db import db
from dashboard.demo.staff import ACCOUNTS
from dashboard.intake.models import Evaluation, EvaluationState
from dashboard.patients.models import CareTeamMember, Patient
from dashboard.scores.models import Response
from tests.cast import sign_in

EXAMPLES = 6  # pages opened of each kind while looking for links
NOT_PAGES = {"static", "health.healthz", "health.readyz", "patients.suggest"}


@dataclass(frozen=True)
class Place:
    """One page to photograph: its name, its address, and who opens it (nobody: signed out)."""

    name: str
    path: str
    who: str


def every(app: Flask) -> Iterator[Place]:
    """Find every page that links lead to, for each role, and states of pages worth seeing."""
    doctor, _, admin = ACCOUNTS
    yield Place("sign-in", "/sign-in", "")
    yield Place("signed-out", "/signed-out", "")
    charts = _charts(app, doctor.email)
    starts = [f"/patients/{ref}" for ref in charts.values()]
    yield from _linked(app, doctor.email, doctor.key, ["/patients", *starts])
    yield from _linked(app, admin.email, admin.key, ["/accounts"])
    for state, ref in charts.items():
        yield Place(f"overview-{state}", f"/patients/{ref}", doctor.key)
    yield Place("intake-open", _open_intake(app), doctor.key)
    yield Place("no-such-page", "/patients/aaaaaaaaaaaaaaaaaaaaaaaaaa", doctor.key)


def missing(app: Flask, found: Iterable[Place]) -> list[str]:
    """Name the pages that no link led to."""
    seen = {place.name for place in found}
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return sorted(page for page in pages - NOT_PAGES if page not in seen)


def _open_intake(app: Flask) -> str:
    """Return the address of the demo's intake that is being written."""
    with app.app_context(), acting_as_job("pictures"):
        found = db.session.execute(
            sa.select(Patient.ref, Evaluation.ref)
            .join(Evaluation, Evaluation.patient_id == Patient.id)
            .where(Evaluation.state == EvaluationState.OPEN)
        ).first()
        db.session.remove()
    if found is None:
        raise LookupError("the demo has no open intake")
    return f"/patients/{found[0]}/intake/{found[1]}"


def _linked(app: Flask, email: str, who: str, starts: list[str]) -> Iterator[Place]:
    visitor = sign_in(app, _account(app, email))
    waiting, met = deque(starts), set(starts)
    opened: Counter[str] = Counter()
    while waiting:
        path = waiting.popleft()
        endpoint = _endpoint(app, path)
        if endpoint is None or endpoint in NOT_PAGES or opened[endpoint] >= EXAMPLES:
            continue
        answer = visitor.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        opened[endpoint] += 1
        if opened[endpoint] == 1:
            yield Place(endpoint, path, who)
        for link in _links(answer.text, path):
            if link not in met:
                met.add(link)
                waiting.append(link)


def _links(html: str, path: str) -> Iterator[str]:
    for link in BeautifulSoup(html, "html.parser").find_all("a", href=True):
        parts = urlsplit(urljoin(path, str(link["href"])))
        if not parts.netloc and not parts.path.startswith("/static/"):
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def _endpoint(app: Flask, path: str) -> str | None:
    try:
        endpoint, _ = app.url_map.bind("localhost").match(path.partition("?")[0], method="GET")
    except HTTPException:
        return None
    return str(endpoint)


def _account(app: Flask, email: str) -> uuid.UUID:
    with app.app_context(), acting_as_job("screenshots"):
        found = db.session.scalars(sa.select(User.id).where(User.email == email)).one()
        db.session.remove()
        return found


def _charts(app: Flask, email: str) -> dict[str, str]:
    """Return the refs of charts worth seeing: the fullest, one in danger, the emptiest."""
    with app.app_context(), acting_as_job("screenshots"), seeing_every_patient():
        mine = (
            sa.select(Patient.ref, sa.func.count(Response.id))
            .join(CareTeamMember, CareTeamMember.patient_id == Patient.id)
            .join(User, User.id == CareTeamMember.user_id)
            .outerjoin(Response, Response.patient_id == Patient.id)
            .where(User.email == email, CareTeamMember.until.is_(None))
            .group_by(Patient.ref)
        )
        fullest = db.session.execute(mine.order_by(sa.desc(sa.func.count(Response.id)))).first()
        emptiest = db.session.execute(mine.order_by(sa.func.count(Response.id))).first()
        open_danger = db.session.execute(
            mine.where(
                Patient.id.in_(sa.select(Alert.patient_id).where(Alert.closed_at.is_(None))),
            )
        ).first()
        db.session.remove()
    found = {"full": fullest, "danger": open_danger, "empty": emptiest}
    return {state: row[0] for state, row in found.items() if row}
