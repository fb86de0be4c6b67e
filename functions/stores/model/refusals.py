"""What can be refused about a store."""

from kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests


class NoSuchStore(NotFound):
    code = NotFound.code  # a missing store and someone else's answer alike
    title = NotFound.title


class SlugTaken(Conflict):
    """Another store has this address. Choose another slug."""


class StoreChanged(Conflict):
    """The store was changed by someone else in the meantime. Read it again, then repeat the edit."""


class TooManyStores(TooManyRequests):
    """One account opens at most 20 stores."""


class StoreSuspended(Forbidden):
    """This store is suspended. Its reason is told with the store; write to support."""


class CurrencyInUse(Conflict):
    """Shipping rates are priced in the current currency. Remove them first."""


class CountryVerified(Conflict):
    """The store was verified for its country. To move it, have it verified again: write to support."""


class ShippingInvalid(Invalid):
    """The zones and rates contradict each other."""


class HoursInvalid(Invalid):
    """The hours contradict each other."""


class TooManySlugs(Conflict):
    """A store keeps its former addresses, ten at most. It can go back to one of them."""


class StoreMoved(Conflict):
    """The store was given another address at this moment. Repeat the request."""


class FollowChanged(Conflict):
    """This was asked for twice at once, and done once."""


class OlderNews(Conflict):
    """Something newer was heard already."""
