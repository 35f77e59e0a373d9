"""How long the scoring command takes for many forms, without its start."""

from __future__ import annotations

import json
import random
import time

from dashboard.clinical.instruments import Instrument, every_shipped
from dashboard.scores.commands import scored

ASKED = 100_000


def seconds(forms: int, *, instrument: str = "phq9") -> float:
    """Return the processor seconds for 100,000 random forms, taken from as many as are given."""
    definition = every_shipped()[instrument]
    lines = _lines(definition, forms)
    began = time.process_time()
    count = sum(1 for _ in scored(definition, lines))
    took = time.process_time() - began
    if count != forms:
        raise SystemExit(f"{forms - count} forms were not scored")
    return took * ASKED / forms


def _lines(instrument: Instrument, forms: int) -> list[bytes]:
    """Write forms of which every tenth answer is a blank; the same ones in every run."""
    dice = random.Random(1)  # noqa: S311 - figures, not secrets
    choices = {item.id: sorted(item.scale.values) for item in instrument.items}
    return [
        json.dumps(
            {
                "answers": {
                    name: None if dice.random() < 0.1 else dice.choice(values)
                    for name, values in choices.items()
                }
            }
        ).encode()
        for _ in range(forms)
    ]
