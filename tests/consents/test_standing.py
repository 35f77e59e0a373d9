"""Whether a consent holds on a day: at every edge, and by laws."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from dashboard.clinical.clearance import Tier, ruleset
from dashboard.consents.standing import LASTS_DAYS, Given, State, Why, Withdrawn, standing
from dashboard.consents.terms import DoseClass, Formulation, Route, Terms
from dashboard.consents.texts import versions

TEXT = versions()[-1]
TROCHE = Terms(Route.SUBLINGUAL, Formulation.TROCHE, DoseClass.LOW)
DAY = dt.date(2026, 12, 1)


def at(day: dt.date, hour: int = 12) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), dt.UTC)


def days(count: int) -> dt.date:
    return DAY + dt.timedelta(days=count)


def begun(on: dt.date = DAY, *, terms: Terms = TROCHE, ref: str = "a") -> Given:
    return Given(
        ref=ref, terms=terms, text_id=TEXT.id, version=TEXT.version, language="en",
        sha256=TEXT.sha256, begun_at=at(on, 8), begun_on=on,
    )  # fmt: skip


def signed(on: dt.date = DAY, *, terms: Terms = TROCHE, ref: str = "a") -> Given:
    one = begun(on, terms=terms, ref=ref)
    return replace(one, signed_at=at(on), signed_on=on, understood_on=on)


def declined(on: dt.date, *, terms: Terms = TROCHE) -> Given:
    return replace(begun(on, terms=terms, ref="no"), declined_at=at(on, 9), declined_on=on)


def judge(*acts: Given, on: dt.date = DAY, asked: Terms = Terms(), taken=(), texts=(TEXT,)):  # noqa: B008
    return standing(list(acts), list(taken), on=on, asked=asked, texts=texts)


def test_the_days_are_those_of_the_clearance_rules():
    assert {ruleset().validities["consent"].days[tier] for tier in (Tier.T0, Tier.T1, Tier.T2)} == {
        LASTS_DAYS
    }


@pytest.mark.parametrize(
    ("acts", "state", "fact"),
    [
        ((), State.NONE, None),
        ((begun(),), State.INCOMPLETE, None),
        ((replace(signed(), understood_on=None),), State.INCOMPLETE, None),
        ((replace(begun(), is_cancelled=True),), State.NONE, None),
        ((signed(),), State.CURRENT, True),
        ((declined(DAY),), State.DECLINED, False),
        ((declined(DAY), begun(days(1), ref="b")), State.INCOMPLETE, None),
        ((signed(), begun(days(1), ref="b")), State.CURRENT, True),
        ((signed(), declined(days(1))), State.DECLINED, False),
        ((declined(days(-1)), signed()), State.CURRENT, True),
    ],
)
def test_what_was_given_is_said_in_one_word(acts, state, fact):
    found = judge(*acts, on=days(2))

    assert (found.state, found.fact) == (state, fact)


@pytest.mark.parametrize(
    ("later", "state", "left"),
    [(0, State.CURRENT, 365), (364, State.CURRENT, 1), (365, State.CURRENT, 0),
     (366, State.DUE, 0), (4000, State.DUE, 0)],
)  # fmt: skip
def test_it_holds_for_365_days_and_not_one_more(later, state, left):
    found = judge(signed(), on=days(later))

    assert (found.state, found.days_left, found.last_day) == (state, left, days(365))
    assert (Why.OLD in found.reasons) == (state is State.DUE)


@pytest.mark.parametrize(
    ("asked", "reasons"),
    [
        (Terms(), ()),
        (TROCHE, ()),
        (Terms(route=Route.ORAL), (Why.ROUTE,)),
        (Terms(formulation=Formulation.RAPID_TABLET), (Why.FORMULATION,)),
        (Terms(dose_class=DoseClass.MIDDLE), (Why.DOSE_CLASS,)),
        (
            Terms(Route.INTRAMUSCULAR, Formulation.INJECTION, DoseClass.HIGH),
            (Why.ROUTE, Why.FORMULATION, Why.DOSE_CLASS),
        ),
    ],
)
def test_another_route_formulation_or_dose_class_needs_a_new_consent(asked, reasons):
    found = judge(signed(), asked=asked)

    assert found.reasons == reasons
    assert found.is_current == (not reasons)


def test_only_a_material_text_in_force_makes_it_due():
    newer = replace(TEXT, version="2027.1", effective_on=days(10), sha256="b" * 64)
    harmless = replace(newer, is_material=False)
    spanish = replace(newer, language="es")

    assert judge(signed(), on=days(9), texts=(TEXT, newer)).is_current
    assert judge(signed(), on=days(10), texts=(TEXT, newer)).reasons == (Why.TEXT,)
    assert judge(signed(), on=days(10), texts=(TEXT, harmless)).is_current
    assert judge(signed(), on=days(10), texts=(TEXT, spanish)).is_current
    assert judge(signed(), on=DAY, texts=(newer,)).reasons == (Why.UNKNOWN_TEXT,)


def test_a_withdrawal_ends_it_at_once_until_signed_anew():
    taken = [Withdrawn(at(DAY, 13), DAY)]

    assert judge(signed(), taken=taken).state is State.WITHDRAWN
    assert judge(signed(), taken=taken).fact is False
    assert judge(signed(), on=days(-1), taken=taken).state is State.NONE
    asked_again = judge(signed(), begun(days(1), ref="b"), on=days(1), taken=taken)
    assert (asked_again.state, asked_again.unfinished) == (State.WITHDRAWN, "b")
    again = judge(signed(), signed(days(1), ref="b"), on=days(1), taken=taken)
    assert (again.state, again.ref) == (State.CURRENT, "b")


def test_a_signature_of_before_counts_for_nothing_even_when_understood_later():
    late = replace(signed(), understood_on=days(3))

    found = judge(late, on=days(3), taken=[Withdrawn(at(days(1)), days(1))])

    assert found.state is State.WITHDRAWN


def test_a_no_to_another_route_leaves_the_consent_in_force():
    other = Terms(Route.INTRAMUSCULAR, Formulation.INJECTION, DoseClass.LOW)
    acts = (signed(), declined(days(1), terms=other))

    assert judge(*acts, on=days(2)).is_current
    assert judge(*acts, on=days(2), asked=TROCHE).is_current
    assert judge(*acts, on=days(2), asked=other).state is State.DECLINED


def test_the_newest_consent_that_counts_replaces_those_before():
    spray = Terms(Route.INTRANASAL, Formulation.COMPOUNDED_SPRAY, DoseClass.LOW)
    acts = (signed(), signed(days(5), terms=spray, ref="b"))

    assert judge(*acts, on=days(6)).ref == "b"
    assert judge(*acts, on=days(6), asked=TROCHE).state is State.DUE
    assert judge(*acts, on=days(4), asked=TROCHE).is_current


@hypothesis_given(
    st.lists(st.integers(0, 500), max_size=4), st.lists(st.integers(0, 500), max_size=3),
    st.integers(0, 900),
)  # fmt: skip
def test_nothing_is_current_without_a_fitting_signature_in_its_days(signatures, taken, on):
    acts = [signed(days(n), ref=str(n)) for n in signatures]
    found = judge(*acts, on=days(on), taken=[Withdrawn(at(days(n), 13), days(n)) for n in taken])

    past = [n for n in signatures if n <= on]
    gone = [n for n in taken if n <= on]
    holds = bool(past) and on - max(past) <= 365 and (not gone or max(gone) < max(past))
    assert found.is_current == holds


@hypothesis_given(st.lists(st.integers(0, 500), min_size=1, max_size=4), st.integers(0, 900))
def test_time_alone_never_makes_a_consent_current(signatures, on):
    acts = [signed(days(n), ref=str(n)) for n in signatures if n <= on]

    if not judge(*acts, on=days(on)).is_current:
        assert not judge(*acts, on=days(on + 1)).is_current
