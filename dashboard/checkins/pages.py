"""What the physician's pages of check-ins show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from dashboard import formats, mail
from dashboard.checkins import listing, making, planning, safety_plans
from dashboard.checkins.asking import objections
from dashboard.checkins.forms import EMAIL, LINK, AskForm, DefaultForm
from dashboard.checkins.listing import Asked
from dashboard.checkins.models import ScheduleEntry, Timing
from dashboard.clinical.check_in_sets import Proposal, proposals
from dashboard.clinical.instruments import Instrument, catalogue
from dashboard.clinical.schedules import Plan
from dashboard.clock import now
from dashboard.patients.models import Patient, Status
from dashboard.scores.shelf import shelf

PAGE = 25
WEEK = dt.timedelta(days=making.OPEN_DAYS)
SOON = dt.timedelta(days=28)
Page = dict[str, object]


@dataclass(frozen=True)
class EntryRow:
    """One questionnaire of the schedule."""

    ref: str
    name: str
    when: str
    next_due: str
    sent: str
    opened: str
    answered: str
    missed: str


@dataclass(frozen=True)
class Proposed:
    """One questionnaire of the default set, with its reason."""

    key: str
    name: str
    when: str
    questions: int
    reason: str
    source: str


def index(patient: Patient, *, page: int) -> Page:
    """Return the schedule, the check-ins newest first, and the present safety plan."""
    moment = now()
    facts, asked = planning.facts(patient), listing.asked(patient.id)
    plan = facts.plan(start=moment - WEEK, until=moment + planning.AHEAD)
    shown = asked[page * PAGE : (page + 1) * PAGE]
    return {
        "entries": [_entry(one, facts, plan, asked) for one in facts.entries],
        "way": _way(facts, patient),
        "left_out": _left_out(plan, since=moment.date(), until=(moment + SOON).date()),
        "check_ins": [listing.row(one, at=moment) for one in shown],
        "page": page,
        "has_older": len(asked) > (page + 1) * PAGE,
        "default_names": ", ".join(one.name for one in proposed(patient)),
        "plan": next(iter(_plans(patient)), None),
        "can_mail": can_mail(patient),
    }


def can_mail(patient: Patient) -> str:
    """Say why nothing can be sent to this patient by e-mail; empty when it can."""
    if not mail.is_on():
        return "E-mail is not set up here (CASEMENT_MAIL). Links are copied by hand."
    if not patient.email:
        return "This patient has no e-mail address on the chart. Links are copied by hand."
    return ""


def proposed(patient: Patient) -> tuple[Proposed, ...]:
    """Return the default set for a patient's diagnoses, of what can be asked by link."""
    codes = patient.diagnosis_codes.replace(",", " ").split()
    return tuple(_proposed(one) for one in proposals(codes, available=planning.askable()))


def offer_default(form: DefaultForm, patient: Patient) -> tuple[Proposed, ...]:
    """Offer what of the default set is not on the schedule yet; all of it ticked at first."""
    present = {_entry_key(one) for one in planning.present_entries(patient.id)}
    offered = tuple(one for one in proposed(patient) if one.key not in present)
    form.chosen.offer(
        (one.key, f"{one.name}, {one.when} ({one.questions} questions)") for one in offered
    )
    if not form.is_submitted():
        form.chosen.data = [one.key for one in offered]
    return offered


def offer_now(form: AskForm, patient: Patient, *, ticked: Collection[str] = ()) -> None:
    """Offer what can be asked now, each with its length and when it was answered last."""
    last = planning.last_answered(planning.facts(patient))
    form.chosen.offer((one.id, _length(one, last.get(one.id))) for one in askable())
    ways = [(LINK, "I copy the link and pass it on")]
    if not can_mail(patient):
        ways.insert(0, (EMAIL, f"By e-mail to {patient.email}"))
    form.way.offer(ways)
    if not form.is_submitted():
        form.way.data, form.chosen.data = ways[0][0], list(ticked)


def askable() -> list[Instrument]:
    """Return what a link may ask, in the order a chart shows it."""
    known = planning.askable()
    return [one for one in shelf() if one.id in known]


def refusals(form: AskForm, patient: Patient) -> bool:
    """Put what speaks against asking beside the fields; return whether anything does."""
    chosen = [one.id for one in askable() if one.id in form.chosen.ticked]
    found = objections(patient, instruments=chosen, at=now())
    final = [one.words for one in found if one.is_final]
    soft = [one.words for one in found if not one.is_final]
    if final:
        form.chosen.errors = final
    elif soft and not form.confirmed.data:
        form.confirmed.errors = [*soft, "Tick the box to ask all the same."]
    return bool(form.chosen.errors or form.confirmed.errors)


