"""All that inventory tells of, and the words of people that are said on the way."""

from datetime import timedelta
from unittest.mock import patch

from functions.inventory import sweep
from functions.inventory.store import levels
from kernel import clock
from tests.builders import inventory as a
from tests.builders.cloud import World
from tests.builders.http import Context

PERSONAL = ("Ada", a.SELLER)


def everything() -> None:
    listen = a.Listening(World({}, ""))
    shop = a.a_location("Ada's home")
    a.settings(low_at=3, beyond={"kind": "preorder", "limit": 2, "available_from": "2030-05-01"})
    a.received(10, location_id=shop)
    listen()
    for quantity, order_id in ((8, a.order(1)), (2, a.order(2))):
        a.reserve(a.a_line(quantity), order_id=order_id)
        listen()
    a.task("release", a.order(2))
    listen()
    with clock.frozen(clock.now() + timedelta(days=30)):  # nobody has paid the other by then
        sweep.handler({}, Context())
    a.as_seller()("PUT", f"/v1/stores/{a.STORE}/locations/{shop}", {"name": "Shop", "active": False})
    with patch.object(levels, "PAGE", 1):
        listen()
