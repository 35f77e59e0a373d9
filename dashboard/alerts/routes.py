"""One's worklist of alerts, and the admin's statistics."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.alerts import commands, reading, statistics, views
from dashboard.alerts.area import area

__all__ = ["area", "commands"]


@area.get("/alerts", allow=Allow.PHYSICIAN)
def mine() -> ResponseReturnValue:
    """List what waits for me, and the other alerts of my patients, by when they are due."""
    found = reading.waiting()
    shown, me = found[: reading.MOST], current_actor().id
    return render_template(
        "alerts/mine.html",
        mine=views.rows([one for one in shown if one.line.alert.owner_id == me]),
        others=views.rows([one for one in shown if one.line.alert.owner_id != me]),
        most=reading.MOST if len(found) > len(shown) else 0,
    )


@area.get("/alerts/statistics", allow=Allow.ADMIN)
def figures() -> ResponseReturnValue:
    """Show how many alerts there are and how soon they are taken; nothing of what they say."""
    return render_template("alerts/statistics.html", figures=statistics.figures())


@area.get("/alerts/statistics.csv", allow=Allow.ADMIN)
def figures_csv() -> ResponseReturnValue:
    """Give the same figures as a file."""
    response = Response(statistics.as_csv(statistics.figures()), mimetype="text/csv")
    name = f"alerts-{formats.today():%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
