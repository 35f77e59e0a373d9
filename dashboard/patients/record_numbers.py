"""Medical record numbers: typed by people, or the next six-digit one."""

from __future__ import annotations

import re

import sqlalchemy as sa

from dashboard.actor import seeing_every_patient
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.practice.models import Practice

TYPED = re.compile(r"[A-Z0-9][A-Z0-9/-]{0,19}", re.ASCII)
HIGHEST = 999_999


class NumberTaken(ValueError):
    """This number cannot be used; leave it empty to get the next one."""

    def __str__(self) -> str:
        """Return the sentence for the person; it does not say whose number it is."""
        return self.__doc__ or ""


class NoNumberLeft(ValueError):
    """Every six-digit number is taken. Type an MRN."""


def written(text: str) -> str:
    """Return a typed MRN as it is kept: capitals, without spaces ("004 718" is 004718)."""
    return "".join(text.split()).upper()


def queue_up() -> None:
    """Wait until no other registration is choosing a number; lasts until the commit.

    The practice's one row is the queue; the embedded database lets one writer in at a time anyway.
    """
    db.session.execute(sa.select(Practice.id).where(Practice.id == 1).with_for_update())


def next_free() -> str:
    """Return the number after the highest six-digit one in the practice. Queue up first."""
    six_digits = Patient.mrn.between("000000", f"{HIGHEST}"), Patient.mrn.regexp_match("^[0-9]{6}$")
    with seeing_every_patient():
        highest = db.session.scalar(
            sa.select(Patient.mrn).where(*six_digits).order_by(Patient.mrn.desc()).limit(1)
        )
        number = int(highest or 0) + 1
        return f"{number:06d}" if number <= HIGHEST else _first_gap(six_digits)


def _first_gap(six_digits: tuple[sa.ColumnElement[bool], ...]) -> str:
    """Return the lowest number not taken: somebody once typed the highest one."""
    taken = set(db.session.scalars(sa.select(Patient.mrn).where(*six_digits)))
    free = (f"{number:06d}" for number in range(1, HIGHEST) if f"{number:06d}" not in taken)
    if (gap := next(free, None)) is None:
        raise NoNumberLeft(NoNumberLeft.__doc__)
    return gap


def is_taken(mrn: str) -> bool:
    """Whether any patient of the practice has this number (it says no more than that)."""
    with seeing_every_patient():
        owner = db.session.scalar(sa.select(Patient.id).where(Patient.mrn == mrn))
    return owner is not None
