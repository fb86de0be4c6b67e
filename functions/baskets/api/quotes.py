"""What a basket costs, sent where and how its buyer says: signed, so that orders believe it."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import TypeAdapter

from functions.baskets.api.app import api
from functions.baskets.model.names import Locale
from functions.baskets.model.quotes import PURPOSE, QuoteAsked, QuoteGiven
from functions.baskets.model.taxes import CountryTax, FlatTax, TaxPort, TaxSetting
from functions.baskets.rules import quotes as rules
from functions.baskets.rules.pricing import priced
from functions.baskets.rules.pricing.taxes import port
from functions.baskets.rules.promotions.redemptions import person
from functions.baskets.store.baskets import baskets
from functions.baskets.store.redemptions import redemptions
from kernel import authz, clock, ids, settings
from kernel.authz import require
from kernel.http import receipt


@api.post("/v1/basket/quote", permit="quote_basket")
def quote_basket(asked: QuoteAsked, language: Annotated[Locale, Query()] = "en") -> QuoteGiven:
    """Price your basket as it would be ordered now. Whoever orders within a quarter of an hour pays just that."""
    me, now = require("quote_basket", owner=authz.principal().id), clock.now()
    found = baskets().read(me.id)
    basket = found.basket
    rules.check_seen(basket, asked.basket_version)
    lines = rules.to_price(basket, found.facts, found.agreed, language, now)
    costs = priced(
        lines,
        rules.sellers(basket, found.facts),
        found.promotions,
        redemptions().buyer(found.promotions, person(me.id), basket.codes),
        _taxes(),
        now,
        currency=basket.currency,
        ship_to=asked.ship_to,
        methods=asked.methods,
    )
    quote = rules.quoted(basket, costs, ids.new_id("qte"), me.id, asked.ship_to, now)
    answer = rules.given(quote, costs, settings.key(PURPOSE, secret="QUOTES_SECRET_ID"))
    baskets().answered(receipt(answer))
    return answer


def _taxes() -> TaxPort:
    said = settings.setting("taxes", {"kind": "by_country"})
    return port(TypeAdapter[FlatTax | CountryTax](TaxSetting).validate_python(said))
