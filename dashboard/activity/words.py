"""The trail in words: what each action and each kind of row is called on the page."""

from __future__ import annotations

import json
from collections.abc import Mapping

from dashboard.audit import Action

ACTIONS: Mapping[str, str] = {
    Action.CREATE: "Created", Action.UPDATE: "Changed", Action.DELETE: "Removed",
    Action.OPEN: "Opened the chart", Action.SIGN: "Signed", Action.PRINT: "Printed",
    Action.SHOW_WEIGHT: "Showed the weight",
    Action.EXPORT: "Exported", Action.SIGN_IN: "Signed in",
    Action.SIGN_IN_FAILED: "Failed to sign in", Action.SIGN_OUT: "Ended a sign-in",
    Action.LOCK: "Locked", Action.UNLOCK: "Unlocked", Action.UNLOCK_FAILED: "Failed to unlock",
    Action.SECOND_FACTOR_FAILED: "Failed the second factor", Action.INVITE: "Invited",
    Action.DISABLE: "Disabled", Action.ENABLE: "Enabled", Action.ROLE: "Changed the role",
    Action.HAND_OVER: "Handed work over", Action.EMERGENCY: "Opened in an emergency",
    Action.EMERGENCY_REFUSED: "Was refused emergency access", Action.REVIEW: "Reviewed",
    Action.REFUSED: "Was refused a page", Action.PROVED: "Proved who they are",
    Action.PROOF_FAILED: "Failed to prove who they are",
}  # fmt: skip
SUBJECTS: Mapping[str, str] = {
    "account": "account", "audit_event": "activity list", "care_team_member": "care team",
    "emergency_access": "emergency access", "free_assessment": "free assessment",
    "link": "private link", "patient": "patient",
    "patient_revision": "patient's history", "practice": "practice settings",
    "referral": "referral",
    "sign_in": "sign-in", "visit": "visit",
}  # fmt: skip
OPEN_TO_ADMINS = frozenset({"account", "audit_event", "practice", "sign_in"})
CHANGES = frozenset({Action.UPDATE.value})


def action(name: str) -> str:
    """Return the words for an action."""
    return ACTIONS.get(name, name.capitalize())


def subject(name: str) -> str:
    """Return the words for a kind of row."""
    return SUBJECTS.get(name, name.replace("_", " ").replace(".", ": "))


def detail(action_name: str, subject_name: str, text: str) -> str:
    """Return the names of changed fields; values only of what is no chart and no secret."""
    held = json.loads(text or "{}")
    if action_name == Action.CREATE.value or not isinstance(held, dict):
        return ""
    if action_name in CHANGES or subject_name not in OPEN_TO_ADMINS:
        return ", ".join(name.replace("_", " ") for name in held)
    return ", ".join(_pair(name, value) for name, value in held.items())


def _pair(name: str, value: object) -> str:
    words = name.replace("_", " ")
    return f"{words}: {value}" if isinstance(value, str | int) and value is not True else words
