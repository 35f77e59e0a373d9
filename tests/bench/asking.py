"""Asking the program for pages without a socket, so that only the program is timed."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from tests.cast import Visitor

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@dataclass(frozen=True)
class Answer:
    """What came back: everything a browser would have got."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def zipped(self) -> int:
        """How many bytes the body has when a proxy compresses it."""
        return len(gzip.compress(self.body, 5))


@dataclass(frozen=True)
class Question:
    """One request, made ready beforehand."""

    program: WSGIApplication
    environ: Mapping[str, Any]
    body: bytes = b""

    def ask(self) -> Answer:
        """Send it and take in the whole answer."""
        got: dict[str, Any] = {}

        def start(
            status: str, headers: list[tuple[str, str]], _error: object = None
        ) -> Any:  # the protocol's own shape
            got.update(status=int(status[:3]), headers=dict(headers))

        fresh = {**self.environ, "wsgi.input": io.BytesIO(self.body)}
        chunks: Iterable[bytes] = self.program(fresh, start)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        return Answer(got["status"], got["headers"], body)


class Browser:
    """A signed-in browser whose requests are made ready before they are timed."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.program: WSGIApplication = visitor.app.wsgi_app
        self.cookie = "; ".join(
            f"{one.key}={one.value}" for one in (visitor.client._cookies or {}).values()
        )

    def get(self, path: str, **headers: str) -> Question:
        """Make a page's request ready."""
        return self._question(path, headers=headers)

    def post(self, path: str, fields: Mapping[str, object]) -> Question:
        """Make a form's sending ready, with this session's form token."""
        sent = urlencode({"csrf_token": self.visitor.csrf_token(), **fields})
        return self._question(
            path, method="POST", data=sent, content_type="application/x-www-form-urlencoded"
        )

    def _question(
        self, path: str, *, headers: Mapping[str, str] | None = None, **options: Any
    ) -> Question:
        said = {"Cookie": self.cookie, "Referer": f"{self.visitor.base}/", **(headers or {})}
        builder = EnvironBuilder(path, self.visitor.base, headers=Headers(said), **options)
        environ = builder.get_environ()
        stream = environ.pop("wsgi.input")
        return Question(self.program, environ, stream.read())
