"""Handing a store over to somebody who works there, who has to agree."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.stores.api.app import api, asking, placed, placed_in
from functions.stores.model.members import Member
from functions.stores.model.names import StoreId
from functions.stores.model.staff import NewTransfer, Transfer
from functions.stores.rules import staff as rules
from functions.stores.store.staff import staff
from kernel import clock, ids
from kernel.errors import NotFound
from kernel.http import receipt


@api.post("/v1/stores/<store_id>/transfer", permit="transfer_store", status_code=201)
def offer_store(store_id: Annotated[StoreId, Path()], request: NewTransfer) -> Transfer:
    """Offer the store to somebody who works there. It is theirs once they accept; the offer ends after seven days."""
    giver = placed("transfer_store", store_id)
    [taker] = staff().places(store_id, request.to_user_id)
    now = clock.now()
    transfer = rules.transfer(ids.new_id("trf"), giver, taker, now)
    return staff().offer(transfer, giver, now, receipt(transfer, 201))


@api.get("/v1/stores/<store_id>/transfer", permit="transfer_store")
def read_transfer(store_id: Annotated[StoreId, Path()]) -> Transfer:
    """The offer that waits for an answer, for the two whom it is about."""
    me, transfer = _offered(store_id)
    rules.check_party(transfer, me)
    return transfer


@api.post("/v1/stores/<store_id>/transfer/accept", permit="transfer_store")
def take_store_over(store_id: Annotated[StoreId, Path()]) -> Member:
    """Accept the store that is offered to you. Its owner until now stays as a manager."""
    me, transfer = _offered(store_id)
    rules.check_taker(transfer, me)
    [giver] = staff().places(store_id, transfer.from_user_id)
    manager, owner = rules.handed_over(transfer, giver, me, clock.now())
    staff().hand_over(transfer, (giver, me), (manager, owner), receipt(owner))
    return owner


@api.delete("/v1/stores/<store_id>/transfer", permit="transfer_store", status_code=204)
def withdraw_transfer(store_id: Annotated[StoreId, Path()]) -> None:
    """Withdraw the offer, or decline it."""
    me, transfer = _offered(store_id)
    rules.check_party(transfer, me)
    staff().withdraw(transfer, receipt(None, 204))


def _offered(store_id: str) -> tuple[Member, Transfer]:
    """The caller's place in the store and the offer, in one call."""
    store, place, transfer = staff().transfer_asked_for(store_id, asking("transfer_store"))
    me = placed_in("transfer_store", store, place)
    if not transfer:
        raise NotFound()
    return me, transfer
