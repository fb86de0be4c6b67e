"""The parts of a store, each replaced as a whole, and what is still missing."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.stores.api.app import admitted, api
from functions.stores.model.hours import Hours
from functions.stores.model.names import Section, StoreId
from functions.stores.model.profile import Point
from functions.stores.model.shipping import Shipping
from functions.stores.model.stores import Branding, Checklist, Faq, Policies, SlugChange, Store
from functions.stores.rules import stores as rules
from functions.stores.rules.checklist import checklist
from functions.stores.rules.hours import check_hours
from functions.stores.rules.shipping import check_shipping
from functions.stores.store.stores import stores
from kernel.http import expected_version, receipt


@api.put("/v1/stores/<store_id>/slug", permit="edit_store")
def move_store(store_id: Annotated[StoreId, Path()], change: SlugChange) -> Store:
    """Give the store another address. The old one leads to it for ever, and goes to nobody else."""
    store = admitted("edit_store", store_id)
    expecting = expected_version(store.version)
    if change.slug == store.slug:
        return store
    moved = rules.moved(store, change.slug)
    return stores().move(store, moved, expecting=expecting, receipt=receipt(moved))


@api.put("/v1/stores/<store_id>/branding", permit="edit_store")
def set_branding(store_id: Annotated[StoreId, Path()], branding: Branding) -> Store:
    """Choose the store's colours."""
    return _replaced(admitted("edit_store", store_id), "branding", branding)


@api.put("/v1/stores/<store_id>/policies", permit="edit_store")
def set_policies(store_id: Annotated[StoreId, Path()], policies: Policies) -> Store:
    """Say what may be returned, and on which terms you sell."""
    return _replaced(admitted("edit_store", store_id), "policies", policies)


@api.put("/v1/stores/<store_id>/hours", permit="edit_store")
def set_hours(store_id: Annotated[StoreId, Path()], hours: Hours) -> Store:
    """Say when the store is open, and when it is closed for holidays."""
    store = admitted("edit_store", store_id)
    check_hours(hours)
    return _replaced(store, "hours", hours)


@api.put("/v1/stores/<store_id>/shipping", permit="edit_store")
def set_shipping(store_id: Annotated[StoreId, Path()], shipping: Shipping) -> Store:
    """Say where parcels leave from, where they go and for how much."""
    store = admitted("edit_store", store_id)
    check_shipping(shipping, store.currency)
    return _replaced(store, "shipping", shipping)


@api.put("/v1/stores/<store_id>/faq", permit="edit_store")
def set_faq(store_id: Annotated[StoreId, Path()], faq: Faq) -> Store:
    """Answer what buyers ask most, in the order they will see."""
    return _replaced(admitted("edit_store", store_id), "faq", faq)


@api.put("/v1/stores/<store_id>/point", permit="edit_store")
def set_point(store_id: Annotated[StoreId, Path()], point: Point) -> Store:
    """Say where the store is, so that people nearby find it. It is rounded to about a kilometre, and public."""
    return _replaced(admitted("edit_store", store_id), "point", point)


@api.delete("/v1/stores/<store_id>/point", permit="edit_store")
def remove_point(store_id: Annotated[StoreId, Path()]) -> Store:
    """Say no longer where the store is."""
    return _replaced(admitted("edit_store", store_id), "point", None)


@api.get("/v1/stores/<store_id>/checklist", permit="read_store")
def read_checklist(store_id: Annotated[StoreId, Path()]) -> Checklist:
    """What the store still lacks before it may sell."""
    return checklist(admitted("read_store", store_id))


Content = Branding | Policies | Hours | Shipping | Faq | Point | None


def _replaced(store: Store, section: Section, content: Content) -> Store:
    edited = rules.with_(store, **{section: content})
    expecting = expected_version(store.version)
    return stores().edit(edited, expecting=expecting, sections=[section], receipt=receipt(edited))
