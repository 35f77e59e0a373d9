"""What can be done with a consent: begun, initialled, answered, signed, declined, judged.

Withdrawing is in `withdrawing`. Nothing here commits. Clearance and plans ask `standing_of`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import audit, formats, links
from dashboard.alerts import raising
from dashboard.alerts.actions import close, raise_alert
from dashboard.alerts.models import Level, Outcome
from dashboard.clock import now
from dashboard.consents import sealing
from dashboard.consents.models import (
    Channel,
    Consent,
    ConsentAnswer,
    ConsentCopy,
    ConsentInitial,
    CopyKind,
    End,
    Judgement,
    Method,
    Signer,
    TeachBack,
)
from dashboard.consents.record import standing_of
from dashboard.consents.refusals import (
    NotSigned,
    OneIsOpen,
    OtherWay,
    Over,
    TextReplaced,
    Unfinished,
)
from dashboard.consents.terms import TAKEN_AS, Terms
from dashboard.consents.texts import ConsentText, catalogue, definition, is_replaced, present
from dashboard.db import db, new_id
from dashboard.links import OpenLink, Purpose
from dashboard.patients import team
from dashboard.patients.models import Patient

__all__ = [
    "Begun", "NotSigned", "OneIsOpen", "OtherWay", "Over", "Said", "TextReplaced", "Unfinished",
    "answer", "begin", "cancel", "decline", "give_copy", "held", "initial", "issue_link", "judge",
    "missing", "one_at_a_time", "open_one", "sign", "standing_of",
]  # fmt: skip

LINK_LASTS = dt.timedelta(days=14)
DECLINED, SIGNED = "consent:declined", "consent:teach-back"


@dataclass(frozen=True)
class Begun:
    """What a consent is for, how it is signed, and by whom."""

    terms: Terms
    method: Method
    signer: Signer
    authority: str = ""


@dataclass(frozen=True)
class Said:
    """What a patient said to one question, and what the physician found."""

    question: str
    words: str
    judgement: Judgement


def begin(
    patient_id: uuid.UUID, wanted: Begun, *, by: uuid.UUID, at: dt.datetime | None = None,
    text: ConsentText | None = None,
) -> Consent:  # fmt: skip
    """Begin a consent, on the text of the day unless another is named; raises `OneIsOpen`."""
    one_at_a_time(patient_id)
    if open_one(patient_id) is not None:
        raise OneIsOpen
    terms, moment = wanted.terms, at or now()
    if terms.route is None or terms.formulation is None or terms.dose_class is None:
        raise ValueError("a consent is for one route, formulation and dose class")
    if terms.formulation not in TAKEN_AS[terms.route]:
        raise ValueError(f"{terms.formulation} is not taken as {terms.route}")
    text = text or present(on=formats.today(moment))
    consent = Consent(
        id=new_id(), patient_id=patient_id, text_name=text.name, text_version=text.version,
        text_sha256=text.sha256, language=text.language, items=len(text.items),
        route=terms.route, formulation=terms.formulation, dose_class=terms.dose_class,
        method=wanted.method, signer=wanted.signer, signer_authority=wanted.authority,
        begun_at=moment, begun_by_id=by,
    )  # fmt: skip
    db.session.add(consent)
    db.session.flush()
    return consent


def open_one(patient_id: uuid.UUID) -> Consent | None:
    """Return the patient's open consent, if there is one."""
    return db.session.scalar(
        sa.select(Consent).where(
            Consent.patient_id == patient_id,
            Consent.signed_at.is_(None),
            Consent.ended_at.is_(None),
        )
    )


