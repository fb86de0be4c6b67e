"""What the index holds: a document is a listing, that is one offer of one product by one store.

Plain values: a search reads hundreds of them within a millisecond, and what is in them was validated on its way in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Place = tuple[float, float]  # latitude and longitude, in degrees
AttributeValue = bool | int | float | str | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a hit shows, kept in the index: answering a search asks nobody else."""

    offer_id: str
    product_id: str
    store_id: str
    slug: str  # of the product
    language: str  # the product's own
    titles: Mapping[str, str]  # by language
    category_path: tuple[str, ...] = ()  # from the root to the product's own category
    brand: str = ""
    kind: str = "goods"
    condition: str = "new"
    prices: Mapping[str, int] = field(default_factory=dict)  # minor units of the cheapest variant, by currency
    compare_at: Mapping[str, int] = field(default_factory=dict)
    variants: int = 1
    takes_proposals: bool = False
    image_id: str | None = None
    available: bool = True
    rating: float | None = None  # 1 to 5
    ratings: int = 0
    store_name: str = ""
    store_slug: str = ""
    store_country: str = ""
    store_verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`revision` grows with every change of the listing, of its stock and of its store: the highest one stays.

    What is withdrawn stays as a document that is not `shown`, so that an older write that comes late cannot raise it.
    """

    revision: int
    card: Card
    shown: bool = True
    descriptions: Mapping[str, str] = field(default_factory=dict)  # by language
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)  # by code, options of variants among them
    codes: tuple[str, ...] = ()  # stock keeping units and the like: found when typed whole
    listed_at: int = 0  # seconds since 1970
    popularity: float = 0.0  # 0 and more; what doubles it counts alike, wherever it starts
    boost: float = 1.0  # 1 and more: an operator's or a promotion's word
    place: Place | None = None  # the store's, rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCard:
    store_id: str
    slug: str
    name: str
    description: str = ""
    country: str = ""
    verified: bool = False
    rating: float | None = None
    ratings: int = 0
    logo_id: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreDocument:
    """A store as a search for stores finds it. A suspended or closed one is not `shown`."""

    revision: int
    card: StoreCard
    shown: bool = True
    categories: tuple[str, ...] = ()  # every category it sells in, and those above
