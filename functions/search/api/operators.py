"""What operators tune, watch and rebuild."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.search import events, searching
from functions.search.api.app import api
from functions.search.model.kept import Rebuild
from functions.search.model.names import RebuildId
from functions.search.model.operating import Miss, MissList, SearchHealth, SearchSettings, SearchSettingsChange
from functions.search.rules import misses as missing
from functions.search.rules import operating as rules
from functions.search.rules import rebuilds as rebuilding
from functions.search.store.operating import operating
from functions.search.store.rebuilds import rebuilds
from kernel import clock, ids
from kernel.authz import require
from kernel.http import expected_version, receipt


@api.get("/v1/search/settings", permit="manage_search")
def read_search_settings() -> SearchSettings:
    """Words that mean the same, and what counts how much."""
    require("manage_search")
    return operating().settings()


@api.put("/v1/search/settings", permit="manage_search")
def change_search_settings(request: SearchSettingsChange) -> SearchSettings:
    """Set all of them. Searches heed it within half a minute; nothing has to be rebuilt."""
    operator = require("manage_search")
    before = operating().settings()
    expecting = expected_version(before.version)
    after = rules.changed(before, request)
    acted = events.OperatorActed(operator_id=operator.id, action="change_search_settings", subject="settings")
    return operating().change(after, expecting=expecting, acted=acted, receipt=receipt(after))


@api.get("/v1/search/misses", permit="manage_search")
def list_misses(
    week: Annotated[str | None, Query(pattern=r"^\d{4}-W\d{2}$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> MissList:
    """What was searched for and not found, the most frequent first. Without a week: this one's."""
    require("manage_search")
    wanted = week or missing.week(clock.now())
    return MissList(
        week=wanted, items=[Miss(query=query, count=count) for query, count in operating().misses(wanted, limit)]
    )


@api.post("/v1/search/rebuilds", permit="manage_search", status_code=202)
def start_rebuild() -> Rebuild:
    """Fill a new index from search's own table, while the present one answers. One at a time."""
    operator = require("manage_search")
    rebuild = Rebuild(rebuild_id=ids.new_id("rbd"), started_at=clock.now())
    acted = events.OperatorActed(operator_id=operator.id, action="start_rebuild", subject=rebuild.rebuild_id)
    rebuilds().start(rebuild, acted, receipt(rebuild, 202))
    return rebuild


@api.get("/v1/search/rebuilds/<rebuild_id>", permit="manage_search")
def read_rebuild(rebuild_id: Annotated[RebuildId, Path()]) -> Rebuild:
    """How far it came."""
    require("manage_search")
    return rebuilding.with_progress(*rebuilds().with_parts(rebuild_id))


@api.delete("/v1/search/rebuilds/<rebuild_id>", permit="manage_search", status_code=204)
def abandon_rebuild(rebuild_id: Annotated[RebuildId, Path()]) -> None:
    """Stop it, and forget what it has filled. The present index goes on as it is."""
    operator = require("manage_search")
    rebuilds().rebuild(rebuild_id)
    acted = events.OperatorActed(operator_id=operator.id, action="abandon_rebuild", subject=rebuild_id)
    rebuilds().abandon(rebuild_id, "abandoned", "", [acted], receipt(None, 204))


@api.get("/v1/search/health", permit="manage_search")
def read_search_health() -> SearchHealth:
    """Whether the index answers, and what it holds."""
    require("manage_search")
    return searching.health()
