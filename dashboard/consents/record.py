"""Reading where consent stands from what is on record."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from dashboard import formats
from dashboard.consents.models import Consent, ConsentWithdrawal, End, TeachBack
from dashboard.consents.standing import Given, Standing, Withdrawn, standing
from dashboard.consents.terms import DoseClass, Formulation, Route, Terms
from dashboard.consents.texts import UnknownText, catalogue, definition
from dashboard.db import db


def standing_of(
    patient_id: uuid.UUID,
    on: dt.date,
    route: Route | None = None,
    formulation: Formulation | None = None,
    dose_class: DoseClass | None = None,
) -> Standing:
    """Return where a patient's consent stands on a day of the practice, for what is planned.

    What is None is not compared. `Standing.fact` is the clearance fact `consent_current` (S04).
    """
    consents = db.session.scalars(sa.select(Consent).where(Consent.patient_id == patient_id)).all()
    heard = db.session.scalars(sa.select(TeachBack).where(TeachBack.patient_id == patient_id)).all()
    taken = sa.select(ConsentWithdrawal).where(ConsentWithdrawal.patient_id == patient_id)
    withdrawals = db.session.scalars(taken).all()
    asked = Terms(route, formulation, dose_class)
    return judged(consents, heard, withdrawals, on=on, asked=asked)


def judged(
    consents: Iterable[Consent],
    heard: Sequence[TeachBack],
    withdrawals: Iterable[ConsentWithdrawal],
    *,
    on: dt.date,
    asked: Terms,
) -> Standing:
    """Judge rows that were read already."""
    return standing(
        [_given(one, heard) for one in consents],
        [Withdrawn(one.said_at, formats.today(one.said_at)) for one in withdrawals],
        on=on,
        asked=asked,
        texts=tuple(catalogue().values()),
    )


def newest_judgements(consent: Consent, heard: Iterable[TeachBack]) -> dict[str, TeachBack]:
    """Return question -> the newest judgement of a consent's answers."""
    own = (one for one in heard if one.consent_id == consent.id)
    return {one.question: one for one in sorted(own, key=lambda one: (one.at, one.id))}


def understood_at(consent: Consent, heard: Iterable[TeachBack]) -> dt.datetime | None:
    """Return when the last of all questions was found understood; None while one is not."""
    newest = newest_judgements(consent, heard)
    try:
        keys = {one.key for one in definition(consent.text_name).questions}
    except UnknownText:
        keys = set(newest)
    if not keys or keys - newest.keys():
        return None
    if not all(newest[key].judgement.is_understood for key in keys):
        return None
    return max(newest[key].at for key in keys)


def _given(one: Consent, heard: Sequence[TeachBack]) -> Given:
    understood = understood_at(one, heard)
    declined = one.ended_at if one.ending is End.DECLINED else None
    text_id, _, _ = one.text_name.partition("-")
    return Given(
        ref=one.ref,
        terms=one.terms,
        text_id=text_id,
        version=one.text_version,
        language=one.language,
        sha256=one.text_sha256,
        begun_at=one.begun_at,
        begun_on=formats.today(one.begun_at),
        signed_at=one.signed_at,
        signed_on=formats.today(one.signed_at) if one.signed_at else None,
        understood_on=formats.today(understood) if understood else None,
        declined_at=declined,
        declined_on=formats.today(declined) if declined else None,
        is_cancelled=one.ending is End.CANCELLED,
    )
