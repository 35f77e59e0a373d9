"""The forms of measures: which score is the baseline and why, and scores from a file."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.datastructures import FileStorage
from wtforms import FileField, RadioField

from dashboard.fields import LongTextField, Required
from dashboard.forms import PageForm
from dashboard.scores.importing import MOST_BYTES

RULE = "rule"


class BaselineForm(PageForm):
    """What change is counted from, and why it is that."""

    response = RadioField("Count change from", [Required("Choose one.")], choices=[])
    reason = LongTextField(
        "Why?",
        [Required("Say why, for example: treatment was paused for a year and begun anew.")],
        longest=500,
    )

    def offer(self, candidates: Sequence[tuple[str, str]]) -> None:
        """Offer the rule and the responses that count."""
        rule = (RULE, "The rule: the last valid score in the 14 days before the first dose")
        self.response.choices = [rule, *candidates]

    @property
    def is_rule(self) -> bool:
        """Whether the choice goes back to the rule."""
        return bool(self.response.data == RULE)


class ImportForm(PageForm):
    """Scores as a file or as pasted text; the second step stores what the first one showed."""

    file = FileField("CSV file")
    text = LongTextField("Or paste the rows here", longest=MOST_BYTES)

    @property
    def content(self) -> bytes:
        """What was sent: the file if one was chosen, else the text."""
        sent = self.file.data
        if isinstance(sent, FileStorage) and sent.filename:
            return sent.stream.read(MOST_BYTES + 1)
        return (self.text.data or "").encode()
