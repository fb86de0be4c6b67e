"""What catalog tells the other domains: ids, facts, and what stores and operators say of goods in public.

The texts of a listing are the store's word to everyone, not what anybody said about a person: search, baskets and
inventory build their read models from the listing alone, without asking back.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from functions.catalog.model.downloads import GrantId
from functions.catalog.model.files import FileId
from functions.catalog.model.imports import ExportId, ImportId, ImportState
from functions.catalog.model.listings import Listing
from functions.catalog.model.names import (
    BuyerId,
    CategoryId,
    ImageId,
    LineId,
    OfferId,
    OfferKind,
    OrderId,
    ProductId,
    SellerOrderId,
    StoreId,
    UserId,
    VariantId,
    Version,
)
from functions.catalog.model.proposals import ProposalId, Quantity, Side
from functions.catalog.model.requests import RequestId
from kernel.events import Data
from kernel.money import Money

ImageOwner = Annotated[str, Field(description="A store's id, or metco's own.", examples=["metco"])]
How = Literal["created", "edited", "moved"]


class CategoryChanged(Data):
    """A category is new, or different, or elsewhere; ask for the tree to see how it looks now."""

    category_id: CategoryId
    how: How


class ProductChanged(Data):
    """A product of the global database is new or different; each listed offer of it is told of by its own event."""

    product_id: ProductId
    product_version: Version


class OfferListed(Data):
    """Visitors see this offer from now on."""

    listing: Listing


class OfferChanged(Data):
    """Visitors go on seeing this offer, and now see this of it."""

    listing: Listing


class OfferWithdrawn(Data):
    """Visitors see this offer no longer. It may come back. `variant_ids` are those that they saw of it."""

    store_id: StoreId
    product_id: ProductId
    offer_id: OfferId
    offer_version: Version
    kind: OfferKind = "goods"
    variant_ids: list[VariantId] = Field(default_factory=list)


class OffersImported(Data):
    """Visitors see these offers of one store from now on, or see them changed: each counts as if told of by itself."""

    listings: list[Listing]


class ImageAdded(Data):
    """An image has arrived and is one by its first bytes: it is to be rendered."""

    image_id: ImageId
    owner: ImageOwner


class ImageRemoved(Data):
    """An image is shown nowhere any more: its files go."""

    image_id: ImageId
    owner: ImageOwner


class ProductRequested(Data):
    """Somebody misses a product in the global database: it waits for a moderator."""

    request_id: RequestId
    requester_id: UserId
    store_id: Annotated[StoreId | None, Field(examples=[None])] = None


class ProductApproved(Data):
    """A product that somebody missed is in the global database from now on."""

    product_id: ProductId
    request_id: RequestId


class FileAdded(Data):
    """A file for sale has arrived: it is to be put where buyers can get it, and its sender no longer can write."""

    file_id: FileId
    store_id: StoreId
    offer_id: OfferId


class FileRemoved(Data):
    """Nobody can buy or download a file any more: its bytes go."""

    file_id: FileId


class DownloadsGranted(Data):
    """A person may download an offer's files: they bought it, or the store gave it to them."""

    grant_id: GrantId
    store_id: StoreId
    product_id: ProductId
    offer_id: OfferId
    buyer_id: BuyerId
    order_id: OrderId | None = None


class DownloadsRevoked(Data):
    """A person may no longer download what they were granted: the order was refunded, or the store took a gift back."""

    grant_id: GrantId
    store_id: StoreId
    buyer_id: BuyerId
    order_id: OrderId | None = None


class DownloadLinked(Data):
    """A buyer has got a link for a file: it counts as delivered from the first one on."""

    grant_id: GrantId
    store_id: StoreId
    buyer_id: BuyerId
    file_id: FileId


class DigitalDelivered(Data):
    """What was bought of an offer can be downloaded: these lines of the order are delivered."""

    grant_id: GrantId
    order_id: OrderId
    seller_order_id: SellerOrderId
    store_id: StoreId
    offer_id: OfferId
    line_ids: list[LineId]


class KeysAdded(Data):
    """An offer has more licence keys: whoever waited for one gets it."""

    store_id: StoreId
    offer_id: OfferId
    added: Annotated[int, Field(ge=1, examples=[40])]


class KeysShown(Data):
    """A buyer has read the licence keys that they bought: they count as used from then on."""

    grant_id: GrantId
    store_id: StoreId
    buyer_id: BuyerId


class DownloadReturned(Data):
    """A buyer has changed their mind before anything was downloaded: the money for these lines is to go back."""

    grant_id: GrantId
    order_id: OrderId
    seller_order_id: SellerOrderId
    store_id: StoreId
    buyer_id: BuyerId
    line_ids: list[LineId]


class PriceProposed(Data):
    """A buyer has named a price for a variant: the store may answer until it expires."""

    proposal_id: ProposalId
    store_id: StoreId
    product_id: ProductId
    offer_id: OfferId
    variant_id: VariantId
    buyer_id: UserId
    quantity: Quantity
    listed: Money
    price: Money
    expires_at: datetime


class PriceCountered(Data):
    """One side has answered with another price: now the other side may answer."""

    proposal_id: ProposalId
    store_id: StoreId
    offer_id: OfferId
    buyer_id: UserId
    by: Side
    price: Money
    expires_at: datetime


class PriceAgreed(Data):
    """Both sides agree: this buyer pays this price for a piece, once, until it expires."""

    proposal_id: ProposalId
    store_id: StoreId
    product_id: ProductId
    offer_id: OfferId
    variant_id: VariantId
    buyer_id: UserId
    quantity: Quantity
    price: Money
    expires_at: datetime


class PriceRedeemed(Data):
    """An order was paid at the agreed price."""

    proposal_id: ProposalId
    store_id: StoreId
    offer_id: OfferId
    variant_id: VariantId
    buyer_id: UserId
    price: Money
    order_id: Annotated[str, Field(examples=["ord_01k6m2q8vx4c7e9r1t3y5w7zab"])]


class ProposalClosed(Data):
    """Nothing comes of a proposal, or of the price that was agreed on."""

    proposal_id: ProposalId
    store_id: StoreId
    offer_id: OfferId
    buyer_id: UserId
    how: Literal["declined", "withdrawn", "expired"]


class OperatorActed(Data):
    """The track of an operator: who did what to which thing of the catalogue."""

    operator_id: UserId
    action: Annotated[str, Field(examples=["move_category"])]
    subject: Annotated[str, Field(examples=["cat_01k6m2q8vx4c7e9r1t3y5w7zab"])]
    reason: Annotated[str, Field(examples=["Describes another product"])] = ""


class ImportStarted(Data):
    """A store's file is to be read."""

    store_id: StoreId
    import_id: ImportId
    run: Annotated[int, Field(ge=1, examples=[1])]


class ImportChunkReady(Data):
    """Some rows of an import are to be done."""

    store_id: StoreId
    import_id: ImportId
    run: Annotated[int, Field(ge=1, examples=[1])]
    number: Annotated[int, Field(ge=0, examples=[0])]


class ImportEnded(Data):
    """A run of an import is over; its sums and its refused rows can be read."""

    store_id: StoreId
    import_id: ImportId
    run: Annotated[int, Field(ge=1, examples=[1])]
    state: Annotated[ImportState, Field(examples=["done"])]


class GoodsExportRequested(Data):
    """All goods of a store are to be written into a file."""

    store_id: StoreId
    export_id: ExportId


class ShelvesTurning(Data):
    """A store was suspended, closed or restored, and what it offers is being hidden or shown, some at a time."""

    store_id: StoreId
    round: Annotated[int, Field(ge=1, examples=[1])]
