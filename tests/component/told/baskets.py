"""All that baskets tells of, and the words of people that are said on the way."""

from datetime import timedelta

from functions.baskets import sweep
from kernel import clock
from tests.builders import promotions as a
from tests.builders import shopping
from tests.builders.http import Context

PERSONAL = ("Ada", "FAREWELL")


def everything() -> None:
    now = clock.now()
    shopping.has()
    later = {"ends_at": clock.rfc3339(now + timedelta(hours=1))}
    a.made(None, title="For Ada", code="FAREWELL", **later)
    a.made(title="Ada's last days", customer_ids=[a.BELA], **later)
    with clock.frozen(now + timedelta(days=2)):
        for _ in range(2):
            sweep.handler({}, Context())
