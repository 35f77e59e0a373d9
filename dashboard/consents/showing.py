"""One consent as its page, its print and its PDF show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboard import formats
from dashboard.consents import record, rows, sealing
from dashboard.consents.models import (
    Consent,
    ConsentAnswer,
    ConsentCopy,
    ConsentInitial,
    ConsentWithdrawal,
    Method,
    Signer,
    TeachBack,
)
from dashboard.consents.reading import Sign, ended_word, status_of
from dashboard.consents.texts import ConsentText, TextItem, UnknownText, definition
from dashboard.patients.models import Patient


@dataclass(frozen=True)
class ItemView:
    """One part with its initials, "" while it has none."""

    number: int
    heading: str
    words: tuple[str, ...]
    initials: str
    at: str


@dataclass(frozen=True)
class QuestionView:
    """One question with what the patient wrote, and the newest judgement."""

    key: str
    question: str
    listen_for: str
    written: str
    words: str
    judgement: Sign | None
    told: str


@dataclass(frozen=True)
class Shown:
    """One consent, whole. `name_differs`: the typed name is not the one on the chart."""

    ref: str
    title: str
    version: str
    language: str
    text_name: str
    text_sha256: str
    intro: tuple[str, ...]
    route: str
    formulation: str
    dose_class: str
    method: str
    on_device: bool
    signer: str
    begun: str
    status: Sign
    items: tuple[ItemView, ...]
    initialled: int
    questions: tuple[QuestionView, ...]
    is_open: bool
    is_signed: bool
    is_understood: bool
    signed_name: str
    signed_at: str
    name_differs: bool
    seal: str
    is_intact: bool
    ended: str
    end_reason: str
    copies: tuple[str, ...]


def shown(consent: Consent, patient: Patient) -> Shown:
    """Return one consent as its page and its print show it."""
    initials = rows.of_consent(ConsentInitial, consent)
    answers = rows.of_consent(ConsentAnswer, consent)
    heard = rows.of_consent(TeachBack, consent)
    copies = rows.of_consent(ConsentCopy, consent)
    withdrawals = rows.of_patient(ConsentWithdrawal, consent.patient_id)
    people = {consent.begun_by_id, consent.ended_by_id, *(one.by_id for one in heard)}
    names = rows.names({*people, *(one.by_id for one in copies)})
    text = _text(consent)
    marks = {one.item: one for one in initials}
    return Shown(
        ref=consent.ref,
        title=text.title if text else "A text that is not shipped with this program any more",
        version=consent.text_version,
        language=consent.language,
        text_name=consent.text_name,
        text_sha256=consent.text_sha256,
        intro=text.intro if text else (),
        route=consent.route.value.capitalize(),
        formulation=consent.formulation.value.capitalize(),
        dose_class=consent.dose_class.value.capitalize(),
        method=consent.method.value,
        on_device=consent.method is Method.DEVICE,
        signer=_signer(consent),
        begun=f"{formats.moment(consent.begun_at)} by {names[consent.begun_by_id]}",
        status=status_of(consent, heard=heard, withdrawals=withdrawals),
        items=tuple(
            _item(n, one, marks, zone_name=consent.zone_name)
            for n, one in enumerate(text.items if text else (), 1)
        ),
        initialled=len(initials),
        questions=_questions(consent, text, answers=answers, heard=heard, names=names),
        is_open=consent.is_open,
        is_signed=consent.signed_at is not None,
        is_understood=record.understood_at(consent, heard) is not None,
        signed_name=consent.signed_name,
        signed_at=formats.moment(consent.signed_at, consent.zone_name) if consent.signed_at else "",
        name_differs=bool(consent.signed_name) and _differs(consent, patient),
        seal=consent.seal,
        is_intact=sealing.is_intact(consent, initials=initials, answers=answers)
        and (text is None or text.sha256 == consent.text_sha256),
        ended=_ended(consent, names),
        end_reason=consent.end_reason,
        copies=tuple(_copy(one, names) for one in copies),
    )


def _item(
    number: int, item: TextItem, marks: Mapping[str, ConsentInitial], *, zone_name: str
) -> ItemView:
    mark = marks.get(item.key)
    return ItemView(
        number=number,
        heading=item.heading,
        words=item.words,
        initials=mark.initials if mark else "",
        at=formats.moment(mark.at, zone_name or None) if mark else "",
    )


def _questions(
    consent: Consent,
    text: ConsentText | None,
    *,
    answers: Iterable[ConsentAnswer],
    heard: Iterable[TeachBack],
    names: rows.Names,
) -> tuple[QuestionView, ...]:
    written = {one.question: one.words for one in answers}
    newest = record.newest_judgements(consent, heard)
    views = []
    for one in text.questions if text else ():
        judged = newest.get(one.key)
        views.append(
            QuestionView(
                key=one.key,
                question=one.question,
                listen_for=one.listen_for,
                written=written.get(one.key, ""),
                words=judged.words if judged else "",
                judgement=_judgement(judged),
                told=_told(judged, names),
            )
        )
    return tuple(views)


def _judgement(judged: TeachBack | None) -> Sign | None:
    if judged is None:
        return None
    kind = "info" if judged.judgement.is_understood else "due"
    return Sign(kind, judged.judgement.value.capitalize())


def _told(judged: TeachBack | None, names: rows.Names) -> str:
    if judged is None:
        return ""
    return f"{judged.channel.value}, {formats.moment(judged.at)}, {names[judged.by_id]}"


def _signer(consent: Consent) -> str:
    if consent.signer is Signer.PATIENT:
        return "The patient"
    return f"A representative: {consent.signer_authority}"


def _ended(consent: Consent, names: rows.Names) -> str:
    if consent.ended_at is None or consent.ending is None:
        return ""
    by = f" by {names[consent.ended_by_id]}" if consent.ended_by_id else ""
    return f"{ended_word(consent.ending)}{by}, {formats.moment(consent.ended_at)}"


def _copy(one: ConsentCopy, names: rows.Names) -> str:
    by = f", {names[one.by_id]}" if one.by_id else ""
    return f"{one.kind.value.capitalize()}: {formats.moment(one.at)}{by}"


def _differs(consent: Consent, patient: Patient) -> bool:
    """Whether the patient's signature is not a name that the chart knows them by."""
    if consent.signer is not Signer.PATIENT:
        return False
    known = {patient.name, f"{patient.family_name} {patient.given_name}"}
    if patient.preferred_name:
        known.add(f"{patient.preferred_name} {patient.family_name}")
    return _plain(consent.signed_name) not in {_plain(name) for name in known}


def _plain(name: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())


def _text(consent: Consent) -> ConsentText | None:
    try:
        return definition(consent.text_name)
    except UnknownText:
        return None
