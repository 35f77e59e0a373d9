"""What every page needs: who is signed in, whose practice this is, addresses of files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, current_app, g, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from dashboard import formats
from dashboard.actor import Person, Standing, current_person
from dashboard.clock import now
from dashboard.db import db
from dashboard.settings import Settings

PRACTICE = sa.table(
    "practice", *map(sa.column, ("id", "name", "telephone", "time_zone", "is_synthetic"))
)


@dataclass(frozen=True)
class ActorBar:
    """The signed-in person as the top bar shows them."""

    name: str
    initials: str
    role: str
    zone_label: str
    signed_in_at: str
    idle_minutes: int
    shows_second_factor_note: bool
    alerts_waiting: int
    referrals_waiting: int
    clearance_blocking: int
    tasks_due: int
    has_referrals: bool


@dataclass(frozen=True)
class Sign:
    """The practice as every page names it."""

    name: str
    phone: str
    time_zone: str
    is_synthetic: bool


def install(app: Flask) -> None:
    """Give every template the frame of its page."""
    app.context_processor(_frame)
    app.jinja_env.globals["static_url"] = static_url


def _frame() -> dict[str, object]:
    person = current_person()
    settings: Settings = current_app.extensions["settings"]
    return {
        "actor_bar": _bar(person, settings)
        if person and person.standing is Standing.OPEN
        else None,
        "practice": _sign(settings),
        "is_demo": settings.is_demo,
        "endpoint": request.endpoint or "",
        "printed_at": f"{formats.moment(now())}",
    }


def _bar(person: Person, settings: Settings) -> ActorBar:
    waiting = g.get("referrals_waiting") or 0
    return ActorBar(
        name=person.name,
        initials=formats.initials(person.name),
        role=person.role.value,
        zone_label=formats.zone_label(),
        signed_in_at=formats.time_of_day(g.sign_in_began_at),
        idle_minutes=int(settings.idle.total_seconds()) // 60,
        shows_second_factor_note=not settings.second_factor_required,
        alerts_waiting=g.get("alerts_waiting") or 0,
        referrals_waiting=waiting,
        clearance_blocking=g.get("clearance_blocking") or 0,
        tasks_due=g.get("tasks_due") or 0,
        has_referrals=bool(waiting) or ("practice" in g and g.practice.free_assessment),
    )


def _sign(settings: Settings) -> Sign:
    """Return the practice from this request's sign-in, or look it up for signed-out pages."""
    if "practice" in g:
        return Sign(
            g.practice.name, g.practice.telephone, g.practice.time_zone, g.practice.is_synthetic
        )
    try:
        row = db.session.execute(sa.select(*PRACTICE.c).where(PRACTICE.c.id == 1)).first()
    except SQLAlchemyError:
        row = None
        db.session.rollback()
    if row is None:
        return Sign("", "", "UTC", settings.is_demo)
    return Sign(row.name, row.telephone, row.time_zone, bool(row.is_synthetic))


def static_url(name: str) -> str:
    """Return a static file's address with a digest of its content: it can be cached for ever."""
    return _static_url(current_app.static_folder or "", request.script_root, name)


@lru_cache(maxsize=512)
def _static_url(folder: str, root: str, name: str) -> str:
    """Build an address once a process (a page has twenty-five); `root` is where we are mounted."""
    digest = hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()
    return url_for("static", filename=name, v=digest[:12])
