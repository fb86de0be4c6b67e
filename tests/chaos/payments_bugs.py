"""Bugs planted in payments: the ways in which money moves twice, or not at all, where somebody is cut off."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import count
from typing import Any
from unittest.mock import patch

from functions.payments import connected, fetching_back, intents, refunding, taking
from functions.payments.attempts import once
from functions.payments.model.intents import IntentSeen
from functions.payments.model.payments import Payment
from functions.payments.model.payouts import Payout
from functions.payments.model.refunds import Refund
from functions.payments.model.stripe import OutcomeUnknown, StoredFailure
from functions.payments.rules import payments as payment_rules
from functions.payments.rules import refunds as refund_rules
from functions.payments.store.payments import payments
from functions.payments.store.payouts import PayoutStore
from functions.payments.stripe_api import Item
from kernel.events import Event
from kernel.table import Change, Receipt, Table
from tests.chaos.planting import Bugs

BUGS = Bugs()
MOVING_MONEY = (intents, refunding, connected)
Call = Callable[[str], Item]
Find = Callable[[datetime], Item | None]


@contextmanager
def moved_by(otherwise: Callable[[str, Call, Find], Item]) -> Iterator[None]:
    with ExitStack() as planted:
        for module in MOVING_MONEY:
            planted.enter_context(patch.object(module, "once", otherwise))
        yield


@BUGS
def a_key_for_every_try() -> Iterator[None]:
    """Whoever asks again asks for something new."""
    tries = count(1)
    with moved_by(lambda what, call, find: call(f"{what}/{next(tries)}")):
        yield


@BUGS
def nobody_looks_after_a_stored_failure() -> Iterator[None]:
    """Stripe failed, so it was not done."""
    with moved_by(lambda what, call, find: once(what, call, lambda since: None)):
        yield


@BUGS
def a_stored_failure_is_asked_for_for_ever() -> Iterator[None]:
    """Under the same key, to which Stripe answers the same."""
    with moved_by(lambda what, call, find: call(f"{what}/1")):
        yield


@BUGS
def a_lost_answer_is_a_refusal() -> Iterator[None]:
    """What was not heard of did not happen: the buyer has it as credits."""
    sent = refunding._sent

    def planted(kept: Refund, payment: Payment) -> Refund | None:
        try:
            return sent(kept, payment)
        except (OutcomeUnknown, StoredFailure):
            return refund_rules.refused(kept, "no_answer")

    with patch.object(refunding, "_sent", planted):
        yield


@BUGS
def told_after_it_is_written() -> Iterator[None]:
    """First the state, then the news of it."""
    commit = Table.commit

    def planted(
        self: Table, changes: Iterable[Change], events: Sequence[Event] = (), receipt: Receipt | None = None
    ) -> Any:
        written = commit(self, changes, (), receipt)
        return commit(self, [], events) if events else written

    with patch.object(Table, "commit", planted):
        yield


@BUGS
def called_off_without_asking() -> Iterator[None]:
    """Nobody has heard that it was paid, so it was not."""

    def planted(payment_id: str, receipt_of: Any = None) -> Payment:
        kept = payments().one(payment_id)
        return kept if kept.is_final else taking._write(kept, payment_rules.ended(kept), receipt_of=receipt_of)

    with patch.object(taking, "give_up", planted), patch.object(taking, "look_behind", lambda kept: kept):
        yield


@BUGS
def success_is_what_the_first_webhook_says() -> Iterator[None]:
    """Of whatever amount."""
    settled = payment_rules.settled

    def planted(kept: Payment, intent: IntentSeen, now: datetime) -> Any:
        asked = {"amount": kept.amount.minor, "currency": kept.amount.currency.lower()}
        received = asked["amount"] if intent.amount_received else 0
        return settled(kept, intent.model_copy(update={**asked, "amount_received": received}), now)

    with patch.object(payment_rules, "settled", planted):
        yield


@BUGS
def a_refund_is_told_at_every_look() -> Iterator[None]:
    """Nobody compares with what was known before."""
    told = refund_rules.told

    def planted(before: Refund, after: Refund) -> Any:
        return told(before.model_copy(update={"state": "asked"}), after)

    with patch.object(refund_rules, "told", planted), patch.object(Change, "when", lambda self, **_: self):
        yield


@BUGS
def a_returned_payout_stays_at_stripe() -> Iterator[None]:
    """The ledger hears that it came back, and the seller's account there keeps it."""
    with patch.object(fetching_back, "of_payout", lambda failed: True):
        yield


@BUGS
def a_payout_is_begun_by_everybody_who_hears() -> Iterator[None]:
    """As if each had been the first."""
    begin = PayoutStore.begin

    def planted(self: PayoutStore, wanted: Payout) -> Payout:
        begin(self, wanted)
        return wanted

    with patch.object(PayoutStore, "begin", planted), patch.object(Change, "when", lambda self, **_: self):
        yield
