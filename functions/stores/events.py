"""What stores tells the other domains. Ids and facts only: erasing a person never means editing history."""

from functions.stores.model.names import CountryCode, CurrencyCode, Section, Slug, StoreId, UserId
from kernel.events import Data


class StoreOpened(Data):
    """There is a new store, and this person owns it."""

    store_id: StoreId
    owner_id: UserId
    slug: Slug
    country: CountryCode
    currency: CurrencyCode


class StoreChanged(Data):
    """Something about a store is different now; ask for the store to see what."""

    store_id: StoreId
    slug: Slug
    country: CountryCode
    currency: CurrencyCode
    sections: list[Section]


class StoreFollowed(Data):
    """Someone wants to hear of this store."""

    store_id: StoreId
    user_id: UserId


class StoreUnfollowed(Data):
    """Someone no longer wants to hear of this store."""

    store_id: StoreId
    user_id: UserId
