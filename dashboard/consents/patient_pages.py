"""What the patient's pages of a consent show, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask import url_for

from dashboard import formats
from dashboard.consents import actions
from dashboard.consents.models import Consent, ConsentAnswer, ConsentInitial, Signer
from dashboard.consents.texts import ConsentText
from dashboard.db import db


@dataclass(frozen=True)
class Progress:
    """How far the patient has come: parts done of all, and where to go on."""

    done: int
    total: int
    onward: str


@dataclass(frozen=True)
class ItemPage:
    """One part of the text with the initials below it."""

    number: int
    total: int
    heading: str
    words: tuple[str, ...]
    initials: str
    is_done: bool
    back: str


@dataclass(frozen=True)
class Asked:
    """One question asked back, with what was written."""

    key: str
    number: int
    question: str
    words: str


@dataclass(frozen=True)
class Left:
    """Something that has to be done before signing, and where."""

    words: str
    address: str


@dataclass(frozen=True)
class BeforeSigning:
    """What is being signed, and what is still missing."""

    title: str
    about: str
    left: tuple[Left, ...]
    is_representative: bool

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing."""
        return not self.left


@dataclass(frozen=True)
class CopyItem:
    """One part on the patient's copy."""

    heading: str
    words: tuple[str, ...]
    initials: str
    at: str


@dataclass(frozen=True)
class Copy:
    """Everything the patient agreed to."""

    title: str
    version: str
    about: str
    intro: tuple[str, ...]
    items: tuple[CopyItem, ...]
    signed_by: str
    signer: str
    at: str
    method: str


def progress(consent: Consent, text: ConsentText) -> Progress:
    """Return how many parts are initialled, and the first place with something to do."""
    given = _initials(consent)
    numbers, words_wait = actions.missing(consent, initials=given, answered=_answers(consent))
    if numbers:
        onward = _address(numbers[0])
    else:
        onward = url_for("consent.words" if words_wait else "consent.sign")
    return Progress(len(text.items) - len(numbers), len(text.items), onward)


def item_page(consent: Consent, text: ConsentText, number: int, *, typed: str | None) -> ItemPage:
    """Return one part; nothing is filled in but what the patient wrote."""
    item, given = text.items[number - 1], _initials(consent)
    shown = given.get(item.key, "") if typed is None else typed[:10]
    return ItemPage(
        number=number,
        total=len(text.items),
        heading=item.heading,
        words=item.words,
        initials=shown,
        is_done=item.key in given,
        back=_address(number - 1) if number > 1 else url_for("consent.start"),
    )


def after(consent: Consent, text: ConsentText, number: int) -> str:
    """Return where to go after a part: the next without initials, else onward."""
    given = _initials(consent)
    waiting = [n for n, one in enumerate(text.items, 1) if one.key not in given]
    following = [n for n in waiting if n > number] or waiting
    if following:
        return _address(following[0])
    answered = _answers(consent)
    is_answered = all(one.key in answered for one in text.questions)
    return url_for("consent.sign" if is_answered else "consent.words")


def questions(
    consent: Consent, text: ConsentText, *, typed: Mapping[str, str]
) -> tuple[Asked, ...]:
    """Return the questions with what was just typed, else with what was kept."""
    kept = {**_answers(consent), **typed}
    return tuple(
        Asked(one.key, number, one.question, kept.get(one.key) or "")
        for number, one in enumerate(text.questions, 1)
    )


def before_signing(consent: Consent, text: ConsentText) -> BeforeSigning:
    """Return what the signing page says."""
    numbers, words_wait = actions.missing(
        consent, initials=_initials(consent), answered=_answers(consent)
    )
    left = [
        Left(f"Part {n}, “{text.items[n - 1].heading}”, has no initials.", _address(n))
        for n in numbers
    ]
    if words_wait:
        left.append(Left("The questions were not opened yet.", url_for("consent.words")))
    return BeforeSigning(
        text.title, about(consent), tuple(left), consent.signer is Signer.REPRESENTATIVE
    )


def copy_of(consent: Consent, text: ConsentText) -> Copy:
    """Return the patient's copy of a signed consent."""
    rows = {one.item: one for one in _initial_rows(consent)}
    zone = consent.zone_name
    return Copy(
        title=text.title,
        version=text.version,
        about=about(consent),
        intro=text.intro,
        items=tuple(
            CopyItem(
                one.heading, one.words, rows[one.key].initials,
                formats.moment(rows[one.key].at, zone),
            )
            for one in text.items
        ),
        signed_by=consent.signed_name,
        signer=_signer(consent),
        at=formats.moment(consent.signed_at, zone) if consent.signed_at else "",
        method=consent.method.value,
    )  # fmt: skip


def about(consent: Consent) -> str:
    """Say in one sentence what a consent is for; no amount is ever in it."""
    return (
        f"Ketamine, {consent.route.value}, as {consent.formulation.value}; "
        f"dose class: {consent.dose_class.value}"
    )


def last_item(text: ConsentText) -> str:
    """Return the address of the last part."""
    return _address(len(text.items))


def _signer(consent: Consent) -> str:
    if consent.signer is Signer.PATIENT:
        return "the patient"
    return f"for the patient, as {consent.signer_authority}"


def _address(number: int) -> str:
    return url_for("consent.item", number=number)


def _initials(consent: Consent) -> dict[str, str]:
    return {one.item: one.initials for one in _initial_rows(consent)}


def _initial_rows(consent: Consent) -> list[ConsentInitial]:
    rows = sa.select(ConsentInitial).where(ConsentInitial.consent_id == consent.id)
    return list(db.session.scalars(rows))


def _answers(consent: Consent) -> dict[str, str]:
    rows = sa.select(ConsentAnswer).where(ConsentAnswer.consent_id == consent.id)
    return {one.question: one.words for one in db.session.scalars(rows)}
