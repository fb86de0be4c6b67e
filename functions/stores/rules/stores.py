"""Opening a store and editing it: values in, values out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from functions.stores.model.hours import Hours
from functions.stores.model.members import Member
from functions.stores.model.names import StorePermission
from functions.stores.model.pictures import Pictures
from functions.stores.model.profile import Profile
from functions.stores.model.refusals import CountryVerified, CurrencyInUse, TooManySlugs
from functions.stores.model.shipping import Shipping
from functions.stores.model.stores import Faq, NewStore, Policies, Store, StoreChange, StorePage

ALL_PERMISSIONS: Sequence[StorePermission] = (
    "manage_staff",
    "edit_store",
    "view_sales",
    "edit_products",
    "view_orders",
    "withdraw_funds",
)
STORES_PER_PERSON = 20
FORMER_SLUGS = 10


def new_store(store_id: str, request: NewStore, now: datetime) -> Store:
    return Store(
        store_id=store_id,
        slug=request.slug,
        name=request.name,
        country=request.country,
        currency=request.currency,
        opened_at=now,
        version=1,
    )


def founder(store: Store, user_id: str) -> Member:
    return Member(
        store_id=store.store_id,
        user_id=user_id,
        role="owner",
        permissions=list(ALL_PERMISSIONS),
        joined_at=store.opened_at,
        version=1,
    )


def edited(store: Store, change: StoreChange) -> Store:
    if change.currency not in (None, store.currency) and store.shipping.zones:
        raise CurrencyInUse()
    if change.country not in (None, store.country) and store.verification == "verified":
        raise CountryVerified()
    return with_(store, **change.model_dump(exclude_none=True))


def moved(store: Store, slug: str) -> Store:
    """A former address can be the present one again."""
    former = [one for one in (*store.former_slugs, store.slug) if one != slug]
    if len(former) > FORMER_SLUGS:
        raise TooManySlugs()
    return with_(store, slug=slug, former_slugs=former)


def with_(store: Store, **parts: Any) -> Store:
    """The next version, in which these parts are other ones."""
    return store.model_copy(update={**parts, "version": store.version + 1})


def closed(store: Store) -> Store:
    """Nobody is left: what its people wrote goes, its address too; the id stays, and what was sold under it."""
    return with_(
        store,
        slug=f"closed-{store.store_id.removeprefix('sto_')}",
        former_slugs=[],
        name="Closed store",
        tagline="",
        description="",
        pictures=Pictures(),
        policies=Policies(),
        hours=Hours(),
        shipping=Shipping(origins=[], zones=[]),
        faq=Faq(items=[]),
        point=None,
        standing="closed",
        standing_reason="",
        verification_reason="",
    )


def profile(store: Store) -> Profile:
    return Profile(
        name=store.name,
        slug=store.slug,
        tagline=store.tagline,
        logo=store.pictures.logo,
        country=store.country,
        verified=store.verification == "verified",
        standing=store.standing,
        point=store.point,
    )


def page(store: Store) -> StorePage:
    """Streets stay with the store: a visitor learns the country that parcels come from, no more."""
    return StorePage(
        store_id=store.store_id,
        slug=store.slug,
        name=store.name,
        tagline=store.tagline,
        description=store.description,
        country=store.country,
        currency=store.currency,
        verified=store.verification == "verified",
        branding=store.branding,
        pictures=store.pictures,
        policies=store.policies,
        hours=store.hours,
        ships_from=sorted({origin.country for origin in store.shipping.origins}),
        zones=store.shipping.zones,
        faq=store.faq.items,
        point=store.point,
        opened_at=store.opened_at,
        version=store.version,
    )
