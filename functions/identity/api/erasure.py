"""Taking one's data along, and being forgotten."""

from datetime import timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.identity import events, files
from functions.identity.api.app import api, check_fresh
from functions.identity.model.erasure import Erasure, Export, ExportGone, ExportId, ExportLink, KeptErasure
from functions.identity.rules import erasure as rules
from functions.identity.store.erasure import departures
from kernel import authz, clock, ids, settings
from kernel.authz import PUBLIC, require
from kernel.http import receipt


@api.post("/v1/me/erasure", permit="erase_account", status_code=202)
def request_erasure() -> Erasure:
    """Ask to be erased. It happens after a waiting time in which you can still cancel it; a mail says when.

    Your name, addresses, numbers, picture, sessions and keys go everywhere; what you bought and sold stays in the
    books under an id that leads to nobody.
    """
    me = require("erase_account", owner=authz.principal().id)
    check_fresh(me, clock.now())
    current = departures().erasure(me.id)
    if current.state != "none":
        return _shown(current)
    wait_s = settings.setting("erasure_wait_s", int(rules.WAIT.total_seconds()))
    waiting = rules.requested(current, clock.now(), timedelta(seconds=wait_s))
    told = events.ErasureRequested(user_id=me.id, erase_at=clock.rfc3339(clock.now() + timedelta(seconds=wait_s)))
    departures().keep_erasure(me.id, current, waiting, told, receipt(_shown(waiting), 202))
    return _shown(waiting)


@api.get("/v1/me/erasure", permit="erase_account")
def read_erasure() -> Erasure:
    """Whether you are about to be erased, and when."""
    me = require("erase_account", owner=authz.principal().id)
    return _shown(departures().erasure(me.id))


@api.delete("/v1/me/erasure", permit="erase_account", status_code=204)
def cancel_erasure() -> None:
    """Stay. Possible until the waiting time is over."""
    me = require("erase_account", owner=authz.principal().id)
    current = departures().erasure(me.id)
    if current.state != "none":
        told = events.ErasureCancelled(user_id=me.id)
        departures().keep_erasure(me.id, current, rules.cancelled(current), told, receipt(None, 204))


@api.post("/v1/me/exports", permit="export_data", status_code=202)
def request_export() -> Export:
    """Ask for all that is kept about you, as a zip archive. A mail with a link comes when it is ready.

    While there is an archive that has not expired, asking again makes no other.
    """
    me = require("export_data", owner=authz.principal().id)
    now, latest = clock.now(), departures().export(me.id)
    if latest and rules.still_good(latest, now):
        return latest
    export = rules.new_export(ids.new_id("exp"), now)
    departures().begin_export(me.id, export, latest, receipt(export, 202))
    return export


@api.get("/v1/me/exports", permit="export_data")
def read_export() -> Export:
    """Your latest export, and whether it is ready."""
    me = require("export_data", owner=authz.principal().id)
    latest = departures().export(me.id)
    if not latest or not rules.still_good(latest, clock.now()):
        raise ExportGone()
    return latest


@api.get("/v1/exports/<export_id>/<token>", permit=PUBLIC)
def fetch_export(export_id: Annotated[ExportId, Path()], token: Annotated[str, Path(max_length=64)]) -> ExportLink:
    """Where to fetch an archive: the link from the mail. It is good for a week, what it answers for five minutes."""
    now = clock.now()
    owner = departures().owner_of(export_id)
    latest = departures().export(owner) if owner else None
    right = rules.is_link_token(export_id, token, settings.key("export"))
    if not right or not owner or not rules.can_be_fetched(latest, export_id, now):
        raise ExportGone()
    url = files.link(rules.archive_key(owner, export_id), name="metco.zip", life=rules.LINK_LIFE)
    return ExportLink(url=url, expires_at=now + rules.LINK_LIFE)


def _shown(erasure: KeptErasure) -> Erasure:
    return Erasure(**erasure.model_dump(exclude={"version"}))
