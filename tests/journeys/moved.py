"""A clock that stands where a test puts it: the program's own, and no other of this machine."""

from __future__ import annotations

import datetime as dt


class Moved:
    """In place of the calendar that `dashboard.clock` asks; nothing passes until it is moved."""

    def __init__(self, at: dt.datetime) -> None:
        """Stand at an instant."""
        self.at = at

    def move_to(self, at: dt.datetime) -> None:
        """Stand at another instant."""
        self.at = at

    def now(self, zone: dt.tzinfo) -> dt.datetime:
        """Return where the clock stands."""
        return self.at.astimezone(zone)
