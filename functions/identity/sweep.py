"""Does, every minute, what people asked for and whose time has come: exports and erasures.

Every step can be repeated: whatever was cut off is begun again at the next sweep, because the row that says what is due
goes last.
"""

import io
import zipfile
from contextlib import suppress
from datetime import datetime
from typing import Any

from functions.identity import accounts, files
from functions.identity.model import Profile
from functions.identity.rules import address_key
from functions.identity.rules import erasure as rules
from functions.identity.store import store
from functions.identity.store.erasure import departures
from kernel import clock, log, settings
from kernel.errors import Conflict
from kernel.marks import mark


def parts_expected() -> list[str]:
    """The domains besides this one that lay what they know beside ours."""
    return list(settings.setting("export_parts", []))


def handler(_event: dict[str, Any], context: Any) -> None:
    meter, now = log.Meter(), clock.now()
    with log.correlated():
        for user_id, due_key in departures().due("export", now):
            export(user_id, due_key, now)
        for user_id, due_key in departures().due("erasure", now):
            with suppress(Conflict):  # cancelled, or changed by a request on its way: the next sweep looks again
                erase(user_id, due_key, now)
        log.info("swept", **meter.read())


def export(user_id: str, due_key: str, now: datetime) -> None:
    latest = departures().export(user_id)
    if not latest or latest.state == "ready":
        departures().done("export", due_key)
        return
    parts = {name: files.read(rules.part_key(user_id, latest.id, name)) for name in parts_expected()}
    if not rules.complete(latest, [name for name, part in parts.items() if part], list(parts), now):
        return
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("identity.json", rules.readable(departures().rows_of(user_id)))
        for name, part in parts.items():
            packed.writestr(f"{name}.json", part or b"")
        if picture := files.read(rules.avatar_key(user_id)):
            packed.writestr("avatar", picture)
    files.put(rules.archive_key(user_id, latest.id), archive.getvalue(), "application/zip")
    departures().export_ready(user_id, latest, due_key)
    log.count("exports_total")


def erase(user_id: str, due_key: str, now: datetime) -> None:
    profile = store().profile(user_id)
    claims = _claims(profile) if profile else []
    if profile:
        erasure = departures().erasure(user_id)
        if not rules.due(erasure, now):
            departures().done("erasure", due_key)
            return
        departures().begin_erasing(user_id, erasure)
        store().end_all(user_id)
        accounts.delete(user_id)
    latest = departures().export(user_id)
    exported = [rules.archive_key(user_id, latest.id)] if latest else []
    parts = [rules.part_key(user_id, latest.id, name) for name in parts_expected()] if latest else []
    files.remove(rules.avatar_key(user_id), rules.upload_key(user_id), *exported, *parts)
    departures().forget(user_id, profile, claims)
    if profile:
        departures().finish(profile, claims, _mark(profile), due_key, now)
        log.count("erasures_total")
    else:
        departures().done("erasure", due_key)


def _mark(profile: Profile) -> str:
    """By which domains that hold the address, and know nothing of the account, find what they hold."""
    key = settings.key("address", secret="ADDRESSES_SECRET_ID")
    return mark(profile.email, key) if profile.email else ""


def _claims(profile: Profile) -> list[tuple[str, str]]:
    """The rows by which others find this person."""
    reached = (("EMAIL", profile.email), ("PHONE", profile.phone))
    return [(kind, address_key(where)) for kind, where in reached if where]
