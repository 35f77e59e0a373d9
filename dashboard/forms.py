"""The form every page is made of: sent once, on the version it showed, with its text kept.

`page` names the path the form is on: typed text is kept under it when a sign-in is locked or over.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField

from dashboard import submissions
from dashboard.errors import local_path

SUBMISSION = re.compile(r"[A-Za-z0-9_-]{16,64}")
BOOKKEEPING = frozenset({"csrf_token", "submission_id", "version", "page", "draft_version"})


class PageForm(FlaskForm):  # type: ignore[misc]
    """A form of one page."""

    submission_id = HiddenField(default=lambda: secrets.token_urlsafe(18))
    version = HiddenField(default="")
    page = HiddenField(default=lambda: request.path)

    def was_sent(self) -> bool:
        """Whether this request sends the form in, and all its fields hold.

        A form that was acted upon before leads to its first result (`AlreadyDone`).
        """
        if not self.is_submitted():
            return False
        if not SUBMISSION.fullmatch(self.submission_id.data or ""):
            self.submission_id.data = secrets.token_urlsafe(18)
        submissions.refuse_repeat(str(self.submission_id.data))
        return bool(self.validate())

    @property
    def status(self) -> int:
        """The answer's status when the form is shown: 422 when it was sent with mistakes."""
        return 422 if self.errors else 200

    def shows(self, version: int) -> bool:
        """Whether the form was opened on this version of the record."""
        text = self.version.data or ""
        return text.isascii() and text.isdigit() and int(text[:9]) == version

    def on_version(self, version: int) -> None:
        """Say which version of the record the form shows."""
        self.version.data = str(version)

    def typed(self) -> Mapping[str, Any]:
        """Return the fields a person fills in, by name, without the form's own bookkeeping."""
        return {name: value for name, value in self.data.items() if name not in BOOKKEEPING}

    def commit(self, location: str) -> None:
        """Commit the work this form asked for, once; a repeat leads to the first result."""
        submissions.commit_once(str(self.submission_id.data), location)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check every field, and that the form names a page of this site."""
        if local_path(self.page.data or "") is None:
            self.page.data = request.path
        return bool(super().validate(extra_validators))
