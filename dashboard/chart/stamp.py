"""The name of one state of the overview: equal only while nothing it shows can have changed."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import lru_cache
from pathlib import Path

from flask import g

from dashboard import formats
from dashboard.actor import current_person
from dashboard.chart.asked import Asked
from dashboard.charts.svg import drawn_by
from dashboard.settings import ROOT


def stamp(asked: Asked, since: dt.datetime | None) -> str:
    """Return the ETag of this person's view of this chart today.

    `since` is the last moment at which the chart said something else without a new record.
    """
    person = current_person()
    emergency = g.emergency_access.ref if g.emergency_access else ""
    parts = (
        person.sign_in_id if person else "",
        g.patient.id,
        g.chart_version,
        g.practice.version,
        g.alerts_waiting,
        g.referrals_waiting,
        g.clearance_blocking,
        g.tasks_due,
        emergency,
        asked,
        since,
        formats.today().isoformat(),
        formats.zone_label(),
        program(),
    )
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def program() -> str:
    """Return a digest of the program and its pages: another version shows another page."""
    digest = hashlib.sha256(drawn_by().encode())
    for folder, kind in (("dashboard", "*.py"), ("templates", "*.html"), ("static", "*.*s")):
        for path in sorted(Path(ROOT / folder).rglob(kind)):
            digest.update(path.read_bytes())
    return digest.hexdigest()
