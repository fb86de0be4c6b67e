"""All that access tells of."""

from datetime import timedelta

from functions.access.model import ApiKey
from functions.access.store.keys import Keys
from kernel import clock, ids
from tests.builders import stores as a

PERSONAL: tuple[str, ...] = ()


def everything() -> None:
    key = ApiKey(
        ids.new_id("key"), a.OWNER, frozenset({"profile:read"}), clock.now() + timedelta(days=1), revoked=False
    )
    known = Keys()
    known.made(key, "the hash of a key")
    known.used(key, "the hash of a key", clock.now().date())
