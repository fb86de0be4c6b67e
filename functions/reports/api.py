"""Reports over HTTP: so far, what people do is collected."""

from functions.reports import rules
from functions.reports.model import Activities, Taken
from functions.reports.store import Limit, activities
from kernel import authz, clock, log, settings
from kernel.authz import PUBLIC, require
from kernel.http import Api, caller_ip, receipt

api = Api("reports")
handler = api.handler
KEPT_DAYS = 90


@api.post("/v1/activity", permit=PUBLIC, status_code=202)
def report_activity(request: Activities) -> Taken:
    """Report what a visitor did whom nobody knows. It counts, once for each id, and leads to nobody."""
    people = settings.setting("people_per_network", 1)
    network = rules.network_key(ip, settings.key("network")) if (ip := caller_ip()) else "unknown"
    return _taken("", request, network, rules.CALLS_OF_A_NETWORK * people)


@api.post("/v1/me/activity", permit="add_activity", status_code=202)
def report_my_activity(request: Activities) -> Taken:
    """Report what you did, signed in or as a guest. It is kept with you only if you agreed, and goes when you go."""
    me = require("add_activity", owner=authz.principal().id)
    return _taken(me.id, request, me.id, rules.CALLS_OF_A_VISITOR)


def _taken(who: str, request: Activities, by: str, most: int) -> Taken:
    now = clock.now()
    happened = rules.done(request, now)
    visitor = rules.visitor(who, request)
    kept_days = settings.setting("activity_kept_days", KEPT_DAYS)

    def answer(new: int) -> Taken:
        return Taken(taken=new, repeated=len(happened) - new)

    new = activities().take(
        visitor, happened, Limit(by, most, now), kept_days, lambda new: receipt(answer(new), 202) if who else None
    )
    log.count("activities_total", new)
    return answer(new)