def safety_plan(patient: Patient) -> Page:
    """Return every version of the safety plan, the one that holds first."""
    return {"plans": _plans(patient)}


def timing_words(entry: ScheduleEntry) -> str:
    """Say how often an entry is asked."""
    if entry.timing is Timing.AFTER_DOSE:
        return _after_dose(int(hours) for hours in entry.hours_after.split(","))
    return _every(entry.every_days or 0)


def name_of(entry: ScheduleEntry) -> str:
    """Return the short name of an entry's questionnaire."""
    found = catalogue().get(entry.instrument)
    return found.short if found else entry.instrument


def _entry(
    entry: ScheduleEntry, facts: planning.Facts, plan: Plan, asked: Sequence[Asked]
) -> EntryRow:
    mine = [one for one in asked if entry.instrument in one.names]
    sent = next((one.check_in.sent_at for one in mine if one.check_in.sent_at), None)
    opened = next((one.check_in.opened_at for one in mine if one.check_in.opened_at), None)
    return EntryRow(
        ref=entry.ref,
        name=name_of(entry),
        when=timing_words(entry),
        next_due=_next_due(entry, facts, plan, {one.check_in.occasion for one in asked}),
        sent=_moment(sent),
        opened=_moment(opened),
        answered=_moment(planning.last_answered(facts).get(entry.instrument)),
        missed=_missed([one for one in mine if _is_closed(one)]),
    )


def _next_due(
    entry: ScheduleEntry, facts: planning.Facts, plan: Plan, made: Collection[str]
) -> str:
    """Say when an entry is asked next; now, when it is open and the next round makes it."""
    if facts.schedule is None or facts.schedule.is_paused:
        return "paused"
    moment = now()
    for occasion in plan.occasions:
        if entry.instrument not in occasion.instrument_ids:
            continue
        lasts = making.lifetime(entry.instrument)
        if occasion.due_at > moment:
            return formats.moment(occasion.due_at, facts.zone.key)
        if occasion.due_at + lasts > moment and making.key_of(occasion, lasts) not in made:
            return "now"
    return "after the next dose" if entry.timing is Timing.AFTER_DOSE else "not within 3 months"


def _missed(closed: Sequence[Asked]) -> str:
    return f"{sum(one.is_missed for one in closed)} of {len(closed)}" if closed else "–"


def _is_closed(one: Asked) -> bool:
    found = one.check_in
    return found.sent_at is not None and bool(found.finished_at or found.ended_at)


def _way(facts: planning.Facts, patient: Patient) -> str:
    """Say in a sentence how the schedule runs."""
    found = facts.schedule
    if found is None:
        return ""
    if patient.status is Status.DISCHARGED:
        return "The patient is discharged: nothing is made or sent."
    if found.is_paused:
        return "Paused: nothing is made or sent."
    how = "sent by e-mail" if found.sends_email else "links are copied by hand"
    zone = formats.zone_label(zone_name=facts.zone.key)
    return f"Opens at {found.hour:02d}:00, {zone}; {how}."


def _left_out(plan: Plan, *, since: dt.date, until: dt.date) -> list[str]:
    known = catalogue()
    return [
        f"{known[one.instrument_id].short if one.instrument_id in known else one.instrument_id}, "
        f"{formats.day(one.on)}: {one.why}"
        for one in plan.left_out
        if since <= one.on <= until
    ]


def _plans(patient: Patient) -> list[Page]:
    return [
        {"text": plan.text, "written": f"{name}, {formats.moment(plan.written_at)}"}
        for plan, name in safety_plans.versions(patient.id)
    ]


def _proposed(one: Proposal) -> Proposed:
    instrument = catalogue()[one.instrument_id]
    is_calendar = one.every_days is not None
    return Proposed(
        key=f"{one.instrument_id}:{'calendar' if is_calendar else 'after'}",
        name=instrument.short,
        when=_every(one.every_days or 0) if is_calendar else _after_dose(one.after_dose_hours),
        questions=len(instrument.items),
        reason=one.reason,
        source=one.source,
    )


def _entry_key(entry: ScheduleEntry) -> str:
    return f"{entry.instrument}:{'calendar' if entry.timing is Timing.CALENDAR else 'after'}"


def _length(instrument: Instrument, last: dt.datetime | None) -> str:
    minutes = instrument.administration.minutes or 1
    words = f"{instrument.short}: {len(instrument.items)} questions, about {minutes} min"
    return f"{words}; answered {formats.day(last)}" if last else words


def _every(days: int) -> str:
    return "every day" if days == 1 else f"every {days} days"


def _after_dose(hours: Iterable[int]) -> str:
    return f"{', '.join(str(one) for one in hours)} h after each dose"


def _moment(at: dt.datetime | None) -> str:
    return formats.moment(at) if at else "–"
