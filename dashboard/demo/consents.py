"""The demo's consents: signed before the first dose and again within the year, as a rule.

All on the first text that was shipped, for days before its own too: the practice is made up.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dashboard import links
from dashboard.alerts import actions as alerts
from dashboard.alerts import raising
from dashboard.alerts.models import Outcome
from dashboard.consents import actions, withdrawing
from dashboard.consents.actions import Begun, Said
from dashboard.consents.models import Channel, Consent, CopyKind, Judgement, Method, Signer
from dashboard.consents.terms import DoseClass, Formulation, Route, Terms
from dashboard.consents.texts import ConsentText, versions
from dashboard.db import db
from dashboard.demo import findings
from dashboard.demo.people import Person
from dashboard.demo.staff import TIME_ZONE, Member
from dashboard.demo.stories import Given, Story
from dashboard.links import Purpose
from dashboard.patients.models import Patient

TERMS = Terms(Route.SUBLINGUAL, Formulation.RAPID_TABLET, DoseClass.MIDDLE)
BEFORE_A_DOSE = dt.timedelta(days=2)
AGAIN_AFTER = dt.timedelta(days=351)
ITEMS_TAKE, TEACHING_TAKES = dt.timedelta(minutes=14), dt.timedelta(minutes=12)
KEPT = {"004603": 3}  # of how many signatures the demo knows; else of the newest
ADDRESS = "192.0.2.7"  # of the range that is reserved for documentation
SPOKEN = {
    "known": "Not approved for this. A few people in small reports, so it may not help me.",
    "after_dose": "I do not drive or look after anybody until I have slept and it is morning.",
    "help": "My person stays in the flat. 911 in an emergency, 988 when I cannot be alone.",
    "stopping": "I call and say so, that is all. You go on seeing me.",
}
WITHDREW = "Wants to stop ketamine for now: the days after the last session were too hard."
ANSWERED = "Called the same day. No more doses are planned; therapy goes on. Pharmacy was told."


@dataclass(frozen=True)
class Course:
    """What is not the rule: days ago of each signature, of taking it all back, or of waiting.

    `waits` is a signature by link whose teach-back has not been spoken through yet.
    """

    signed: tuple[int, ...] = ()
    withdrawn: int | None = None
    waits: int | None = None


COURSES = {
    "004740": Course(signed=(342,)),  # due within 30 days
    "004735": Course(signed=(372,)),  # over a year: due
    "004818": Course(signed=(240,), withdrawn=47),
    "005133": Course(waits=1),
    "005140": Course(),  # the intake comes first
}


def write(patient: Patient, story: Story, by: Member, *, now: dt.datetime) -> None:
    """Add a patient's consents, oldest first."""
    course = COURSES.get(patient.mrn)
    if course is None:
        for at in _by_rule(story, now=now)[-_kept(patient) :]:
            _sign(patient, story.person, by, at=at, method=Method.DEVICE)
        return
    for days in course.signed:
        _sign(patient, story.person, by, at=now - dt.timedelta(days=days), method=Method.LINK)
    if course.withdrawn is not None:
        _withdraw(patient, by, at=now - dt.timedelta(days=course.withdrawn))
    if course.waits is not None:
        at = now - dt.timedelta(days=course.waits)
        _sign(patient, story.person, by, at=at, method=Method.LINK, is_taught=False)


def _kept(patient: Patient) -> int:
    """Return how many signatures the demo knows: all of whoever has a plan, else the newest."""
    return KEPT.get(patient.mrn, 9 if patient.mrn in findings.courses() else 1)


def _by_rule(story: Story, *, now: dt.datetime) -> list[dt.datetime]:
    found: list[dt.datetime] = []
    at = min((e.at for e in story.events if isinstance(e, Given)), default=now) - BEFORE_A_DOSE
    while at < now - BEFORE_A_DOSE:
        found.append(at)
        at += AGAIN_AFTER
    return found


def _sign(
    patient: Patient, person: Person, by: Member, *, at: dt.datetime, method: Method,
    is_taught: bool = True,
) -> None:  # fmt: skip
    text = versions()[0]
    consent = actions.begin(
        patient.id, Begun(TERMS, method, Signer.PATIENT), by=by.id, at=at - ITEMS_TAKE, text=text
    )
    token = actions.issue_link(consent, method=method)
    db.session.flush()
    _fill_in(consent, text, person, at=at)
    actions.sign(
        consent, name=f"{person.given} {person.family}", zone_name=TIME_ZONE, address=ADDRESS,
        link=links.present(token, Purpose.CONSENT), at=at,
    )  # fmt: skip
    db.session.flush()
    if is_taught:
        _teach_back(consent, by, at=at + TEACHING_TAKES)


def _fill_in(consent: Consent, text: ConsentText, person: Person, *, at: dt.datetime) -> None:
    """Initial every item and answer, in one writing."""
    with db.session.no_autoflush:
        for number, item in enumerate(text.items, 1):
            read_at = at - ITEMS_TAKE * (len(text.items) - number) / len(text.items)
            actions.initial(consent, item=item.key, initials=_initials(person), at=read_at)
        is_written = consent.method is Method.LINK
        said = {one.key: SPOKEN[one.key] if is_written else "" for one in text.questions}
        actions.answer(consent, words=said, at=at)
    db.session.flush()


def _teach_back(consent: Consent, by: Member, *, at: dt.datetime) -> None:
    is_link = consent.method is Method.LINK
    said = tuple(Said(one, words, Judgement.UNDERSTOOD) for one, words in SPOKEN.items())
    channel = Channel.VIDEO if is_link else Channel.IN_PERSON
    actions.judge(consent, said, channel=channel, by=by.id, at=at)
    if is_link:
        actions.give_copy(consent, kind=CopyKind.ON_SCREEN, by=None, at=at)
    else:
        actions.give_copy(consent, kind=CopyKind.PRINTED, by=by.id, at=at)


def _initials(person: Person) -> str:
    return f"{person.given[0]}{person.family[0]}"


def _withdraw(patient: Patient, by: Member, *, at: dt.datetime) -> None:
    withdrawing.withdraw(
        patient.id, said_at=at, channel=Channel.PHONE, reason=WITHDREW, by=by.id,
        at=at + TEACHING_TAKES,
    )  # fmt: skip
    db.session.flush()
    told = raising.open_one(patient.id, withdrawing.WITHDRAWN)
    if told is not None:
        at_once = at + 2 * TEACHING_TAKES
        alerts.close(told.id, outcome=Outcome.SPOKE, note=ANSWERED, by=by.id, at=at_once)
