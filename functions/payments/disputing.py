"""Chargebacks: heard of, contested with what sellers and finance have to say, or accepted; decided by banks."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from functions.payments import evidence_files, refunding, stripe_api
from functions.payments.attempts import once
from functions.payments.model.chargebacks import Chargeback, ChargebackChanged, Evidence
from functions.payments.model.stripe import StripeRefused
from functions.payments.rules import chargebacks as rules
from functions.payments.store.chargebacks import chargebacks
from functions.payments.store.payments import payments
from functions.payments.stripe_api import Item
from kernel import clock, ids, log
from kernel.errors import Unavailable

TRIES = 5
ASKED_BACK = timedelta(days=7)


def refreshed(dispute_id: str) -> None:
    """Stripe told something of a dispute. What it is now, Stripe is asked."""
    heard(_read(dispute_id))


def heard(said: Item) -> Chargeback | None:
    chargeback_id = ids.derived_id("cbk", str(said["id"]))
    payment = payments().known_by(str(said["charge"])) or payments().known_by(str(said.get("payment_intent")))
    if not payment:
        log.warning("dispute of nobody's payment", stripe_id=said["id"])
        log.count("disputes_unknown_total")
        return None
    store_ids = chargebacks().sellers_of(payment.payment_id)
    for _ in range(TRIES):
        before = chargebacks().find(chargeback_id)
        if before:
            after = rules.heard(before, said, store_ids, clock.now())
        else:
            after = rules.read(said, chargeback_id, payment, store_ids)
        if not after:
            return _followed_up(before) if before else None
        with suppress(ChargebackChanged):
            chargebacks().replace(before, after, rules.told(before, after, said))
            if not before:
                log.count("chargebacks_total", reason=after.reason)
            return _followed_up(after)
    raise Unavailable("This chargeback is being changed again and again. Try again.")


def look(chargeback_id: str) -> None:
    """It is overdue: something is to be done with it, or nothing was heard of it for long."""
    kept, collected = chargebacks().file(chargeback_id)
    if kept.state in rules.DECIDED:
        _followed_up(kept)
        return
    if rules.goes_by_itself(kept, collected, clock.now()):
        after = rules.decided_on(kept, "send", collected)
        chargebacks().replace(kept, after)
        log.info("evidence goes by itself", chargeback_id=chargeback_id)
        kept = after
    found = heard(_done(kept, collected) if kept.wanted else _read(kept.dispute_id))
    if found and found.version == kept.version:
        chargebacks().look_later(found)  # nothing new


def look_for_others() -> int:
    """Those of the last days that no webhook told of: once an hour."""
    if not chargebacks().is_time_to_ask(clock.now()):
        return 0
    params = {"created": {"gte": clock.epoch_s(clock.now() - ASKED_BACK)}}
    every = list(stripe_api.every(lambda stripe, params: stripe.v1.disputes.list(params), params))
    for said in every:
        heard(said)
    return len(every)


def _followed_up(after: Chargeback) -> Chargeback:
    """What hangs on its end. All of it is safe to repeat: whoever was cut off here does it again."""
    if after.state in rules.DECIDED and not after.filed:
        _, collected = chargebacks().file(after.chargeback_id)
        for one in collected:
            for file in one.files:
                evidence_files.remove(after.chargeback_id, one.contributor, file.kind)
        chargebacks().forget_evidence(after.chargeback_id)
        refunding.after_chargeback(after.payment_id)
        with suppress(ChargebackChanged):  # somebody else has done the same
            chargebacks().replace(after, rules.filed(after))
    return after


def _done(kept: Chargeback, collected: list[Evidence]) -> Item:
    """Once. Where Stripe says that it is too late or done, how it stands tells the rest."""
    try:
        return _accept(kept) if kept.wanted == "accept" else _send(kept, collected)
    except StripeRefused as refused:
        log.warning("chargeback not answered", chargeback_id=kept.chargeback_id, reason=refused.reason)
        return _read(kept.dispute_id)


def _send(kept: Chargeback, collected: list[Evidence]) -> Item:
    said = _read(kept.dispute_id)
    if (said.get("evidence_details") or {}).get("submission_count"):
        return said
    texts, files = rules.together(collected)
    sent = {kind: evidence_files.to_stripe(kept.chargeback_id, by, kind) for kind, by in files.items()}
    params: Any = {"evidence": {**texts, **sent}, "submit": True}
    return stripe_api.ask(lambda stripe: stripe.v1.disputes.update(kept.dispute_id, params))


def _accept(kept: Chargeback) -> Item:
    def close(key: str) -> Item:
        return stripe_api.ask(lambda stripe: stripe.v1.disputes.close(kept.dispute_id, {}, {"idempotency_key": key}))

    return once(f"accept/{kept.dispute_id}", close, lambda _since: _read(kept.dispute_id))


def _read(dispute_id: str) -> Item:
    return stripe_api.read(lambda stripe: stripe.v1.disputes.retrieve(dispute_id))
