"""What is saved when the local cloud stops, and found again when it starts, be it on another port."""

import copy
import logging
import os
from pathlib import Path
from typing import Any


def streams_survive_a_restart() -> None:
    """MiniStack saves how far each mapping has read but not what it reads, and so skips new events after a restart."""
    from ministack.services import dynamodb

    _also_save(dynamodb, ("_stream_records", "_stream_trimmed"))


def mail_survives_a_restart() -> None:
    """What was sent stays in the mailbox page, like all other state."""
    from ministack.services import ses

    _also_save(ses, ("_sent_emails",))


def the_log_names_no_recipient() -> None:
    """MiniStack's own log names whom each message went to, and what an SMS says: codes, and people long erased."""
    for service in ("ses", "ses-v2", "sns"):
        logging.getLogger(service).setLevel(logging.WARNING)


def _also_save(service: Any, stores: tuple[str, ...]) -> None:
    save, load = service.get_state, service.load_persisted_state

    def get_state() -> dict[str, Any]:
        return {**save(), **{name: copy.deepcopy(getattr(service, name)) for name in stores}}

    def load_persisted_state(data: dict[str, Any]) -> None:
        for name in stores:  # first, for the pollers start as soon as the rest is there
            getattr(service, name).update(data.get(name) or {})
        load(data)

    service.get_state, service.load_persisted_state = get_state, load_persisted_state


def saved_addresses_follow_the_port() -> None:
    """MiniStack saves its queues under addresses with its port in them, and does not find them on another port."""
    state, now = Path(os.environ["STATE_DIR"]), os.environ["GATEWAY_PORT"]
    kept = state / "port"
    before = kept.read_text() if kept.exists() else now
    if before != now:
        for part in state.glob("*.json"):
            part.write_text(part.read_text().replace(f"localhost:{before}", f"localhost:{now}"))
    kept.write_text(now)
