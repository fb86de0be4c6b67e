"""Handing over what was bought: an offer's files and keys, as soon as they are paid and there; and taking them back.

Everything here may be told twice, and at the same moment as its opposite: what is granted is found, and what was taken
back is never granted.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from functions.catalog.model.bought import Bought, OrderPaid
from functions.catalog.model.downloads import DigitalLine, DownloadOver, Grant, GrantChanged
from functions.catalog.model.files import GoodsFile
from functions.catalog.model.keys import AT_ONCE
from functions.catalog.rules import downloads as rules
from functions.catalog.rules.files import check_digital
from functions.catalog.store.downloads import downloads
from functions.catalog.store.files import files
from functions.catalog.store.goods import goods
from functions.catalog.store.keys import keys
from kernel import clock, log
from kernel.errors import DomainError, Unavailable

ATTEMPTS = 5


def hand_over(order: OrderPaid) -> None:
    """Of each offer once, whatever came before it."""
    for bought in rules.digital(order):
        with suppress(DownloadOver):  # a refund was faster
            until_settled(partial(_hand_over, bought, order.buyer_id))


def there_now(offer_id: str) -> None:
    """There may be something to get: whoever bought it before has it delivered."""
    for buyer_id, grant_id in downloads().waiting_for(offer_id):
        until_settled(partial(_deliver, buyer_id, grant_id, offer_id))


def take_along(order_id: str, guest_id: str, owner_id: str) -> None:
    """What a guest bought is in an account now: first what is granted later, then what was granted before."""
    downloads().claim(order_id, owner_id)
    for grant in list(downloads().every_of_buyer(guest_id)):
        if grant.order_id == order_id:
            until_settled(partial(_move, guest_id, grant.grant_id, owner_id))


def granted(order_id: str, buyer_id: str, line: DigitalLine) -> str:
    """As a workflow or an operator asks for it: without a line of the order, nothing is told to be delivered by it."""
    grant_id = rules.grant_id_of(order_id, line.offer_id)

    def attempt() -> None:
        owner = downloads().owner_of(order_id, buyer_id)
        before = _known(owner, buyer_id, grant_id)
        if before and before.revoked_at:
            raise DownloadOver()
        if not before:
            downloads().grant(_grant(grant_id, order_id, owner, line))

    until_settled(attempt)
    return grant_id


def revoke(order_id: str, buyer_id: str, line: DigitalLine) -> None:
    until_settled(partial(_revoke, order_id, buyer_id, line))


def until_settled(attempt: Callable[[], None], *rivals: type[DomainError]) -> None:
    """A buyer or another task may be faster than a look and a commit: look again."""
    lost: tuple[type[DomainError], ...] = (GrantChanged, *rivals)
    for _ in range(ATTEMPTS):
        try:
            attempt()
            return
        except lost:
            continue
    raise Unavailable("This changes faster than it can be settled. Try again.")


def _hand_over(bought: Bought, buyer_id: str) -> None:
    owner = downloads().owner_of(bought.order_id, buyer_id)
    if _known(owner, buyer_id, rules.grant_id_of(bought.order_id, bought.offer_id)):
        return
    now, found = clock.now(), files().every_of(bought.offer_id)
    grant = rules.sold(bought, owner, found, now)
    there, drawn = _there(grant, found)
    grant = rules.delivered(grant, drawn, now) if there else grant
    downloads().grant(grant, drawn)
    log.count("downloads_sold_total")
    if rules.waits(grant):
        there_now(bought.offer_id)  # something may have come between the look and the commit


def _deliver(buyer_id: str, grant_id: str, offer_id: str) -> None:
    grant = downloads().find(buyer_id, grant_id)
    if not grant or not rules.waits(grant):
        downloads().wait_no_more(offer_id, grant_id)
        return
    there, drawn = _there(grant, files().every_of(offer_id))
    if there:
        downloads().deliver(rules.delivered(grant, drawn, clock.now()), drawn)


def _there(grant: Grant, found: Sequence[GoodsFile]) -> tuple[bool, list[str]]:
    """Whether there is something to get, and which keys are part of it."""
    stock = keys().stock(grant.offer_id)
    drawn = keys().draw(grant.offer_id, grant.pieces) if stock and grant.pieces <= AT_ONCE else []
    return rules.to_get(stock, drawn, found), drawn


def _known(owner: str, buyer_id: str, grant_id: str) -> Grant | None:
    """With a guest's order that is just being taken into an account it may still be where it was."""
    found = (downloads().find(who, grant_id) for who in dict.fromkeys((owner, buyer_id)))
    return next((one for one in found if one), None)


def _move(guest_id: str, grant_id: str, owner_id: str) -> None:
    if grant := downloads().find(guest_id, grant_id):
        downloads().move(grant, owner_id)


def _revoke(order_id: str, buyer_id: str, line: DigitalLine) -> None:
    grant_id, now = rules.grant_id_of(order_id, line.offer_id), clock.now()
    owner = downloads().owner_of(order_id, buyer_id)
    before = _known(owner, buyer_id, grant_id)
    if not before:
        downloads().rule_out(rules.ruled_out(_grant(grant_id, order_id, owner, line), now))
    elif not before.revoked_at:
        downloads().take_back(rules.taken_back(before, now))


def _grant(grant_id: str, order_id: str, buyer_id: str, line: DigitalLine) -> Grant:
    _, offer = goods().offer(line.product_id, line.offer_id)
    check_digital(offer)
    place = (offer.store_id, line.product_id, line.offer_id)
    return rules.granted(grant_id, buyer_id, place, files().every_of(line.offer_id), clock.now(), order_id=order_id)
