"""What a message with a link to a consent says: neutral, like every other message."""

from __future__ import annotations

INVITATION = "There is something for you to read, and to sign if you agree. It takes a while."
