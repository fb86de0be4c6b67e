"""Whether a quote is what baskets signed, for whoever brings it, and still holds."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from pydantic import ValidationError

from functions.orders.model.addresses import AddressDiffers, AddressMissing, SentTo
from functions.orders.model.quotes import Quote, QuotedLine, QuotedShipping, QuoteExpired, QuoteInvalid, ShipTo
from kernel.money import Money


def read(token: str, key: bytes) -> Quote:
    """The signature is checked before anything of the content is looked at."""
    said, _, signature = token.partition(".")
    if not hmac.compare_digest(_decoded(signature), hmac.digest(key, said.encode(), hashlib.sha256)):
        raise QuoteInvalid()
    try:
        return Quote.model_validate_json(_decoded(said))
    except ValidationError as error:  # signed, but by a basket of another time: nobody can help that but a new one
        raise QuoteInvalid() from error


def check_buyer(quote: Quote, buyer_id: str) -> None:
    if quote.buyer_id != buyer_id:
        raise QuoteInvalid()


def check(quote: Quote, now: datetime) -> None:
    if quote.over_at(now):
        raise QuoteExpired()
    _check_sums(quote)


def check_address(quote: Quote, given: SentTo | None) -> None:
    """It goes to where it was priced for."""
    if not given:
        if quote.shipping:
            raise AddressMissing()
        return
    if quote.ship_to and not _same(quote.ship_to, given):
        raise AddressDiffers()


def _check_sums(quote: Quote) -> None:
    """Signed sums are right unless somebody's code is wrong; then it is better to say so before money is taken."""
    parts: list[QuotedLine | QuotedShipping] = [*quote.lines, *quote.shipping]
    each = all(one.total == one.goods - one.subsidy + one.tax for one in parts)
    if not each or _sum((one.total for one in parts), quote.currency) != quote.totals.total:
        raise QuoteInvalid("The sums of this quote do not add up. Ask your basket for another one.")


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    return sum(amounts, Money.zero(currency))


def _same(priced: ShipTo, given: SentTo) -> bool:
    """What the price was not told of does not matter."""
    pairs = [(priced.country, given.country), (priced.region, given.region), (priced.postcode, given.postcode)]
    return all(_plain(one) == _plain(other) for one, other in pairs if one)


def _plain(word: str) -> str:
    return "".join(word.split()).casefold()


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise QuoteInvalid() from None
