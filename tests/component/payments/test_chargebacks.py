from datetime import timedelta
from typing import Any

import pytest

from functions.payments import disputing
from functions.payments.store.chargebacks import ChargebackStore, chargebacks
from kernel import clock
from kernel.errors import Unavailable
from local.stripe.faults import Fault
from local.stripe.objects import disputes
from tests.builders import contesting as c
from tests.builders import money_back as m
from tests.builders import payments as a
from tests.builders.ledger import BUYER, NOON, STORE, an_id
from tests.builders.stand_in import AtStripe

OTHER = an_id("sto", 1)
A_MINUTE = timedelta(minutes=1)
KEY = {"Idempotency-Key": "the-same-key"}


@pytest.fixture
def now(world):
    with clock.frozen(NOON) as advance:
        yield advance


@pytest.fixture
def there(now) -> AtStripe:
    stripe = a.connected()
    m.paid(stripe, 500_00, order=9)
    return stripe


def news(world) -> list[dict[str, Any]]:
    return m.told(world, "ChargebackOpened", "ChargebackClosed")


def at_stripe(there: AtStripe, kept: Any) -> Any:
    return there.client.v1.disputes.retrieve(kept.dispute_id)


# Heard of


def test_it_is_told_with_its_fee_once_it_takes_money(world, there):
    payment_id, dispute_id = c.disputed(there)
    disputing.refreshed(dispute_id)
    disputing.refreshed(dispute_id)
    of = {
        "chargeback_id": c.known(dispute_id).chargeback_id,
        "payment_id": payment_id,
        "purpose": "order",
        "order_id": an_id("ord"),
        "buyer_id": BUYER,
        "amount": m.money(100_00),
    }
    assert news(world) == [{"type": "ChargebackOpened", **of, "fee": m.money(15_00)}]


@pytest.mark.parametrize(("won", "outcome", "fee"), [(True, "won", 15_00), (False, "lost", 0)])
def test_its_end_is_told_once(world, there, won, outcome, fee):
    kept = c.opened(there)
    c.decided(there, kept, won=won)
    disputing.refreshed(kept.dispute_id)
    disputing.refreshed(kept.dispute_id)
    opened, closed = news(world)
    assert (opened["type"], closed["type"]) == ("ChargebackOpened", "ChargebackClosed")
    assert (closed["outcome"], closed["fee_returned"]) == (outcome, m.money(fee))
    assert c.known(kept.dispute_id).filed


def test_one_that_was_decided_before_it_was_heard_of_is_told_whole(world, there):
    _, dispute_id = c.disputed(there)
    there.core.act(lambda call: disputes.decide(call, call.get("dispute", dispute_id), won=False))
    disputing.refreshed(dispute_id)
    assert sorted(one["type"] for one in news(world)) == ["ChargebackClosed", "ChargebackOpened"]


def test_a_part_can_be_disputed(world, there):
    kept = c.opened(there, amount=30_00)
    assert kept.amount.minor == 30_00


def test_an_inquiry_takes_nothing_and_is_not_told(world, there):
    kept = c.opened(there, why="inquiry")
    assert (kept.state, kept.taken, news(world)) == ("inquiry", False, [])
    assert m.task("refund", payment_id=kept.payment_id, refund_id="rfd_1", amount=m.money(10_00))["outcome"] == "sent"
    there.core.act(lambda call: disputes.escalate(call, call.get("dispute", kept.dispute_id)))
    disputing.refreshed(kept.dispute_id)
    assert [one["type"] for one in news(world)] == ["ChargebackOpened"]


def test_an_inquiry_that_ends_is_no_chargeback(world, there):
    kept = c.opened(there, why="inquiry")
    c.decided(there, kept, won=True)
    disputing.refreshed(kept.dispute_id)
    assert (c.known(kept.dispute_id).state, news(world)) == ("closed", [])


def test_one_of_a_payment_that_is_not_ours_is_let_be(world, there):
    made = there.client.v1.payment_intents.create(
        {
            "amount": 50_00,
            "currency": "usd",
            "payment_method": "pm_card_bypassPending",
            "confirm": True,
            "return_url": "https://other.example",
        }
    )
    there.advance(seconds=3)
    charge_id = str(there.client.v1.payment_intents.retrieve(made.id).latest_charge)
    dispute_id = there.core.act(lambda call: disputes.opens(call, call.get("charge", charge_id), "general")["id"])
    before = world.items()
    disputing.refreshed(dispute_id)
    assert world.items() == before


