"""What the lanes of the course of treatment say in words: every mark with its date."""

from __future__ import annotations

from collections import Counter

from dashboard.charts.marks import Backdrop, ContactMark, DoseMark, DoseState, EventMark, Interval
from dashboard.charts.span import Span, clinical_date

NOTHING = "Nothing in this time."


def of_dose(mark: DoseMark, *, span: Span) -> str:
    """Say one dose: date, amount, what became of it, and what else is known."""
    state = "" if mark.state is DoseState.GIVEN else mark.state.value
    return f"{clinical_date(span.day(mark.at))}: {_joined(mark.label, state, mark.note)}"


def of_doses(marks: tuple[DoseMark, ...], *, span: Span, backdrop: Backdrop) -> str:
    """Say how many doses there are, each of them, and how many windows are shaded."""
    if not marks:
        return NOTHING
    states = Counter(mark.state.value for mark in marks)
    counted = ", ".join(f"{count} {state}" for state, count in states.items())
    said = "; ".join(of_dose(mark, span=span) for mark in marks)
    return " ".join(
        (f"{_count(len(marks), 'dose')}, {counted}: {said}.", *_windows(backdrop, span=span))
    )


def of_contact(mark: ContactMark, *, span: Span, backdrop: Backdrop) -> str:
    """Say one contact: date, kind, with whom, what became of it, in a window or not."""
    place = "inside a window" if mark.at in backdrop else "outside a window"
    said = _joined(mark.kind.value, mark.label, mark.state.value, place)
    return f"{clinical_date(span.day(mark.at))}: {said}"


def of_contacts(marks: tuple[ContactMark, ...], *, span: Span, backdrop: Backdrop) -> str:
    """Say how many contacts there are and each of them."""
    if not marks:
        return NOTHING
    said = "; ".join(of_contact(mark, span=span, backdrop=backdrop) for mark in marks)
    return f"{_count(len(marks), 'contact')}: {said}."


def of_interval(bar: Interval, *, span: Span) -> str:
    """Say one interval: what, from when, until when."""
    start = clinical_date(bar.start) if bar.start else "start not known"
    end = clinical_date(bar.end) if bar.end else "still running"
    name = bar.label if bar.track in bar.label else f"{bar.track} {bar.label}"
    return _joined(f"{name}: {start} to {end}" if bar.end else f"{name}: {start}, {end}", bar.note)


def of_event(mark: EventMark, *, span: Span) -> str:
    """Say one event: date, what, how grave."""
    grave = "serious" if mark.is_serious else ""
    return f"{clinical_date(span.day(mark.at))}: {_joined(mark.label, grave, mark.note)}"


def of_intervals(
    intervals: tuple[Interval, ...], events: tuple[EventMark, ...], *, span: Span
) -> str:
    """Say every interval and every event."""
    bars = "; ".join(of_interval(bar, span=span) for bar in intervals)
    marks = "; ".join(of_event(mark, span=span) for mark in events)
    said = [
        f"{_count(len(intervals), 'treatment')}: {bars}." if bars else "",
        f"{_count(len(events), 'event')}: {marks}." if marks else "",
    ]
    return " ".join(filter(None, said)) or NOTHING


def _windows(backdrop: Backdrop, *, span: Span) -> tuple[str, ...]:
    """Say how many windows are shaded, where there are any."""
    if not backdrop.windows:
        return ()
    return (f"{_count(len(backdrop.windows), 'window')} shaded.",)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _joined(*words: str) -> str:
    return ", ".join(word for word in words if word)
