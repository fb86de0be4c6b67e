"""The life of a hold: pending, then captured, voided or expired, exactly once."""

from datetime import datetime, timedelta

from functions.ledger.model.facts.credits import CreditsHeld, HoldReleased
from functions.ledger.model.facts.sales import Captured
from functions.ledger.model.holds import CaptureExceedsHold, HeldOtherwise, Hold, HoldAlreadyResolved, HoldState
from kernel.ids import derived_id
from kernel.money import Money

ASK_AGAIN = timedelta(minutes=10)


def hold_id(order_id: str) -> str:
    """Whatever is repeated for an order meets the same hold."""
    return derived_id("hld", order_id)


def made(order_id: str, buyer_id: str, amount: Money, expires_at: datetime) -> Hold:
    return Hold(hold_id=hold_id(order_id), order_id=order_id, buyer_id=buyer_id, amount=amount, expires_at=expires_at)


def tombstone(order_id: str, buyer_id: str, currency: str, now: datetime) -> Hold:
    """Over before it ever was: whoever comes late with the order finds that."""
    over = made(order_id, buyer_id, Money.zero(currency), now)
    return over.model_copy(update={"state": "voided"})


def check_same(kept: Hold, amount: Money) -> None:
    """Asked again, the answer is the same; asked for something else, or too late, it is a refusal."""
    if kept.state in ("voided", "expired"):
        raise HoldAlreadyResolved()
    if kept.amount != amount:
        raise HeldOtherwise()


def captured(hold: Hold, amount: Money) -> Hold | None:
    """None, if exactly this was captured already. What is not captured goes back with the same journal."""
    if hold.state == "captured" and hold.captured == amount:
        return None
    if hold.state != "pending":
        raise HoldAlreadyResolved()
    if amount > hold.amount:
        raise CaptureExceedsHold(f"{amount} are to be spent, and {hold.amount} were set aside.")
    return _resolved(hold, "captured", amount)


def voided(hold: Hold) -> Hold | None:
    """None, if the credits are back already."""
    return _released(hold, "voided")


def expired(hold: Hold, now: datetime) -> Hold | None:
    """None as well, if it is not over yet: whoever looks at a list may be late."""
    if hold.state == "pending" and hold.expires_at > now:
        return None
    return _released(hold, "expired")


def asked(hold: Hold, now: datetime) -> Hold | None:
    """Its time is over, and orders is asked; None, if it is not, or was asked just now."""
    if hold.state != "pending" or hold.due_at > now:
        return None
    return hold.model_copy(update={"ask_at": now + ASK_AGAIN, "version": hold.version + 1})


def _released(hold: Hold, how: HoldState) -> Hold | None:
    if hold.state in ("voided", "expired"):
        return None
    if hold.state == "captured":
        raise HoldAlreadyResolved()
    return _resolved(hold, how, None)


def _resolved(hold: Hold, how: HoldState, amount: Money | None) -> Hold:
    return hold.model_copy(update={"state": how, "captured": amount, "version": hold.version + 1})


# What each does to the books


def held_fact(hold: Hold, at: datetime) -> CreditsHeld:
    return CreditsHeld(at=at, hold_id=hold.hold_id, order_id=hold.order_id, buyer_id=hold.buyer_id, amount=hold.amount)


def released_fact(hold: Hold, at: datetime) -> HoldReleased:
    """One fact for both ends: were it two, a hold that is voided while it expires would go back twice."""
    return HoldReleased(at=at, hold_id=hold.hold_id, order_id=hold.order_id, buyer_id=hold.buyer_id, amount=hold.amount)


def captured_part(hold: Hold) -> Captured:
    """What the journal of the paid order takes up."""
    return Captured(hold_id=hold.hold_id, held=hold.amount)
