"""Change beside windows used: an observation of the patients one treats, never evidence of effect.

Each patient counts once for an instrument: newest current score against the baseline, in one of
three groups by the windows that are decided. A group under five is told as its number only.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from dashboard import formats
from dashboard.clinical.change import judge
from dashboard.clinical.instruments import Instrument, catalogue
from dashboard.clinical.windows import Uses, WindowState
from dashboard.db import db
from dashboard.scores.models import LatestScore
from dashboard.scores.readings import read, read_baseline
from dashboard.windows import using

INSTRUMENTS = ("edeqs", "phq9", "gad7")
FEWEST = 5  # below it, a group's changes would tell of single patients


class Share(StrEnum):
    """How many of the windows that are over were used."""

    NONE = "none used"
    SOME = "some used"
    ALL = "all used"


@dataclass(frozen=True)
class Group:
    """The patients of one share: how many, and what changed by the instrument's own limits.

    The counts are None where the group is too small to be told.
    """

    share: Share
    n: int
    better: int | None
    same: int | None
    worse: int | None
    unjudged: int | None


@dataclass(frozen=True)
class Observed:
    """One instrument by share; `left_out` patients have no decided share or no current score."""

    instrument: str
    groups: tuple[Group, ...]
    left_out: int


def observed(user_id: uuid.UUID, *, at: dt.datetime) -> tuple[Observed, ...]:
    """Return change by windows used, for every instrument that has any score."""
    shares = {key: share_of(uses) for key, uses in using.of_practice(user_id, at=at).items()}
    changes = _changes(using.treated_by(user_id), at=at)
    return tuple(_observed(name, shares, changes.get(name, {})) for name in INSTRUMENTS)


def share_of(uses: Uses) -> Share | None:
    """Return the share of windows used; None while none is over, or one is not confirmed."""
    if uses.of(WindowState.UNCONFIRMED):
        return None
    n_used, n_missed = uses.n_used, len(uses.of(WindowState.MISSED))
    if not n_used and not n_missed:
        return None
    if not n_used:
        return Share.NONE
    return Share.SOME if n_missed else Share.ALL


def grouped(pairs: Iterable[tuple[Share, int | None]]) -> tuple[Group, ...]:
    """Count changes (+1 better, -1 worse, 0 neither, None cannot tell) by share."""
    known = list(pairs)
    return tuple(_group(share, [c for s, c in known if s is share]) for share in Share)


def _group(share: Share, changes: Sequence[int | None]) -> Group:
    if len(changes) < FEWEST:
        return Group(share, len(changes), None, None, None, None)
    better, same, worse, unjudged = (changes.count(one) for one in (1, 0, -1, None))
    return Group(share, len(changes), better, same, worse, unjudged)


def _observed(
    name: str, shares: Mapping[uuid.UUID, Share | None], changes: Mapping[uuid.UUID, int | None]
) -> Observed:
    pairs = [
        (share, changes[key])
        for key, share in shares.items()
        if share is not None and key in changes
    ]
    return Observed(catalogue()[name].short, grouped(pairs), len(shares) - len(pairs))


def _changes(
    whose: using.Whose, *, at: dt.datetime
) -> Mapping[str, Mapping[uuid.UUID, int | None]]:
    """Return instrument -> patient -> reliable change of the newest score, where it is current."""
    wanted = [catalogue()[name] for name in INSTRUMENTS]
    rows = db.session.execute(
        sa.select(
            LatestScore.patient_id, LatestScore.instrument, LatestScore.baseline,
            LatestScore.recent,
        ).where(
            LatestScore.patient_id.in_(whose),
            sa.or_(
                *(
                    sa.and_(
                        LatestScore.instrument == one.id, LatestScore.score == one.primary.id
                    )
                    for one in wanted
                )
            ),
        )
    )  # fmt: skip
    found: dict[str, dict[uuid.UUID, int | None]] = {}
    for row in rows:
        counts, change = _change(catalogue()[row.instrument], row.baseline, row.recent, at=at)
        if counts:
            found.setdefault(row.instrument, {})[row.patient_id] = change
    return found


def _change(
    instrument: Instrument, baseline: str, recent: str, *, at: dt.datetime
) -> tuple[bool, int | None]:
    """Return whether there is a baseline and a later current score, and the change between them."""
    first, newest = read_baseline(baseline).reading, read(recent)[-1]
    longest = instrument.primary.chart.max_gap_days
    age = (formats.today(at) - formats.today(newest.at)).days
    if first is None or newest.at <= first.at or (longest is not None and age > longest):
        return False, None
    zone = formats.zone()
    judged = judge(instrument, baseline=first.reading(zone), latest=newest.reading(zone))
    return True, judged.reliable
