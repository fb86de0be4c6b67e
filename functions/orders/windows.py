"""How long what is waited for: as operators have set it by now."""

from typing import Any

from functions.orders.rules import holding
from functions.orders.rules.due import DAY_S, Windows
from kernel import log, settings


def windows() -> Windows:
    said: dict[str, Any] = settings.setting("windows", {})
    most_s = _held_days() * DAY_S
    return Windows(**{**said, "hold_s": min(most_s, said.get("hold_s", most_s))})


def _held_days() -> int:
    """A sale is not held up by a setting that is wrong: the usual limit holds, and whoever deployed is told."""
    said: dict[str, Any] = settings.setting("holding", {})
    if faults := [*holding.faults(said)]:
        log.warning("setting is wrong", setting="holding", faults=faults)
        log.count("settings_wrong_total", setting="holding")
        return holding.USUAL_DAYS
    return holding.days_in(said.get("country", ""), said.get("days"))
