"""A signed consent as a document: the plain content that the PDF template sets."""

from __future__ import annotations

from dashboard.consents.showing import ItemView, QuestionView, Shown

Pairs = list[list[str]]


def content(one: Shown) -> dict[str, object]:
    """Return what the document says, in its order; text only."""
    return {
        "title": one.title,
        "about": _about(one),
        "intro": list(one.intro),
        "items": [_item(item) for item in one.items],
        "questions": [_question(asked) for asked in one.questions],
        "signature": _signature(one),
    }


def _about(one: Shown) -> Pairs:
    return [
        ["State", one.status.word],
        ["Route", one.route],
        ["Formulation", one.formulation],
        ["Dose class", one.dose_class],
        ["Text", f"{one.text_name}, language {one.language}"],
        ["Begun", one.begun],
    ]


def _item(item: ItemView) -> dict[str, object]:
    initials = f"Initialled {item.initials}, {item.at}" if item.initials else "No initials"
    return {
        "heading": f"{item.number}. {item.heading}",
        "words": list(item.words),
        "initials": initials,
    }


def _question(asked: QuestionView) -> dict[str, object]:
    written = f"Written before signing: {asked.written}" if asked.written else ""
    taken = f"Said: {asked.words}" if asked.words else ""
    judged = f"{asked.judgement.word}, {asked.told}" if asked.judgement else "Not asked back yet"
    return {
        "question": asked.question,
        "words": "\n".join(filter(None, [written, taken])),
        "found": judged,
    }


def _signature(one: Shown) -> Pairs:
    seal = "intact" if one.is_intact else "BROKEN: this is not what was signed"
    return [
        ["Signer", one.signer],
        ["Name as typed", one.signed_name],
        ["Signed", one.signed_at],
        ["How", one.method],
        ["Text digest (SHA-256)", _in_halves(one.text_sha256)],
        ["Seal (SHA-256)", _in_halves(one.seal)],
        ["Seal", seal],
        ["Copies given", "\n".join(one.copies) or "None noted"],
    ]


def _in_halves(digest: str) -> str:
    """Write a digest over two lines: it has no place to break, and one line is not wide enough."""
    return f"{digest[:32]}\n{digest[32:]}"