def held(consent_id: uuid.UUID) -> Consent:
    """Return a consent that nobody else changes until the commit."""
    return db.session.scalars(
        sa.select(Consent)
        .where(Consent.id == consent_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def issue_link(consent: Consent, *, method: Method = Method.LINK) -> str:
    """Make the one link to an open consent and return its token; an earlier link ends.

    `method` is the way it is about to be signed; raises `OtherWay` when another was chosen.
    """
    _refuse_closed(consent)
    if consent.method is not method:
        raise OtherWay
    return links.issue(Purpose.CONSENT, subject_id=consent.id, lifetime=LINK_LASTS)


def initial(consent: Consent, *, item: str, initials: str, at: dt.datetime | None = None) -> None:
    """Write initials below one item, again if the patient wants; raises `Over`."""
    _refuse_closed(consent)
    if item not in {one.key for one in definition(consent.text_name).items}:
        raise ValueError(f"the text has no item {item}")
    found = db.session.scalar(
        sa.select(ConsentInitial).where(
            ConsentInitial.consent_id == consent.id, ConsentInitial.item == item
        )
    )
    if found is None:
        found = ConsentInitial(patient_id=consent.patient_id, consent_id=consent.id, item=item)
        db.session.add(found)
    if found.initials != initials:
        found.initials, found.at = initials, at or now()


def answer(consent: Consent, *, words: Mapping[str, str], at: dt.datetime | None = None) -> None:
    """Keep what the patient writes back, question by question; raises `Over`."""
    _refuse_closed(consent)
    kept = {
        one.question: one
        for one in db.session.scalars(
            sa.select(ConsentAnswer).where(ConsentAnswer.consent_id == consent.id)
        )
    }
    for question in definition(consent.text_name).questions:
        said = words.get(question.key, "")
        row = kept.get(question.key)
        if row is None:
            db.session.add(
                ConsentAnswer(
                    patient_id=consent.patient_id, consent_id=consent.id,
                    question=question.key, words=said, at=at or now(),
                )
            )  # fmt: skip
        elif row.words != said:
            row.words, row.at = said, at or now()


def missing(
    consent: Consent, *, initials: Mapping[str, str], answered: Mapping[str, str]
) -> tuple[tuple[int, ...], bool]:
    """Return the numbers of the items without initials, and whether the questions wait."""
    text = definition(consent.text_name)
    numbers = tuple(n for n, one in enumerate(text.items, 1) if one.key not in initials)
    return numbers, any(one.key not in answered for one in text.questions)


def sign(
    consent: Consent, *, name: str, zone_name: str, address: str, link: OpenLink,
    at: dt.datetime | None = None,
) -> None:  # fmt: skip
    """Sign and seal; from here on nothing changes it. Raises `Unfinished` or `TextReplaced`."""
    _refuse_closed(consent)
    moment = at or now()
    text = definition(consent.text_name)
    _refuse_replaced(text, on=formats.today(moment))
    initials, answers = _parts(consent)
    given = {one.item: one.initials for one in initials}
    answered = {one.question: one.words for one in answers}
    if missing(consent, initials=given, answered=answered) != ((), False):
        raise Unfinished
    links.use_up(link)
    consent.signed_at, consent.signed_name, consent.zone_name = moment, name, zone_name
    consent.address_digest = sealing.address_digest(address)
    consent.sealed_by = sealing.RENDERER
    consent.seal = sealing.digest(consent, initials=initials, answers=answers)
    audit.record(
        db.session, audit.Action.SIGN, subject="consent", subject_id=str(consent.id),
        patient_id=consent.patient_id,
        detail={"seal": consent.seal, "sealed_by": sealing.RENDERER},
    )  # fmt: skip
    if consent.method is Method.LINK:
        raise_alert(
            consent.patient_id, key=SIGNED, rule=SIGNED, level=Level.FOLLOW_UP, at=moment,
            words="The patient signed the consent by private link. It does not count before a "
            "physician has gone through the teach-back by phone or video.",
        )  # fmt: skip


def decline(
    consent: Consent, *, reason: str, link: OpenLink, at: dt.datetime | None = None
) -> None:
    """Let the patient say no; the consent ends and somebody is told. Raises `Over`."""
    _refuse_closed(consent)
    links.use_up(link)
    consent.ended_at, consent.ending, consent.end_reason = at or now(), End.DECLINED, reason
    raise_alert(
        consent.patient_id, key=DECLINED, rule=DECLINED, level=Level.FOLLOW_UP, at=at,
        words="The patient read the consent and said no. Talk about other treatment.",
    )  # fmt: skip


def cancel(consent: Consent, *, reason: str, by: uuid.UUID, at: dt.datetime | None = None) -> None:
    """Take an open consent back; its link ends. A second time changes nothing."""
    if consent.ending is End.CANCELLED:
        return
    _refuse_closed(consent)
    consent.ended_at, consent.ending, consent.end_reason = at or now(), End.CANCELLED, reason
    consent.ended_by_id = by
    links.revoke(Purpose.CONSENT, subject_id=consent.id)


def judge(
    consent: Consent,
    said: tuple[Said, ...],
    *,
    channel: Channel,
    by: uuid.UUID,
    at: dt.datetime | None = None,
) -> bool:
    """Add the physician's judgement of every answer; return whether all was understood.

    Raises `NotSigned`. A judged "not understood yet" leaves the consent incomplete.
    """
    if consent.signed_at is None:
        raise NotSigned
    moment = at or now()
    db.session.add_all(
        TeachBack(
            patient_id=consent.patient_id, consent_id=consent.id, question=one.question,
            words=one.words, judgement=one.judgement, channel=channel, at=moment, by_id=by,
        )
        for one in said
    )  # fmt: skip
    is_understood = all(one.judgement.is_understood for one in said)
    if is_understood:
        _close_follow_up(consent.patient_id, SIGNED, note="Teach-back recorded.", by=by, at=moment)
    return is_understood


def give_copy(
    consent: Consent, *, kind: CopyKind, by: uuid.UUID | None, at: dt.datetime | None = None
) -> None:
    """Note that the patient got a copy; the first look on their own screen counts once."""
    if consent.signed_at is None:
        raise NotSigned
    if kind is CopyKind.ON_SCREEN and db.session.scalar(
        sa.select(ConsentCopy.id).where(
            ConsentCopy.consent_id == consent.id, ConsentCopy.kind == kind
        )
    ):
        return
    db.session.add(
        ConsentCopy(
            patient_id=consent.patient_id, consent_id=consent.id, kind=kind, at=at or now(),
            by_id=by,
        )
    )  # fmt: skip


def _close_follow_up(
    patient_id: uuid.UUID, key: str, *, note: str, by: uuid.UUID, at: dt.datetime
) -> None:
    """Close the follow-up that this act answers, if whoever acts may close it."""
    alert = raising.open_one(patient_id, key)
    if alert is not None and team.is_member(patient_id, by):
        close(alert.id, outcome=Outcome.SPOKE, note=note, by=by, at=at)


def _parts(consent: Consent) -> tuple[list[ConsentInitial], list[ConsentAnswer]]:
    initials = sa.select(ConsentInitial).where(ConsentInitial.consent_id == consent.id)
    answers = sa.select(ConsentAnswer).where(ConsentAnswer.consent_id == consent.id)
    return list(db.session.scalars(initials)), list(db.session.scalars(answers))


def _refuse_closed(consent: Consent) -> None:
    if not consent.is_open:
        raise Over


def _refuse_replaced(text: ConsentText, *, on: dt.date) -> None:
    if is_replaced(text, among=catalogue().values(), on=on):
        raise TextReplaced


def one_at_a_time(patient_id: uuid.UUID) -> None:
    """Let whoever else begins or withdraws for this patient wait until the commit."""
    one = sa.select(Patient.id).where(Patient.id == patient_id)
    db.session.execute(one.with_for_update(key_share=True))
