"""An intake as the document template takes it: texts and lists, nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard import formats
from dashboard.intake.known import Whole
from dashboard.intake.models import PatientDiagnosis
from dashboard.intake.saying import HIDDEN, Line


def content_of(whole: Whole) -> Mapping[str, object]:
    """Return what an intake says, as JSON can hold it."""
    evaluation = whole.evaluation
    return {
        "heading": f"Intake {evaluation.number}",
        "words": f"{whole.words}{_usual(whole)}",
        "is_signed": evaluation.is_signed,
        "seal": evaluation.seal,
        "diagnoses": [
            [
                f"{one.code} {one.description}",
                one.computed if _may_say(whole, one) else HIDDEN,
                one.reason,
            ]
            for one in whole.diagnoses
        ],
        "sections": [
            {
                "title": title,
                "lines": [[line.label, _text(line, whole.usual_day)] for line in lines],
            }
            for title, lines in whole.sections
        ],
        "body": [[line.label, line.words] for line in whole.body],
        "addenda": [
            [f"{one.author_name}, {formats.moment(one.at, one.zone_name)}", one.text]
            for one in whole.addenda
        ],
    }


def _may_say(whole: Whole, diagnosis: PatientDiagnosis) -> bool:
    """Whether the computation of a severity may be read: one by BMI only with the weights."""
    return whole.shows_weight or not diagnosis.rests_on_body_size


def _usual(whole: Whole) -> str:
    day = whole.usual_day
    return f". Answers are of {day}, unless another day stands with one" if day else ""


def _text(line: Line, usual_day: str) -> str:
    """Return an answer, whose it is when the patient sent it, and its day when that is unusual."""
    words = "\n".join(line.entries) if line.entries else line.words
    if line.origin:
        return f"{words}\nP from the patient: {line.origin}"
    return f"{words} ({line.on})" if line.on not in {"", usual_day} else words
