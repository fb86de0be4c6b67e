"""A basket: what is kept of it, what people send, and what can be refused."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from functions.baskets.model.names import (
    BasketId,
    CurrencyCode,
    LineId,
    LineState,
    OfferId,
    ProductId,
    Quantity,
    StoreId,
    VariantId,
    Version,
)
from functions.baskets.model.promotions import Code
from kernel.errors import Conflict, NotFound, TooManyRequests
from kernel.http import Answer, Request
from kernel.money import Money

MOST_LINES = 40  # of an order, and of what is bought at once
MOST_SAVED = 200
MOST_CODES = 5


class LineShown(Answer):
    """What the buyer last saw of a line: what is different since is explained."""

    state: LineState = "ok"
    unit_price: Money | None = None


class BasketLine(Answer):
    """One variant of one store. `saved` for later: it is shown, and not bought."""

    line_id: LineId
    store_id: StoreId
    product_id: ProductId
    offer_id: OfferId
    variant_id: VariantId
    quantity: Quantity
    saved: bool = False
    shown: LineShown = Field(default_factory=LineShown)


NoteKind = Literal["merged", "set_aside", "lapsed"]


class BasketNote(Answer):
    """What became of a line without the buyer's doing: guest and person came together, or it was left for too long."""

    kind: NoteKind
    line_id: LineId
    quantity: Quantity


class Basket(Answer):
    """What is in it. What it costs is asked for by reading it: prices are never kept."""

    basket_id: BasketId
    currency: CurrencyCode
    lines: list[BasketLine] = Field(default_factory=list)
    codes: Annotated[list[Code], Field(examples=[["SUMMER10"]])] = Field(default_factory=list)
    notes: list[BasketNote] = Field(default_factory=list)
    changed_at: datetime
    version: Version = 0

    @property
    def to_buy(self) -> list[BasketLine]:
        return [line for line in self.lines if not line.saved]


# What people send


class NewLine(Request):
    """One more of it, or several. An empty basket takes the currency; one with something in it keeps its own."""

    store_id: StoreId
    offer_id: OfferId
    variant_id: VariantId
    quantity: Quantity = 1
    currency: CurrencyCode = "EUR"


class LineChange(Request):
    """Only what is sent changes."""

    quantity: Quantity | None = None
    saved: bool | None = None


class BasketChange(Request):
    """What has no price in that currency stays in the basket, and cannot be bought in it."""

    currency: CurrencyCode


class ShownLine(Request):
    line_id: LineId
    state: LineState
    unit_price: Money | None = None


class ShownBasket(Request):
    """What the buyer has been shown, line by line, as it was read: changes are told until it is said that they were."""

    lines: Annotated[list[ShownLine], Field(max_length=MOST_LINES + MOST_SAVED)]


# What can be refused


class NoSuchLine(NotFound):
    code = NotFound.code  # a line that was removed and one of somebody else answer alike
    title = NotFound.title


class NotForSale(Conflict):
    """This is not for sale, or not any more."""


class NotInThisCurrency(Conflict):
    """This is not sold in the basket's currency. Change the basket's currency, or leave it out."""


class TooFewThere(Conflict):
    """There are not as many of this as you want."""


class BasketFull(Conflict):
    """Forty different things can be bought at once. Buy these first, or save some for later."""


class TooManySaved(Conflict):
    """Two hundred things can be saved for later. Remove some first."""


class TooManyOfOne(Conflict):
    """A hundred pieces of one thing can be bought at once. Ask the store for more."""


class TooManyCodes(Conflict):
    """Five codes can be tried at once. Remove one first."""


class TooManyCodesTried(TooManyRequests):
    """Too many codes were tried. Wait for an hour before the next one."""


class BasketChangedMeanwhile(Conflict):
    """This basket was changed at the same moment, perhaps on another device. Read it again."""


class GuestHasAccount(Conflict):
    """This guest has signed in, and the basket went along. Go on with the account."""


class Forgotten(Conflict):
    """This person has left Metco, and nothing is kept of them."""


class BoughtAlready(Conflict):
    """What this order bought was taken out of the basket already."""
