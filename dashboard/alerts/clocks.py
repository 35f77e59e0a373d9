"""When an alert is due. The minutes and days are the practice's policy, no published numbers."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from dashboard.alerts.models import Level
from dashboard.practice.models import Practice


def due(level: Level, *, at: dt.datetime, practice: Practice) -> dt.datetime:
    """Return by when somebody must have acted on an alert raised at `at`.

    Same day is the end of that local day, a follow-up the end of the next one.
    """
    zone = ZoneInfo(practice.time_zone)
    if level is Level.IMMEDIATE:
        return at + dt.timedelta(minutes=practice.alert_minutes)
    days = {Level.SAME_DAY: 0, Level.FOLLOW_UP: 1, Level.NEXT_VISIT: practice.next_visit_days}
    last_day = at.astimezone(zone).date() + dt.timedelta(days=days[level] + 1)
    return dt.datetime.combine(last_day, dt.time(), zone).astimezone(dt.UTC)
