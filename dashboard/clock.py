"""The present moment, asked for in one place so that tests can move it."""

from __future__ import annotations

import datetime as dt


def now() -> dt.datetime:
    """Return the present instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)
