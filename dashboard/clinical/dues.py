"""When each questionnaire of a schedule has its turn, on the days of one clinic."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dashboard.clinical.timings import AfterDose, Dose, Entry

LOCAL_HOUR = 8  # when a check-in of the calendar opens


@dataclass(frozen=True)
class Due:
    """One turn of one questionnaire; a turn of the calendar may move, to before `next_on`."""

    instrument_id: str
    at: datetime
    on: date
    dose_key: str | None = None
    next_on: date | None = None


@dataclass(frozen=True)
class Days:
    """The days of one clinic, up to a last one."""

    zone: ZoneInfo
    local_hour: int
    last_day: date

    def turns(self, entries: list[Entry], doses: tuple[Dose, ...]) -> list[Due]:
        """List every turn of every entry, in order, each with the day of its next one."""
        found: dict[str, list[Due]] = {}
        for entry in entries:
            found.setdefault(entry.instrument_id, []).extend(self._of(entry, doses))
        return [
            replace(due, next_on=_after(due, mine)) if due.dose_key is None else due
            for mine in found.values()
            for due in mine
            if due.on <= self.last_day
        ]

    def opening(self, on: date) -> datetime:
        """Return when a check-in of the calendar opens on a day, whatever the clocks do."""
        return datetime.combine(on, time(self.local_hour), tzinfo=self.zone).astimezone(UTC)

    def of(self, at: datetime) -> date:
        """Return the local day of an instant."""
        return at.astimezone(self.zone).date()

    def _of(self, entry: Entry, doses: tuple[Dose, ...]) -> list[Due]:
        name, timing = entry.instrument_id, entry.timing
        if isinstance(timing, AfterDose):
            instants = [(dose, hours) for dose in doses for hours in timing.hours]
            return [
                Due(name, at := (dose.at + timedelta(hours=hours)).astimezone(UTC), self.of(at),
                     f"dose:{dose.id}:{hours}h")
                for dose, hours in instants
            ]  # fmt: skip
        n_turns = max(0, (self.last_day - timing.starting).days // timing.every_days + 2)
        days = [timing.starting + timedelta(days=timing.every_days * n) for n in range(n_turns)]
        return [Due(name, self.opening(day), day) for day in days]


def merged(turns: Iterable[Due]) -> dict[str, Due]:
    """Make one turn of all that a questionnaire has on one day: the calendar's, at the latest."""
    found: dict[str, Due] = {}
    for due in sorted(turns, key=lambda one: one.at):
        other = found.get(due.instrument_id)
        by_calendar = other if other is not None and other.dose_key is None else due
        found[due.instrument_id] = replace(by_calendar, at=due.at)
    return found


def _after(due: Due, turns: list[Due]) -> date | None:
    return min((other.on for other in turns if other.on > due.on), default=None)
