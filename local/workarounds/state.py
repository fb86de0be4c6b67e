"""What is saved when the local cloud stops, and found again when it starts, be it on another port."""

import copy
import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


def streams_survive_a_restart() -> None:
    """MiniStack saves how far each mapping has read but not what it reads, and so skips new events after a restart."""
    from ministack.services import dynamodb

    _also_save(dynamodb, ("_stream_records", "_stream_trimmed"), _without_what_was_read)


def _without_what_was_read(streams: dict[str, Any]) -> None:
    """What every mapping has read is asked for by nobody again, and may be about people who are erased by now."""
    from ministack.services import lambda_svc

    read: dict[str, list[int]] = {}
    for account, region, mapping in lambda_svc._iter_all_esms():
        place = lambda_svc._dynamodb_stream_positions.get_scoped(account, region, mapping["UUID"], 0)
        read.setdefault(mapping.get("EventSourceArn", "").partition("/stream/")[0], []).append(place)
    records, trimmed = streams["_stream_records"], streams["_stream_trimmed"]
    for (account, region, table), kept in records.all_items():
        places = read.get(f"arn:aws:dynamodb:{region}:{account}:table/{table}")
        gone = trimmed.get_scoped(account, region, table, 0)
        done = max(min(places) - gone, 0) if places else 0
        del kept[:done]
        trimmed.set_scoped(account, region, table, gone + done)


def mail_survives_a_restart() -> None:
    """What was sent stays in the mailbox page, like all other state."""
    from ministack.services import ses

    _also_save(ses, ("_sent_emails",))


def mail_goes_with_its_person() -> None:
    """The mailbox stands in for people's own. When the pool deletes an account, nothing that was sent there stays here.

    The pool knows people by our ids only, so their addresses are read from their profile, which goes after the account.
    """
    from ministack.services import cognito, dynamodb, ses, sns

    delete = cognito._admin_delete_user

    def delete_with_mail(request: dict[str, Any]) -> Any:
        person = f"USER#{request.get('Username')}"
        for table in dynamodb._tables.all_values():
            profile = table["items"].get(person, {}).get("PROFILE", {})
            for reached in (profile.get(name, {}).get("S") for name in ("email", "phone")):
                if reached:
                    mails = ses._sent_emails_list()
                    mails[:] = [mail for mail in mails if reached.casefold() not in json.dumps(mail).casefold()]
                    sns._sms_messages.pop(reached, None)
        return delete(request)

    cognito._admin_delete_user = delete_with_mail


def the_log_names_no_recipient() -> None:
    """MiniStack's own log names whom each message went to, and what an SMS says: codes, and people long erased."""
    for service in ("ses", "ses-v2", "sns"):
        logging.getLogger(service).setLevel(logging.WARNING)


def _also_save(service: Any, stores: tuple[str, ...], shorten: Callable[[dict[str, Any]], None] | None = None) -> None:
    save, load = service.get_state, service.load_persisted_state

    def get_state() -> dict[str, Any]:
        more = {name: copy.deepcopy(getattr(service, name)) for name in stores}
        if shorten:
            shorten(more)
        return {**save(), **more}

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
