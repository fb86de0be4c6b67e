"""What must hold of identity and access: after every write, and at rest. Facts in, violations out."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from functions.identity import rules
from functions.identity.rules import contacts
from kernel.changes import decode
from tests.chaos.expressions import Item
from tests.chaos.memory_services import Mail
from tests.chaos.memory_table import Key

Rows = Mapping[Key, Item]
LIMITS = {
    "mail": rules.MAILS_PER_WINDOW,
    "mail-day": contacts.CODES_PER_DAY,
    "codes-from": contacts.CODES_PER_CALLER,
    "sign-in": rules.SIGN_INS_PER_WINDOW,
    "sign-ins-from": contacts.FAILURES_PER_CALLER,
}


@dataclass
class Facts:
    """All that can be seen from outside, and what the clients were told."""

    identity: Rows
    access: Rows
    passwords: Mapping[str, str]
    published: Sequence[str] = ()  # ids of the events that reached the bus
    mails: Sequence[Mail] = ()
    secrets: Iterable[str] = ()
    codes: Mapping[str, str] = field(default_factory=dict)  # by challenge
    now: str = ""
    log: str = ""  # empty: this run keeps no log, and is not searched for secrets
    comparisons: Mapping[str, int] = field(default_factory=dict)  # how often a challenge's code was compared
    edits: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)  # answers by user, one for each key
    doubts: Mapping[str, int] = field(default_factory=dict)  # edits whose answer never came
    chosen: Mapping[str, str] = field(default_factory=dict)  # the password that a person was told is theirs


@lru_cache(maxsize=8192)
def envelope(text: str) -> dict[str, Any]:
    return dict(json.loads(text))


def events(rows: Rows) -> dict[str, list[dict[str, Any]]]:
    """The envelopes by aggregate."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for (pk, _), item in rows.items():
        if pk.startswith("EVENT#"):
            found[pk[6:]].append(envelope(item["envelope"]["S"]))
    return found


