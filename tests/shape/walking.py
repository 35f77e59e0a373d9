"""A walk through every address that may change something, each from the same beginning.

The forms are those the pages offer, found by opening every page; the addresses are the program's
own table. Whatever a request changed is undone by going on with a fresh copy of the database, so
that each meets the patient as she was, and nothing that one request ended hides what the next does.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import sqlalchemy as sa
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from dashboard import access
from dashboard.access import Allow
from dashboard.chart import drawings, timeline
from dashboard.db import db
from dashboard.scores import recent
from tests.cast import Visitor
from tests.databases import swapped
from tests.shape.sending import WORDS, Sending, sendings
from tests.shape.stopped import Scene

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What somebody would add who hopes that a name of the program is also a name of a field.
FORCED = {
    "state": "active", "to_state": "active", "act": "activate", "status": "ready",
    "is_open": "1", "is_gate_open": "1", "gate": "open", "is_confirmed": "y", "confirm": "y",
    "override": "y", "override_reason": WORDS, "reason": WORDS, "reason_kind": "other",
    "difference": WORDS, "despite": WORDS, "another": "y", "decision": "cleared", "force": "1",
    "cadence": WORDS, "started_at": "2026-11-27T17:00:00+00:00", "plan_id": "1", "check_id": "1",
    "by_id": "1", "version": "1", "_method": "PUT", "dose_mg": "60", "route": "sublingual",
}  # fmt: skip
FACTS = sa.text(
    "SELECT (SELECT count(*) FROM treatment_plan WHERE state = 'active'),"
    " (SELECT count(*) FROM plan_step WHERE to_state = 'active'),"
    " (SELECT count(*) FROM treatment_session WHERE state = 'started'),"
    " (SELECT count(*) FROM session_step WHERE act = 'start'),"
    " (SELECT count(*) FROM readiness WHERE is_open),"
    " (SELECT max(seq) FROM audit_event WHERE action <> 'open chart')"
)


@dataclass(frozen=True)
class Treated:
    """How much treatment there is: plans active, steps to it, sessions begun, steps to it.

    `gates` are those that are kept open; what is kept closed no judgement of the moment opens.
    """

    plans: int
    activations: int
    sessions: int
    starts: int
    gates: int
    told: int

    def goes_past(self, before: Treated) -> bool:
        """Whether a plan was activated or a session started since, or a gate opened."""
        return any(
            now > then
            for now, then in (
                (self.plans, before.plans), (self.activations, before.activations),
                (self.sessions, before.sessions), (self.starts, before.starts),
                (self.gates, before.gates),
            )
        )  # fmt: skip


@dataclass(frozen=True)
class Tried:
    """One request, what was answered, and what there was before and after it."""

    endpoint: str
    sent: Sending
    status: int
    before: Treated
    after: Treated

    @property
    def changed(self) -> bool:
        """Whether anything was written that the trail tells of."""
        return self.after.told != self.before.told

    @property
    def went_past(self) -> bool:
        """Whether it activated a plan, started a session or opened a gate."""
        return self.after.goes_past(self.before)


class Walk:
    """Visitors of every kind on a scene, and every form that its pages offer them."""

    def __init__(
        self,
        app: Flask,
        scene: Scene,
        visitors: dict[str, Visitor],
        copies: Callable[[], AbstractContextManager[sa.Engine]],
    ) -> None:
        self.app, self.scene, self._copies = app, scene, copies
        self._cookies = {who: _cookies(visitor) for who, visitor in visitors.items()}
        self._own: ExitStack = ExitStack()
        self.visitors: dict[str, Visitor] = {}

    def __enter__(self) -> Walk:
        self.begin_anew()
        return self

    def __exit__(self, *_: object) -> None:
        self._own.close()

    def begin_anew(self) -> None:
        """Go on with a fresh copy of the scene's database, everybody signed in as before."""
        self._own.close()
        engine = self._own.enter_context(self._copies())
        self._own.enter_context(swapped(self.app, engine))
        for cache in (timeline, drawings, recent):
            cache.forget()
        self.visitors = {who: _with(self.app, held) for who, held in self._cookies.items()}

    def facts(self) -> Treated:
        """Read how much treatment there is, past every rule of the program."""
        with self.app.app_context(), db.engine.connect() as connection:
            return Treated(*connection.execute(FACTS).one())

    def requests(self, *, of: tuple[str, ...]) -> list[Sending]:
        """Return every form that pages of areas named so offer, and a forced one for the rest."""
        found = {one.key: one for one in reversed(list(self._offered(of)))}
        met = {urlsplit(one.address).path for one in found.values()}
        return [*found.values(), *(one for one in self._forced(of) if one.key[0] not in met)]

    def _offered(self, of: tuple[str, ...]) -> Iterator[Sending]:
        """Open every page, and yield every form on it."""
        for rule in self.app.url_map.iter_rules():
            if "GET" in (rule.methods or set()) and rule.endpoint.startswith(of):
                for address in self.addresses(rule):
                    page = self.visitors[self._who(rule.endpoint)].get(address)
                    if page.status_code == 200 and page.mimetype == "text/html":
                        yield from sendings(page.text, at=address)

    def _forced(self, of: tuple[str, ...]) -> Iterator[Sending]:
        """Yield a request of nothing but forced fields for every address that may change."""
        for rule in self.app.url_map.iter_rules():
            if (rule.methods or set()) - SAFE and rule.endpoint.startswith(of):
                for address in self.addresses(rule):
                    query = f"{address}?{urlencode(FORCED)}"
                    yield Sending(query, tuple(FORCED.items()), (address,))

    def addresses(self, rule: Rule) -> list[str]:
        """Return a rule's addresses: one for each of the patient's plans and sessions."""
        asked = {"plan_ref": self.scene.plans, "session_ref": self.scene.sessions}
        names = [name for name in asked if name in rule.arguments]
        adapter = rule.map.bind("localhost")
        rest = {name: self.scene.addresses.value(rule, name) for name in rule.arguments}
        return [
            adapter.build(rule.endpoint, {**rest, **dict(zip(names, refs, strict=True))})
            for refs in itertools.product(*(asked[name] for name in names))
        ]

    def try_all(self, what: list[Sending]) -> Iterator[Tried]:
        """Send each, and undo what it changed once the caller has looked at it."""
        self.begin_anew()
        before = self.facts()
        for one in what:
            endpoint = self.endpoint(one)
            if endpoint is None:
                continue
            fields = {**{n: v for n, v in FORCED.items() if n not in dict(one.fields)},
                      **dict(one.fields)}  # fmt: skip
            answer = self.visitors[self._who(endpoint)].post(one.address, fields)
            tried = Tried(endpoint, one, answer.status_code, before, self.facts())
            yield tried
            if tried.changed or self.facts() != before:
                self.begin_anew()

    def endpoint(self, one: Sending) -> str | None:
        """Return which of the program's addresses a form goes to; None for one elsewhere."""
        try:
            path = urlsplit(one.address).path
            return str(self.app.url_map.bind("localhost").match(path, method="POST")[0])
        except HTTPException:
            return None

    def _who(self, endpoint: str) -> str:
        allow = access.rules(self.app)[endpoint][0]
        return {
            Allow.ADMIN: "cleo", Allow.GUEST: "guest", Allow.LINK: "nobody", Allow.ANYONE: "nobody"
        }.get(allow, "alice")  # fmt: skip


def _cookies(visitor: Visitor) -> dict[str, object]:
    with visitor.client.session_transaction(base_url=visitor.base) as session:
        return dict(session)


def _with(app: Flask, held: dict[str, object]) -> Visitor:
    visitor = Visitor(app)
    with visitor.client.session_transaction(base_url=visitor.base) as session:
        session.clear()
        session.update(held)
    return visitor
