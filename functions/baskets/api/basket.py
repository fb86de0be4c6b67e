"""A buyer's basket, with an account or without: put something in, take it out, see what it costs."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.baskets.api.app import api
from functions.baskets.model.baskets import Basket, BasketChange, LineChange, NewLine, ShownBasket
from functions.baskets.model.names import LineId, Locale
from functions.baskets.model.promotions import Code
from functions.baskets.model.views import BasketView
from functions.baskets.rules import contents as rules
from functions.baskets.rules import views
from functions.baskets.rules.promotions.redemptions import person
from functions.baskets.rules.reading import priced
from functions.baskets.store.baskets import baskets
from functions.baskets.store.redemptions import redemptions
from kernel import authz, clock
from kernel.authz import require
from kernel.http import expected_version, receipt

LinePath = Annotated[LineId, Path()]
CodePath = Annotated[Code, Path()]


@api.get("/v1/basket", permit="read_basket")
def read_basket(language: Annotated[Locale, Query()] = "en") -> BasketView:
    """What is in your basket and what it costs at this moment, with a reason for everything that is different."""
    me = require("read_basket", owner=authz.principal().id)
    found, now = baskets().read(me.id), clock.now()
    buyer = redemptions().buyer(found.promotions, person(me.id), found.basket.codes)
    costs = priced(found.basket, found.facts, found.agreed, found.promotions, buyer, now)
    return views.view(found.basket, costs, found.facts, language)


@api.post("/v1/basket/lines", permit="edit_basket", status_code=201)
def add_to_basket(new: NewLine) -> Basket:
    """Put something into your basket. What is in it already becomes more."""
    me, now = require("edit_basket", owner=authz.principal().id), clock.now()
    return baskets().add(
        me.id,
        new,
        lambda basket, facts: rules.added(_mine(basket), new, facts, me.id, now),
        lambda after: receipt(after, 201),
    )


@api.patch("/v1/basket/lines/<line_id>", permit="edit_basket")
def change_basket_line(line_id: LinePath, change: LineChange) -> Basket:
    """Take more or less of something, save it for later, or take it back from there."""
    me, now = require("edit_basket", owner=authz.principal().id), clock.now()
    return baskets().change(me.id, lambda basket: rules.changed(_mine(basket), line_id, change, now), receipt)


@api.delete("/v1/basket/lines/<line_id>", permit="edit_basket", status_code=204)
def remove_from_basket(line_id: LinePath) -> None:
    """Take something out of your basket, or of what you saved for later."""
    me, now = require("edit_basket", owner=authz.principal().id), clock.now()
    baskets().change(me.id, lambda basket: rules.removed(_mine(basket), line_id, now), lambda _: receipt(None, 204))


@api.patch("/v1/basket", permit="edit_basket")
def change_basket(change: BasketChange) -> Basket:
    """Change the currency that you pay in."""
    me, now = require("edit_basket", owner=authz.principal().id), clock.now()
    return baskets().change(me.id, lambda basket: rules.in_currency(_mine(basket), change, now), receipt)


@api.delete("/v1/basket", permit="edit_basket", status_code=204)
def empty_basket() -> None:
    """Take everything out of your basket. What you saved for later stays."""
    me, now = require("edit_basket", owner=authz.principal().id), clock.now()
    baskets().change(me.id, lambda basket: rules.emptied(_mine(basket), now), lambda _: receipt(None, 204))


@api.put("/v1/basket/codes/<code>", permit="say_codes")
def apply_code(code: CodePath) -> Basket:
    """Say a code. What it reduces, or why it does not, is told when the basket is read."""
    me, now = require("say_codes", owner=authz.principal().id), clock.now()
    return baskets().say_code(me.id, lambda basket: rules.with_code(_mine(basket), code, now), receipt, now)


@api.delete("/v1/basket/codes/<code>", permit="say_codes", status_code=204)
def remove_code(code: CodePath) -> None:
    """Take back a code."""
    me, now = require("say_codes", owner=authz.principal().id), clock.now()
    baskets().change(me.id, lambda basket: rules.without_code(_mine(basket), code, now), lambda _: receipt(None, 204))


@api.post("/v1/basket/shown", permit="edit_basket")
def note_shown_basket(told: ShownBasket) -> Basket:
    """Say what the buyer has been shown, as it was read: changes since then are the next ones to be told."""
    me, now = require("edit_basket", owner=authz.principal().id), clock.now()
    return baskets().change(me.id, lambda basket: rules.shown(_mine(basket), told.lines, now), receipt)


def _mine(basket: Basket) -> Basket:
    """Where the caller said which version was changed, that one."""
    expected_version(basket.version)
    return basket
