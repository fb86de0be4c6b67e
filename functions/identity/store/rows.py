"""The rows of identity's table, and the changes that several of its verbs share."""

from datetime import datetime, timedelta
from typing import Any

from functions.identity import rules
from functions.identity.model import AlreadySpent, Challenge, MailShareUsed, Profile, Session
from functions.identity.model.contacts import CodesBlocked
from functions.identity.rules import contacts
from functions.identity.rules.contacts import Network
from kernel import clock
from kernel.table import Change, Item, put, update


def spend(challenge: Challenge, user_id: str) -> Change:
    spent = update(f"CHALLENGE#{challenge.id}", "-").set(spent_on=user_id, spent_at=clock.rfc3339(clock.now()))
    return spent.exists().when(spent_on=None).otherwise(AlreadySpent())


def claim_key(challenge: Challenge) -> tuple[str, str]:
    """Where it is written which account the challenge's address or number leads to."""
    return f"{'PHONE' if challenge.phone else 'EMAIL'}#{challenge.address}", "-"


def _limit_key(what: str, address: str, now: datetime, window: timedelta = rules.WINDOW) -> tuple[str, str]:
    return f"LIMIT#{what}#{address}", str(rules.window(now, window))


def count(what: str, address: str, now: datetime, limit: int, window: timedelta = rules.WINDOW) -> Change:
    expires = clock.epoch_s(now + 2 * window)
    return update(*_limit_key(what, address, now, window)).add(count=1).set(ttl=expires).below(count=limit)


def uncount(what: str, address: str, now: datetime, window: timedelta = rules.WINDOW) -> Change:
    expires = clock.epoch_s(now + 2 * window)
    return update(*_limit_key(what, address, now, window)).add(count=-1).set(ttl=expires)


def sending(challenge: Challenge, network: Network | None, now: datetime) -> list[Change]:
    """A code goes out: to this address only so often, and only so many of those that one network asks for."""
    rows = [
        put(challenge_item(challenge)).absent(),
        put(sent_item(challenge)),
        count("mail", challenge.address, now, rules.MAILS_PER_WINDOW).otherwise(MailShareUsed()),
        count("mail-day", challenge.address, now, contacts.CODES_PER_DAY, contacts.DAY).otherwise(MailShareUsed()),
    ]
    if network:
        most = contacts.CODES_PER_CALLER * network.people
        rows.append(count("codes-from", network.key, now, most).otherwise(CodesBlocked()))
    return rows


def forget_count(what: str, address: str, now: datetime) -> Change:
    return update(*_limit_key(what, address, now)).set(count=0, ttl=clock.epoch_s(now + 2 * rules.WINDOW))


def challenge_item(challenge: Challenge) -> Item:
    fields = challenge.model_dump(mode="json", exclude={"spent_on", "spent_at"})
    expires = clock.epoch_s(challenge.expires_at + timedelta(days=1))
    return {"pk": f"CHALLENGE#{challenge.id}", "sk": "-", **fields, "ttl": expires}


def sent_item(challenge: Challenge) -> Item:
    """So that codes can be found by the address they went to, or by whom they were to change, to be forgotten."""
    expires = clock.epoch_s(challenge.expires_at + timedelta(days=1))
    return {"pk": f"SENT#{challenge.user_id or challenge.address}", "sk": challenge.id, "ttl": expires}


def challenge_of(item: dict[str, Any]) -> Challenge:
    return Challenge.model_validate(item)


def profile_item(profile: Profile) -> Item:
    return {"pk": f"USER#{profile.user_id}", "sk": "PROFILE", **profile.model_dump(mode="json")}


def session_item(session: Session) -> Item:
    key = {"pk": f"USER#{session.user_id}", "sk": f"SESSION#{session.id}"}
    return {**key, **session.model_dump(mode="json"), "ttl": clock.epoch_s(session.expires_at)}


def session_of(item: dict[str, Any]) -> Session:
    return Session.model_validate(item)