def test_without_a_webhook_the_sweep_finds_it_and_its_end(world, there, now):
    kept_payment, dispute_id = c.disputed(there)
    m.swept()
    assert [one["payment_id"] for one in news(world)] == [kept_payment]
    c.decided(there, c.known(dispute_id), won=True)
    now(timedelta(hours=7))
    m.swept()
    assert [one["type"] for one in news(world)] == ["ChargebackOpened", "ChargebackClosed"]


def test_two_who_hear_of_it_at_once_tell_it_once(world, there, monkeypatch):
    _, dispute_id = c.disputed(there)
    find, overtaken = ChargebackStore.find, list[bool]()

    def find_and_be_overtaken(self: ChargebackStore, chargeback_id: str) -> Any:
        found = find(self, chargeback_id)
        if not overtaken:
            overtaken.append(True)
            disputing.refreshed(dispute_id)
        return found

    monkeypatch.setattr(ChargebackStore, "find", find_and_be_overtaken)
    disputing.refreshed(dispute_id)
    assert len(news(world)) == 1


def test_while_it_is_open_nothing_is_refunded_and_after_it_is_won_it_is(world, there):
    kept = c.opened(there)
    refund = {"payment_id": kept.payment_id, "refund_id": "rfd_1", "amount": m.money(10_00)}
    assert m.task("refund", **refund)["outcome"] == "pending"
    c.decided(there, kept, won=True)
    disputing.refreshed(kept.dispute_id)
    assert m.task("refund", **refund)["outcome"] == "sent"
    assert m.told(world, "RefundSettled") != []


def test_after_it_is_lost_a_refund_that_waited_is_for_finance(world, there):
    kept = c.opened(there)
    refund = {"payment_id": kept.payment_id, "refund_id": "rfd_1", "amount": m.money(10_00)}
    m.task("refund", **refund)
    c.decided(there, kept, won=False)
    disputing.refreshed(kept.dispute_id)
    assert [one["refund_id"] for one in a.finance()("GET", "/v1/parked-refunds").json["items"]] == ["rfd_1"]


def test_a_refund_that_stripe_refuses_because_of_a_dispute_not_heard_of_yet_waits(world, there):
    payment_id, dispute_id = c.disputed(there)
    refund = {"payment_id": payment_id, "refund_id": "rfd_1", "amount": m.money(10_00)}
    assert m.task("refund", **refund)["outcome"] == "pending"
    assert m.refund_of(payment_id, "rfd_1").state == "waiting"
    disputing.refreshed(dispute_id)
    c.decided(there, c.known(dispute_id), won=True)
    disputing.refreshed(dispute_id)
    assert m.task("refund", **refund)["outcome"] == "sent"


