"""What of people's activity counts, and with whom it is kept: values in, values out."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from functions.reports.model import Activities, Activity, ActivityRefused, Done
from kernel.errors import Fault

LATE = timedelta(days=7)  # a telephone that was without a network sends what it has
AHEAD = timedelta(minutes=5)  # clocks differ
WINDOW = timedelta(minutes=10)
CALLS_OF_A_VISITOR = 120
CALLS_OF_A_NETWORK = 600


def visitor(who: str, sent: Activities) -> str:
    """Whom it is kept with: nobody, unless they agreed."""
    return who if sent.consent else ""


def done(sent: Activities, now: datetime) -> list[Done]:
    """Each once, however often it stands in the sending."""
    wrong = [
        Fault(f"/activities/{place}/at", "not within the last seven days")
        for place, one in enumerate(sent.activities)
        if one.at and not now - LATE <= one.at <= now + AHEAD
    ]
    if wrong:
        raise ActivityRefused(faults=wrong)
    return list({one.id: _done(one, now) for one in sent.activities}.values())


def _done(one: Activity, now: datetime) -> Done:
    return Done(**one.model_dump(exclude={"at"}), at=min(one.at or now, now))


def told(happened: Sequence[Done]) -> list[Done]:
    """What the other domains hear: what people typed stays here."""
    return [one.model_copy(update={"query": None}) for one in happened]


def window(now: datetime) -> str:
    return str(int(now.timestamp() // WINDOW.total_seconds()))


def network_key(ip: str, key: bytes) -> str:
    """Stands for a network while its calls are counted. Keyed, because there are few enough to try them all."""
    address = ip_address(ip)
    network = ip if address.version == 4 else str(ip_network((address, 64), strict=False))
    return hmac.new(key, network.encode(), hashlib.sha256).hexdigest()[:40]