def kinds(told: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted(one["metadata"]["type"] for one in told)


def always(facts: Facts) -> Iterator[str]:
    """What no instant may contradict."""
    told = events(facts.identity)
    claims: dict[str, str] = {}
    profiles: dict[str, Item] = {}
    aggregates: set[str] = set()
    for (pk, sk), item in facts.identity.items():
        kind, _, name = pk.partition("#")
        if kind == "EMAIL":
            claims[name] = item["user_id"]["S"]
        elif kind == "CHALLENGE":
            aggregates.add(name)
            yield from a_challenge(name, item, told, facts)
        elif kind == "LIMIT" and int(item["count"]["N"]) > LIMITS[name.partition("#")[0]]:
            yield f"limit {name}: {item['count']['N']} in one window"
        elif sk == "PROFILE":
            aggregates.add(name)
            profiles[name] = item
        elif sk.startswith("SESSION#"):
            aggregates.add(sk[8:])
            yield from a_session(sk[8:], item, told)
    yield from accounts(claims, profiles, facts.passwords)
    for user_id, item in profiles.items():
        yield from a_history(user_id, int(item["version"]["N"]), told.get(user_id, ()))
    for aggregate in told.keys() - aggregates:
        yield f"{aggregate}: events {kinds(told[aggregate])} without the state they tell of"


def a_challenge(name: str, item: Item, told: Mapping[str, Any], facts: Facts) -> Iterator[str]:
    if kinds(told.get(name, ())) != ["CodeRequested"]:
        yield f"challenge {name}: events {kinds(told.get(name, ()))}"
    if int(item.get("attempts", {"N": "0"})["N"]) > rules.CODE_ATTEMPTS:
        yield f"challenge {name}: more attempts than allowed"
    if facts.comparisons.get(name, 0) > rules.CODE_ATTEMPTS:
        yield f"challenge {name}: its code was compared {facts.comparisons[name]} times"
    spent_on = item.get("spent_on", {"S": ""})["S"]
    if spent_on and (f"USER#{spent_on}", "PROFILE") not in facts.identity:
        yield f"challenge {name}: spent on nobody"


def a_session(name: str, item: Item, told: Mapping[str, Any]) -> Iterator[str]:
    expected = ["UserLoggedIn", "UserLoggedOut"] if item["ended"]["BOOL"] else ["UserLoggedIn"]
    if kinds(told.get(name, ())) != expected:
        yield f"session {name}: ended={item['ended']['BOOL']}, events {kinds(told.get(name, ()))}"


def a_history(user_id: str, version: int, told: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    sequences = {one["metadata"]["sequence"] for one in told}
    if sequences != set(range(1, version + 1)):
        yield f"user {user_id}: version {version}, but events with sequences {sorted(sequences)}"


def accounts(claims: Mapping[str, str], profiles: Mapping[str, Item], passwords: Mapping[str, str]) -> Iterator[str]:
    if sorted(claims.values()) != sorted(profiles):
        yield f"addresses lead to {sorted(claims.values())}, but there are profiles {sorted(profiles)}"
    for user_id in profiles:
        if not passwords.get(user_id):
            yield f"user {user_id}: a profile without a Cognito user that has a password"
    addresses = [item["email"]["S"].casefold() for item in profiles.values()]
    if len(set(addresses)) != len(addresses):
        yield "an address has two accounts"


def at_rest(facts: Facts) -> Iterator[str]:
    """What must hold once everything was delivered."""
    yield from always(facts)
    yield from deliveries(facts)
    yield from read_model(facts)
    yield from promises(facts)
    if facts.log:
        yield from leaks(facts)


def deliveries(facts: Facts) -> Iterator[str]:
    told = {one["metadata"]["id"] for many in events(facts.identity).values() for one in many}
    if lost := told - set(facts.published):
        yield f"events lost: {sorted(lost)}"
    if invented := set(facts.published) - told:
        yield f"events without a row: {sorted(invented)}"
    for challenge, code in facts.codes.items():
        item = decode(facts.identity[f"CHALLENGE#{challenge}", "-"])
        known = (f"EMAIL#{item['address']}", "-") in facts.identity
        texts = [mail.text for mail in facts.mails if mail.to == item["email"]]
        said = any(code in text or (known and not re.search(r"\d{6}", text)) for text in texts)
        if not said and item["purpose"] == "sign_up" and facts.now < item["expires_at"]:
            yield f"challenge {challenge}: no mail was sent"


def read_model(facts: Facts) -> Iterator[str]:
    """The access domain's rows are exactly what its events, told once and in order, make of nothing."""
    roles: dict[str, tuple[int, list[str]]] = {}
    ended: set[str] = set()
    for many in events(facts.identity).values():
        for one in sorted(many, key=lambda one: int(one["metadata"]["sequence"])):
            if one["metadata"]["type"] in ("UserRegistered", "RolesChanged"):
                roles[one["data"]["user_id"]] = one["metadata"]["sequence"], one["data"]["roles"]
            elif one["metadata"]["type"] == "UserLoggedOut":
                ended.add(one["data"]["session_id"])
    rows = {key: decode(item) for key, item in facts.access.items()}
    shown = {pk[5:]: (row["sequence"], row["roles"]) for (pk, sk), row in rows.items() if sk == "ROLES"}
    if shown != roles:
        yield f"roles in the read model {shown}, by replay {roles}"
    shut = {pk[8:] for pk, sk in rows if sk == "ENDED"}
    if shut != ended:
        yield f"ended sessions in the read model {sorted(shut)}, by replay {sorted(ended)}"


def promises(facts: Facts) -> Iterator[str]:
    """What clients were told is what is."""
    for user_id, answers in facts.edits.items():
        versions = [answer["version"] for answer in answers]
        profile = decode(facts.identity.get((f"USER#{user_id}", "PROFILE"), {}))
        if len(set(versions)) != len(versions):
            yield f"user {user_id}: two edits were told the same version, {sorted(versions)}"
        told = events(facts.identity).get(user_id, [])
        edited = [one["metadata"]["sequence"] for one in told if one["metadata"]["type"] == "ProfileEdited"]
        unknown = facts.doubts.get(user_id, 0)
        if not set(versions) <= set(edited) or len(edited) > len(versions) + unknown:
            yield f"user {user_id}: edits {sorted(versions)} were acknowledged, {sorted(edited)} were made"
        newest = max(answers, key=lambda answer: int(answer["version"]))
        if not unknown and any(profile.get(name) != newest[name] for name in ("name", "locale", "currency")):
            yield f"user {user_id}: the last edit is lost"
    for user_id, password in facts.chosen.items():
        if facts.passwords.get(user_id) != password:
            yield f"user {user_id}: the password they were told is theirs is not"


def leaks(facts: Facts) -> Iterator[str]:
    """No password, code or token in any item or log line."""
    texts = {"the log": facts.log}
    for name, rows in (("identity", facts.identity), ("access", facts.access)):
        texts[f"the table of {name}"] = "\n".join(str(item) for item in rows.values())
    codes = facts.codes and rf"(?<!\w)({'|'.join(facts.codes.values())})(?!\w)"
    for place, text in texts.items():
        if any(secret in text for secret in facts.secrets):
            yield f"a secret stands in {place}"
        if codes and re.search(codes, text):
            yield f"a code stands in {place}"
