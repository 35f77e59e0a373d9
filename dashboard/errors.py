"""What people can run into: each refusal is a class whose docstring is what they are told.

The page says what happened, that nothing was lost, and what to do next. It never says whether
somebody else's patient exists.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus

import structlog
from blinker import Namespace
from flask import (
    Flask,
    Request,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from dashboard.db import db

log = structlog.get_logger()
signals = Namespace()
interrupted = signals.signal(
    "a filled-in form arrived while its sender's sign-in was locked or over"
)


class Refusal(Exception):
    """The request was refused."""

    status: int = HTTPStatus.BAD_REQUEST
    heading = "That did not work"
    advice = "Go back and try again."

    @property
    def told(self) -> str:
        """What the person is told."""
        return str(self) or (self.__doc__ or "").strip()


class LinkEnded(Refusal):
    """This link has ended. It was used, replaced or is past its time."""

    status = HTTPStatus.GONE
    heading = "This link has ended"
    advice = "Ask the person who sent it for a new one."


class Stale(Refusal):
    """Somebody else changed this in the meantime. Your text was not saved over theirs."""

    status = HTTPStatus.CONFLICT
    heading = "This was changed in the meantime"
    advice = "Go back, open the page anew in a second tab, and bring the two together."


class SignedAlready(Refusal):
    """This note is signed, and a signed note cannot be changed."""

    status = HTTPStatus.CONFLICT
    heading = "The note is signed"
    advice = "Add an addendum instead."


class NotNow(Refusal):
    """Too many attempts in a short time."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    heading = "Please wait"
    advice = "Wait a moment, then try again."


class AlreadyDone(Exception):
    """The same form was sent before: its first sending counts, and this one leads to its result."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class SignInNeeded(Exception):
    """The page opens only to somebody signed in; nobody is, or the sign-in is locked or over."""


TYPED = "What you typed is still there when you go back."
SENT_BEFORE = (
    "This form had been saved already. If you changed it after that, the change was not saved: "
    "make it here."
)
WORDS = {
    400: (
        "That request could not be read",
        f"Nothing was changed. {TYPED}",
        "Go back, reload the page and try again.",
    ),
    403: (
        "This page is not open to you",
        "Nothing was changed.",
        "If you need it for your work, ask an admin.",
    ),
    404: (
        "There is no such page here",
        "It may have moved, or it may not be yours to see.",
        "Go back, or search.",
    ),
    405: (
        "That cannot be done here",
        "Nothing was changed.",
        "Go back and use the buttons on the page.",
    ),
    413: ("That was too much text", f"Nothing was saved. {TYPED}", "Shorten it and send it again."),
    429: ("Please wait", "Too many attempts in a short time.", "Wait a moment, then try again."),
    500: (
        "Something went wrong on our side",
        f"Nothing was half-saved. {TYPED}",
        "Go back and try again.",
    ),
    503: (
        "The database is busy",
        f"Nothing was half-saved. {TYPED}",
        "Wait a few seconds and send it again.",
    ),
}


def install(app: Flask) -> None:
    """Answer every error with a page that helps."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(AlreadyDone, _sent_before)
    app.register_error_handler(SignInNeeded, _sign_in_needed)
    app.register_error_handler(StaleDataError, lambda _: _refused(Stale()))
    app.register_error_handler(DBAPIError, _database_failed)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(SecurityError, lambda _: ("No such site here.", 400))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, _broken)


def wants_json(asked: Request) -> bool:
    """Whether a script on our own page asked, rather than a person following a link."""
    return "X-CSRFToken" in asked.headers or asked.accept_mimetypes.best == "application/json"


def page(
    status: int,
    *,
    happened: str,
    kept: str,
    next_step: str,
    error_id: str = "",
    back: str | None = None,
) -> ResponseReturnValue:
    """Return the error page, or the same in JSON for a script.

    `g.error_page` names another template for the same words: patients get one of their own.
    """
    db.session.rollback()
    if wants_json(request):
        return jsonify(
            ok=False, happened=happened, message=kept or happened, next_step=next_step
        ), status
    words = {"happened": happened, "kept": kept, "next_step": next_step}
    template = g.get("error_page", "error.html")
    return render_template(template, code=status, error_id=error_id, back=back, **words), status


def _refused(refusal: Refusal) -> ResponseReturnValue:
    return page(
        refusal.status, happened=refusal.heading, kept=refusal.told, next_step=refusal.advice
    )


def _sent_before(done: AlreadyDone) -> ResponseReturnValue:
    """Lead to the first result, and say that what was changed since was not saved."""
    flash(SENT_BEFORE, "warn")
    return redirect(done.location, HTTPStatus.SEE_OTHER)


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    kept = "It was opened before you signed in anew, or cookies are off. Nothing was changed."
    return page(
        400,
        happened="That form is out of date",
        kept=kept,
        next_step="Go back, reload the page and send it again.",
    )


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    happened, kept, next_step = WORDS.get(error.code, WORDS[400])
    answer = page(error.code, happened=happened, kept=kept, next_step=next_step)
    if error.code == 405 and isinstance(answer, tuple):
        return answer[0], 405, {"Allow": ", ".join(getattr(error, "valid_methods", None) or ())}
    return answer


def _database_failed(error: DBAPIError) -> ResponseReturnValue:
    number = secrets.token_hex(4)
    log.error(
        "database failed",
        number=number,
        kind=type(error.orig).__name__,
        request_id=g.get("request_id"),
    )
    happened, kept, next_step = WORDS[503]
    return page(503, happened=happened, kept=kept, next_step=next_step, error_id=number)


def _broken(error: InternalServerError) -> ResponseReturnValue:
    number = secrets.token_hex(4)
    kind = type(error.original_exception).__name__
    log.error(
        "request failed",
        number=number,
        kind=kind,
        request_id=g.get("request_id"),
        exc_info=error.original_exception,
    )
    happened, kept, next_step = WORDS[500]
    return page(500, happened=happened, kept=kept, next_step=next_step, error_id=number)


def _sign_in_needed(_error: SignInNeeded) -> ResponseReturnValue:
    """Keep what was typed, remember the page, and lead to the door."""
    kept = request.method == "POST" and any(done for _, done in interrupted.send())
    where = "accounts.unlock" if g.get("may_unlock") else "accounts.sign_in"
    if wants_json(request):
        return jsonify(ok=False, locked=bool(g.get("may_unlock")), sign_in=url_for(where)), 401
    session["return_to"] = _page_of(request)
    session["typed_text_kept"] = kept
    return redirect(url_for(where), HTTPStatus.SEE_OTHER)


def _page_of(asked: Request) -> str:
    """Return the path of the page a person was on: a form names its own."""
    if asked.method in {"GET", "HEAD"}:
        return asked.full_path.removesuffix("?")
    return local_path(asked.form.get("page", "")) or "/"


def local_path(text: str) -> str | None:
    """Return `text` when it is a path within this site, else None."""
    plain = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if plain and "\\" not in text and len(text) < 500 else None
