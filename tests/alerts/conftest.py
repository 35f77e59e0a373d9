"""Fixtures of alerts: a practice whose mail goes into a folder, and a colleague on Ann's team."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.clock import now
from dashboard.db import db
from dashboard.mail_route import Outbox
from dashboard.patients.models import CareTeamMember
from tests.cast import Cast


class Letters:
    """What was sent, read from the folder it went into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[Message]:
        """Return every e-mail, the oldest first."""
        return [message_from_bytes(path.read_bytes()) for path in sorted(self.folder.glob("*.eml"))]

    def to(self) -> list[str]:
        """Return to whom they went."""
        return sorted(str(one["To"]) for one in self.all())


@pytest.fixture
def letters(app: Flask, tmp_path: Path) -> Iterator[Letters]:
    """Let mail go into a folder of this test."""
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, mail=Outbox(), instance=tmp_path)
    yield Letters(tmp_path / "outbox")
    app.extensions["settings"] = before


@pytest.fixture
def team(app: Flask, cast: Cast) -> Cast:
    """Put Bob on Ann's care team beside Alice."""
    with app.app_context(), acting_as_job("test data"):
        db.session.add(
            CareTeamMember(
                patient_id=cast.ann, user_id=cast.bob, added_by_id=cast.alice, since=now(),
                added_reason="cover",
            )
        )  # fmt: skip
        db.session.commit()
        db.session.remove()
    return cast
