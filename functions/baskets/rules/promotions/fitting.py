"""Whether a promotion is for this buyer and this basket, and what of it it means; if not, why not."""

from collections.abc import Sequence
from datetime import datetime

from functions.baskets.model.promotions import BuyGet, Fixed, PromotedGoods, Promotion
from functions.baskets.model.reductions import Buyer, LineToReduce, ShippingToReduce
from functions.baskets.rules.promotions.benefits import Meant
from kernel.money import Money

# Of every reason a sentence; some are told in other words, where there is more to say.
WHY = {
    "taken": "It reduces what it is for.",
    "not_yet": "It has not begun yet.",
    "over": "It has ended.",
    "sign_in": "It is for people with an account: sign in first.",
    "not_for_you": "It is for other people.",
    "not_first_order": "It is for a first order.",
    "used_up": "It has been used as often as it can be.",
    "nothing_meant": "Nothing in the basket is what it is for.",
    "other_currency": "It is not for this currency.",
    "below_minimum": "Too little is in the basket of what it is for.",
    "not_enough_pieces": "Too few pieces are in the basket of what it is for.",
    "shipping_unknown": "What shipping costs is not known yet: say where to.",
    "another_is_better": "Another promotion takes more off, and the two exclude each other.",
    "comes_to_nothing": "Nothing is left that it could take off.",
}


def said_or_open(promotion: Promotion, buyer: Buyer) -> bool:
    """Nobody learns of a code by not saying it, nor of what is for other people only."""
    if promotion.code:
        return promotion.code in buyer.codes
    return not promotion.customer_ids or buyer.user_id in promotion.customer_ids


def why_not(promotion: Promotion, buyer: Buyer, now: datetime) -> str:
    """What is in the way whatever is in the basket."""
    if now < promotion.starts_at:
        return "not_yet"
    if not promotion.runs_at(now):
        return "over"
    if promotion.for_known_people and not buyer.user_id:
        return "sign_in"
    if promotion.customer_ids and buyer.user_id not in promotion.customer_ids:
        return "not_for_you"
    if promotion.first_order and not buyer.first_order:
        return "not_first_order"
    return "used_up" if buyer.left.get(promotion.promotion_id, 1) <= 0 else ""


def meant_by(
    promotion: Promotion, lines: Sequence[LineToReduce], shipping: Sequence[ShippingToReduce], buyer: Buyer
) -> Meant:
    """`lines` are not empty: they say the currency."""
    benefit = promotion.benefit
    meant = [line for line in lines if _means(promotion, promotion.goods, line)]
    rewards = benefit.rewards if isinstance(benefit, BuyGet) else None
    stores = {line.store_id for line in meant}
    most = buyer.left.get(promotion.promotion_id) if promotion.limits.counted == "pieces" else None
    return Meant(
        lines=meant,
        rewards=[line for line in lines if _means(promotion, rewards, line)] if rewards else [],
        shipping=[one for one in shipping if one.store_id in stores],
        currency=lines[0].unit_price.currency,
        most=most,
    )


def why_not_this(promotion: Promotion, meant: Meant) -> tuple[str, str]:
    """What of the basket is in the way: a reason, and a sentence."""
    if not meant.lines:
        return "nothing_meant", WHY["nothing_meant"]
    if not _knows(promotion, meant.currency):
        return "other_currency", WHY["other_currency"]
    minimum = promotion.minimum_spend.get(meant.currency, 0)
    spent = sum(line.price.minor for line in meant.lines)
    if spent < minimum:
        return "below_minimum", f"For {Money(minimum - spent, meant.currency)} more of what it is for, it reduces it."
    return "", ""


def _means(promotion: Promotion, goods: PromotedGoods, line: LineToReduce) -> bool:
    if promotion.borne_by == "store" and (line.agreed or line.store_id != promotion.store_id):
        return False
    return (
        (not goods.store_ids or line.store_id in goods.store_ids)
        and (not goods.category_ids or not set(goods.category_ids).isdisjoint(line.category_path))
        and (not goods.product_ids or line.product_id in goods.product_ids)
        and line.product_id not in goods.except_product_ids
    )


def _knows(promotion: Promotion, currency: str) -> bool:
    """An amount that is not said in a currency is not nothing, and not without end: it is no promotion there."""
    benefit = promotion.benefit
    bounds = [promotion.minimum_spend, getattr(benefit, "at_most", {})]
    bounds += [benefit.off] if isinstance(benefit, Fixed) else []
    return all(not bound or currency in bound for bound in bounds)
