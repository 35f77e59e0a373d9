"""Who may open which page. A route without a rule cannot be registered."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeAlias, cast

from flask import Blueprint, Flask, abort, current_app, g, request
from flask.typing import ResponseReturnValue

from dashboard import audit, guests, links
from dashboard.actor import Person, Role, Standing, current_person
from dashboard.db import db, expect_writing
from dashboard.errors import SignInNeeded

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Allow(Enum):
    """The complete list of access rules; a route names exactly one."""

    ANYONE = "anyone"
    LINK = "holder of a link"
    GUEST = "holder of a link who proved who they are"
    IDENTIFIED = "anyone identified, however far the sign-in has come"
    SIGNED_IN = "anyone signed in"
    PHYSICIAN = "physician"
    ADMIN = "admin"


Rule: TypeAlias = tuple[Allow, tuple[links.Purpose, ...]]


class UnruledRoute(RuntimeError):
    """A route was registered without saying who may open it."""


class Area(Blueprint):
    """A blueprint whose routes must say `allow=`; leaving it out is an error at import."""

    def add_url_rule(  # type: ignore[override] # asking for more than Flask does is the point
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., ResponseReturnValue] | None = None,
        provide_automatic_options: bool | None = None,
        *,
        allow: Allow,
        purposes: tuple[links.Purpose, ...] = (),
        only_reads: bool = False,
        even_used: bool = False,
        **options: Any,
    ) -> None:
        """Register a page together with its rule; LINK and GUEST pages name their purposes.

        `only_reads` marks a POST that changes nothing: a search, kept out of addresses and logs.
        `even_used` opens a GUEST page by a link that was used up as well, and no other ended one.
        """
        if (allow in {Allow.LINK, Allow.GUEST}) != bool(purposes):
            raise UnruledRoute(
                f"{rule}: a page for link holders names its purposes, and only such a page"
            )
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)
        name = f"{self.name}.{endpoint or (view_func.__name__ if view_func else '')}"
        self.record(
            lambda state: _note(
                cast(Flask, state.app), name, (allow, purposes), only_reads, even_used
            )
        )


def install(app: Flask) -> None:
    """Check the rule of every request before anything else looks at it."""
    app.extensions["access"] = {"static": (Allow.ANYONE, ())}
    app.extensions["only_reads"] = set()
    app.extensions["even_used"] = set()
    app.before_request(_enforce)


def _note(app: Flask, name: str, rule: Rule, only_reads: bool, even_used: bool) -> None:
    rules(app)[name] = rule
    if only_reads:
        _only_reads(app).add(name)
    if even_used:
        _even_used(app).add(name)


def check_every_route_has_a_rule(app: Flask) -> None:
    """Fail at start-up, not at the first request, when a route came in by another door."""
    missing = sorted({rule.endpoint for rule in app.url_map.iter_rules()} - rules(app).keys())
    if missing:
        raise UnruledRoute(f"no access rule for: {', '.join(missing)}")


def rules(app: Flask) -> dict[str, Rule]:
    """Return endpoint -> (rule, purposes)."""
    table: dict[str, Rule] = app.extensions["access"]
    return table


def _only_reads(app: Flask) -> set[str]:
    """Return the endpoints whose POST changes nothing."""
    endpoints: set[str] = app.extensions["only_reads"]
    return endpoints


def _even_used(app: Flask) -> set[str]:
    """Return the endpoints that a link opens even after it was used up."""
    endpoints: set[str] = app.extensions["even_used"]
    return endpoints


def _enforce() -> None:
    if request.endpoint is None:
        return  # no such page: Flask answers 404
    changes = request.method not in SAFE and request.endpoint not in _only_reads(current_app)
    expect_writing(changes or g.get("opens_chart", False))
    allow, purposes = rules(current_app)[request.endpoint]
    match allow:
        case Allow.ANYONE:
            return
        case Allow.LINK:
            g.is_background = True  # whoever is signed in in this browser is not who is here
            g.link = links.present((request.view_args or {}).get("token", ""), *purposes)
        case Allow.GUEST:
            g.is_background = True
            even_used = request.endpoint in _even_used(current_app)
            g.link = guests.admitted(*purposes, even_used=even_used)
        case Allow.IDENTIFIED:
            if current_person() is None:
                raise SignInNeeded
        case Allow.SIGNED_IN:
            _open_person()
        case Allow.PHYSICIAN:
            _require(Role.PHYSICIAN)
        case Allow.ADMIN:
            _require(Role.ADMIN)


def _require(role: Role) -> None:
    person = _open_person()
    if person.role is not role:
        db.session.rollback()
        expect_writing(True)
        audit.record(db.session, audit.Action.REFUSED, subject=request.endpoint or "")
        db.session.commit()
        abort(403)


def _open_person() -> Person:
    person = current_person()
    if person is None or person.standing is not Standing.OPEN:
        g.may_unlock = person is not None and person.standing is Standing.LOCKED
        raise SignInNeeded
    return person
