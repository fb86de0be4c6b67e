"""The document that the index is to hold of a listing, and of a store."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from functions.search.model.documents import AttributeValue, Card, Document, Place, StoreCard, StoreDocument
from functions.search.model.kept import Facts, Kept, KnownStore
from functions.search.model.told import ListedVariant, Listing, Profile

LEFT_OUT_AFTER = timedelta(hours=1)  # far longer than any write can be under way
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_LETTERS = 10


def document(facts: Facts) -> Document:
    kept, listing, store = facts.kept, facts.kept.listing, facts.store
    if not listing:
        return _withdrawn(kept)
    profile = store.profile
    return Document(
        revision=kept.revision,
        card=_card(listing, profile, facts.unorderable),
        shown=kept.shown and (profile is None or profile.standing == "open"),
        descriptions={locale: text.description for locale, text in listing.texts.items() if text.description},
        attributes=_attributes(listing),
        codes=tuple(sorted({one.sku for one in listing.variants if one.sku})),
        listed_at=made_at_s(kept.offer_id),
        place=_place(profile),
    )


def _withdrawn(kept: Kept) -> Document:
    """Its revision, and not a word."""
    card = Card(
        offer_id=kept.offer_id, product_id=kept.product_id, store_id=kept.store_id, slug="", language="", titles={}
    )
    return Document(revision=kept.revision, card=card, shown=False)


def store_document(store: KnownStore) -> StoreDocument | None:
    """None: nobody has told its name yet."""
    profile = store.profile
    if not profile:
        return None
    return StoreDocument(
        revision=store.revision,
        card=StoreCard(
            store_id=store.store_id,
            slug=profile.slug,
            name=profile.name,
            description=profile.tagline,
            country=profile.country,
            verified=profile.verified,
            logo_id=profile.logo,
            place=_place(profile),
        ),
        shown=profile.standing == "open",
        categories=store.categories,
    )


def worth_rebuilding(kept: Kept, now: datetime) -> bool:
    """What was withdrawn long ago is left out: no older write of it can still come."""
    return kept.withdrawn_at is None or now - kept.withdrawn_at < LEFT_OUT_AFTER


def shown_of(profile: Profile | None) -> tuple[object, ...]:
    """What of a store is in its listings' documents."""
    if not profile:
        return ()
    return (profile.name, profile.slug, profile.country, profile.verified, profile.standing == "open", profile.point)


def made_at_s(thing_id: str) -> int:
    """Ids tell when they were made: the first letters behind the prefix are its milliseconds."""
    number = 0
    for letter in thing_id.rpartition("_")[2][:_TIME_LETTERS]:
        number = number << 5 | _ALPHABET.index(letter)
    return number // 1000


def _card(listing: Listing, profile: Profile | None, unorderable: frozenset[str]) -> Card:
    orderable = [one for one in listing.variants if one.variant_id not in unorderable]
    counted = orderable or listing.variants  # what cannot be had does not make it look cheap
    return Card(
        offer_id=listing.offer_id,
        product_id=listing.product_id,
        store_id=listing.store_id,
        slug=listing.slug,
        language=listing.language,
        titles={locale: text.title for locale, text in listing.texts.items()},
        category_path=tuple(listing.category_path),
        brand=listing.brand,
        kind=listing.kind,
        condition=listing.condition,
        prices=_least(one.prices for one in counted),
        compare_at=_compared(counted),
        variants=len(listing.variants),
        takes_proposals=listing.takes_proposals,
        image_id=listing.image_id,
        available=bool(orderable),
        store_name=profile.name if profile else "",
        store_slug=profile.slug if profile else "",
        store_country=profile.country if profile else "",
        store_verified=profile.verified if profile else False,
    )


def _least(prices: Iterable[Mapping[str, int]]) -> dict[str, int]:
    least: dict[str, int] = {}
    for one in prices:
        for currency, minor in one.items():
            least[currency] = min(minor, least.get(currency, minor))
    return dict(sorted(least.items()))


def _compared(variants: list[ListedVariant]) -> dict[str, int]:
    """The former price beside the cheapest one, and never another variant's."""
    compared: dict[str, int] = {}
    for currency in _least(one.prices for one in variants):
        cheapest = min((one for one in variants if currency in one.prices), key=lambda one: one.prices[currency])
        if currency in cheapest.compare_at:
            compared[currency] = cheapest.compare_at[currency]
    return compared


def _attributes(listing: Listing) -> dict[str, AttributeValue]:
    """Those of the product, and what its variants can be chosen by."""
    options: dict[str, list[str]] = {}
    for variant in listing.variants:
        for code, value in variant.options.items():
            if value not in options.setdefault(code, []):
                options[code].append(value)
    told = {code: tuple(value) if isinstance(value, list) else value for code, value in listing.attributes.items()}
    return {**told, **{code: tuple(values) for code, values in options.items()}}


def _place(profile: Profile | None) -> Place | None:
    return (profile.point.lat, profile.point.lon) if profile and profile.point else None