def test_whoever_was_cut_off_after_its_end_does_the_rest_later(world, there, now, monkeypatch):
    kept = c.opened(there)
    refund = {"payment_id": kept.payment_id, "refund_id": "rfd_1", "amount": m.money(10_00)}
    m.task("refund", **refund)
    c.decided(there, kept, won=True)
    with monkeypatch.context() as cut_off:
        cut_off.setattr(ChargebackStore, "forget_evidence", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            disputing.refreshed(kept.dispute_id)
    now(A_MINUTE)
    m.swept()
    assert m.task("refund", **refund)["outcome"] == "sent"
    assert len(news(world)) == 2


# Who sees it


def test_the_stores_whose_goods_they_were_see_it_and_finance_does(world, there):
    kept = c.opened(there, STORE, OTHER)
    for who, where in ((a.seller(), f"/stores/{STORE}"), (a.seller(OTHER), f"/stores/{OTHER}"), (a.finance(), "")):
        [one] = who("GET", f"/v1{where}/chargebacks").json["items"]
        assert (one["chargeback_id"], one["due_by"]) == (kept.chargeback_id, "2030-01-10T23:59:59Z")


def test_another_store_sees_and_says_nothing(world, there):
    kept = c.opened(there)
    assert a.seller(OTHER)("GET", f"/v1/stores/{OTHER}/chargebacks").json["items"] == []
    before = world.items()
    for method, rest, body in (
        ("GET", "", None),
        ("PUT", "/evidence", {"uncategorized_text": "x"}),
        ("POST", "/evidence/files", c.FILE),
        ("POST", "/evidence/files/receipt/confirm", None),
        ("DELETE", "/evidence/files/receipt", None),
    ):
        assert a.seller(OTHER)(method, c.path(kept, rest, OTHER), body).status == 404
        assert a.seller(OTHER)(method, c.path(kept, rest, STORE), body).status == 404
        assert a.seller()(method, c.path(kept, rest), body).status == 403
    assert world.items() == before


def test_whoever_may_not_see_orders_does_not_see_it(world, there):
    kept = c.opened(there)
    answer = a.seller(STORE, an_id("usr", 7), "edit_products")("GET", c.path(kept, "", STORE))
    assert answer.status == 403


# What is held against it


def test_what_a_store_says_is_sent_with_its_file_when_finance_sends_it(world, there, now):
    kept = c.opened(there)
    c.says(kept, shipping_carrier="DHL", uncategorized_text="It was signed for.")
    confirmed = c.with_file(kept, a.seller(), STORE, STORE)
    assert [one["confirmed"] for one in confirmed.json["files"]] == [True]
    assert a.finance()("POST", c.path(kept, "/send-evidence")).json["wanted"] == "send"
    assert at_stripe(there, kept).evidence_details.submission_count == 0
    now(A_MINUTE)
    m.swept()
    sent = at_stripe(there, kept)
    assert (sent.status, sent.evidence.shipping_carrier) == ("under_review", "DHL")
    assert sent.evidence.uncategorized_text == "It was signed for."
    assert there.client.v1.files.retrieve(str(sent.evidence.shipping_documentation)).size == len(c.PDF)
    after = c.known(kept.dispute_id)
    assert (after.wanted, after.sent_at, after.state) == ("", clock.now(), "under_review")


def test_it_is_sent_once_and_nothing_is_said_after_it(world, there, now):
    kept = c.opened(there)
    c.says(kept, uncategorized_text="It was signed for.")
    a.finance()("POST", c.path(kept, "/send-evidence"))
    before = world.items()
    late = a.seller()("PUT", c.path(kept, "/evidence", STORE), {"uncategorized_text": "And more."})
    assert (late.status, late.json["code"]) == (409, "evidence_sent")
    assert world.items() == before
    now(A_MINUTE)
    m.swept()
    m.swept()
    assert at_stripe(there, kept).evidence_details.submission_count == 1
    assert a.finance()("POST", c.path(kept, "/send-evidence")).json["code"] == "evidence_sent"


def test_what_several_stores_and_finance_say_goes_together(world, there, now):
    kept = c.opened(there, STORE, OTHER)
    c.says(kept, STORE, uncategorized_text="Pot: signed for.")
    c.says(kept, OTHER, uncategorized_text="Book: signed for.", shipping_carrier="UPS")
    c.with_file(kept, a.seller(), STORE, STORE)
    c.with_file(kept, a.finance(), "finance")
    a.finance()("PUT", c.path(kept, "/evidence"), {"uncategorized_text": "Both parcels arrived."})
    assert len(a.finance()("GET", c.path(kept)).json["evidence"]) == 3
    mine = a.seller()("GET", c.path(kept, "", STORE))
    assert "Book" not in mine.text
    a.finance()("POST", c.path(kept, "/send-evidence"))
    now(A_MINUTE)
    m.swept()
    said = at_stripe(there, kept).evidence
    assert said.uncategorized_text == "Both parcels arrived.\n\nPot: signed for.\n\nBook: signed for."
    assert said.shipping_carrier == "UPS"
    assert len([one for one in there.client.v1.files.list().data if one.purpose == "dispute_evidence"]) == 1


def test_what_nobody_sent_goes_by_itself_a_day_before_it_is_due(world, there, now):
    kept = c.opened(there)
    c.says(kept, uncategorized_text="It was signed for.")
    assert kept.due_by
    now(kept.due_by - clock.now() - timedelta(days=1, minutes=5))
    m.swept()
    assert at_stripe(there, kept).evidence_details.submission_count == 0
    now(timedelta(hours=6))
    m.swept()
    m.swept()
    assert at_stripe(there, kept).evidence_details.submission_count == 1


def test_without_anything_to_say_nothing_is_sent(world, there, now):
    kept = c.opened(there)
    answer = a.finance()("POST", c.path(kept, "/send-evidence"))
    assert (answer.status, answer.json["code"]) == (409, "no_evidence")
    now(timedelta(days=11))
    m.swept()
    assert c.known(kept.dispute_id).state == "lost"


def test_finance_can_accept_it(world, there, now):
    kept = c.opened(there)
    assert a.finance()("POST", c.path(kept, "/accept")).json["wanted"] == "accept"
    now(A_MINUTE)
    m.swept()
    assert (c.known(kept.dispute_id).state, at_stripe(there, kept).status) == ("lost", "lost")
    assert [one["action"] for one in m.told(world, "OperatorActed")] == ["accept_chargeback"]


def test_a_decision_that_is_repeated_is_made_once(world, there):
    kept = c.opened(there)
    c.says(kept, uncategorized_text="It was signed for.")
    first = a.finance()("POST", c.path(kept, "/send-evidence"), headers=KEY)
    before = world.items()
    assert a.finance()("POST", c.path(kept, "/send-evidence"), headers=KEY).text == first.text
    assert world.items() == before


@pytest.mark.parametrize("how", ["unavailable", "never", "lost", "broken_before", "broken_after"])
@pytest.mark.parametrize("path", ["/v1/disputes/.*", "/v1/files"])
def test_whatever_becomes_of_stripes_answer_it_is_sent_once(world, there, now, how, path):
    kept = c.opened(there)
    c.says(kept, uncategorized_text="It was signed for.")
    c.with_file(kept, a.seller(), STORE, STORE)
    a.finance()("POST", c.path(kept, "/send-evidence"))
    there.core.faults.plan(Fault(how, path=path, method="POST", times=4))
    for _ in range(6):
        now(timedelta(minutes=11))
        m.swept_or_failed()
    assert at_stripe(there, kept).evidence_details.submission_count == 1
    assert c.known(kept.dispute_id).sent_at


def test_a_file_that_is_not_what_it_was_announced_to_be_is_refused(world, there):
    kept = c.opened(there)
    a.seller()("POST", c.path(kept, "/evidence/files", STORE), c.FILE)
    confirm = c.path(kept, "/evidence/files/shipping_documentation/confirm", STORE)
    assert a.seller()("POST", confirm).json["code"] == "evidence_not_uploaded"
    c.arrives(kept, STORE, content=b"<script>" + b"x" * (len(c.PDF) - 8))
    assert a.seller()("POST", confirm).json["code"] == "evidence_file_refused"
    assert not any(key.startswith("evidence/") for key in c.files())


def test_files_together_have_a_most(world, there):
    kept = c.opened(there)
    big = {"content_type": "image/png", "size_bytes": 3_000_000}
    assert a.seller()("POST", c.path(kept, "/evidence/files", STORE), c.FILE | big).status == 201
    more = a.seller()("POST", c.path(kept, "/evidence/files", STORE), c.FILE | big | {"kind": "receipt"})
    assert (more.status, more.json["code"]) == (409, "evidence_files_too_large")


def test_a_file_can_be_taken_out_again_and_seen_by_finance(world, there):
    kept = c.opened(there)
    c.with_file(kept, a.seller(), STORE, STORE)
    link = a.finance()("GET", c.path(kept, f"/evidence/{STORE}/files/shipping_documentation"))
    assert "shipping_documentation.pdf" in link.json["url"]
    gone = a.seller()("DELETE", c.path(kept, "/evidence/files/shipping_documentation", STORE))
    assert (gone.status, c.files()) == (204, [])
    assert a.finance()("GET", c.path(kept, f"/evidence/{STORE}/files/shipping_documentation")).status == 404


def test_what_was_said_about_a_buyer_is_forgotten_with_its_end(world, there):
    kept = c.opened(there)
    c.says(kept, uncategorized_text="She signed for it herself.")
    c.with_file(kept, a.seller(), STORE, STORE)
    c.decided(there, kept, won=True)
    disputing.refreshed(kept.dispute_id)
    assert c.files() == []
    assert not any("herself" in str(row) for row in world.items() if not row["pk"]["S"].startswith("RECEIPT#"))
    assert a.finance()("GET", c.path(kept)).json["evidence"] == []


def test_stripe_being_down_loses_nothing(world, there):
    _, dispute_id = c.disputed(there)
    there.core.faults.plan(Fault("unavailable", path="/v1/disputes.*", times=9))
    before = world.items()
    with pytest.raises(Unavailable):
        disputing.refreshed(dispute_id)
    assert world.items() == before
    assert chargebacks().listed(limit=10, cursor=None).items == []
