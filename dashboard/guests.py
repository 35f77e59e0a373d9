"""People without an account: a link, then a proof of who they are, then a short-lived cookie.

The cookie names the link and nothing else; the link is looked up again at every request, so that
revoking, using or outliving it ends the visit at once. Addresses after the proof carry no token.
"""

from __future__ import annotations

import datetime as dt
import uuid
from http import HTTPStatus

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from dashboard import links
from dashboard.errors import Refusal
from dashboard.links import OpenLink, Purpose
from dashboard.settings import Settings

LIFETIME = dt.timedelta(hours=2)


class ProofNeeded(Refusal):
    """Your link has to be opened again. What you answered so far is saved."""

    status = HTTPStatus.UNAUTHORIZED
    heading = "Please open your link again"
    advice = "Open the message or the page you came from, and use the link in it."


def admit(response: Response, link: OpenLink) -> None:
    """Let the holder of a link in: they proved who they are."""
    settings: Settings = current_app.extensions["settings"]
    response.set_cookie(
        _cookie(link.purpose),
        _signer(link.purpose).dumps(str(link.id)),
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="Lax",
    )


def show_out(response: Response, purpose: Purpose) -> None:
    """End the visit in this browser."""
    settings: Settings = current_app.extensions["settings"]
    response.delete_cookie(
        _cookie(purpose), path="/", secure=settings.secure_cookies, httponly=True, samesite="Lax"
    )


def admitted(*purposes: Purpose, even_used: bool = False) -> OpenLink:
    """Return the link whose holder was let in, or raise `ProofNeeded` or `LinkEnded`."""
    for purpose in purposes:
        if link_id := _link_id(purpose):
            return links.held(link_id, purpose, even_used=even_used)
    raise ProofNeeded


def _link_id(purpose: Purpose) -> uuid.UUID | None:
    text = request.cookies.get(_cookie(purpose), "")
    try:
        return uuid.UUID(_signer(purpose).loads(text, max_age=int(LIFETIME.total_seconds())))
    except (BadData, ValueError, TypeError, AttributeError):
        return None


def _cookie(purpose: Purpose) -> str:
    settings: Settings = current_app.extensions["settings"]
    name = purpose.name.lower().replace("_", "-")
    return f"__Host-casement-{name}" if settings.secure_cookies else f"casement-demo-{name}"


def _signer(purpose: Purpose) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.extensions["keys"].session, salt=f"guest {purpose}")
