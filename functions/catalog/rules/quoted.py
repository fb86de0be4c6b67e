"""Whether what a quote says of offers still holds: an order is paid as it was quoted, or not at all."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from functions.catalog.model.checkouts import OfferLine
from functions.catalog.model.offers import Offer
from functions.catalog.rules.prices import prices_at


def not_as_quoted(
    lines: Sequence[OfferLine], offers: Mapping[tuple[str, str], Offer], shut: Collection[str], now: datetime
) -> list[str]:
    """The variants that are not. `shut`: the stores that may not sell."""
    wrong = [
        line.variant_id
        for line in lines
        if line.store_id in shut or not _as_quoted(line, offers.get((line.product_id, line.offer_id)), now)
    ]
    return list(dict.fromkeys(wrong))


def _as_quoted(line: OfferLine, offer: Offer | None, now: datetime) -> bool:
    """Another version may say that it is used, or something else: its price alone is not what a buyer agrees to."""
    if not offer or not offer.listed or (offer.store_id, offer.version) != (line.store_id, line.offer_version):
        return False
    variant = next((one for one in offer.variants if one.variant_id == line.variant_id and one.active), None)
    if not variant or offer.kind != line.kind:
        return False
    return bool(line.proposal_id) or prices_at(variant, now).get(line.price.currency) == line.price.minor
