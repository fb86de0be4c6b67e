from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.payments.model.chargebacks import (
    Chargeback,
    ChargebackDecided,
    Evidence,
    EvidenceFile,
    EvidenceFilesTooLarge,
    EvidenceSent,
    EvidenceTexts,
    NewEvidenceFile,
    NoEvidence,
    NoSuchChargeback,
)
from functions.payments.model.payments import Payment
from functions.payments.rules import chargebacks as rules
from kernel.money import Money

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
DUE = NOON + timedelta(days=7)
STORE, OTHER = "sto_00000000000000000000000000", "sto_00000000000000000000000001"
CHARGEBACK = "cbk_00000000000000000000000000"
OUT = {"amount": -100_00, "fee": 15_00, "currency": "usd"}
BACK = {"amount": 100_00, "fee": -15_00, "currency": "usd"}


def said(status: str = "needs_response", *moved: dict[str, Any], **more: Any) -> dict[str, Any]:
    """As Stripe tells of a dispute."""
    return {
        "id": "du_1",
        "amount": 100_00,
        "currency": "usd",
        "reason": "fraudulent",
        "status": status,
        "created": int(NOON.timestamp()),
        "evidence_details": {"due_by": int(DUE.timestamp()), "submission_count": 0},
        "balance_transactions": list(moved),
        **more,
    }


def a_payment() -> Payment:
    return Payment(
        payment_id="pay_00000000000000000000000000",
        purpose="credits",
        buyer_id="usr_00000000000000000000000000",
        amount=Money(100_00, "USD"),
        opened_at=NOON,
        expires_at=NOON,
    )


def read(status: str = "needs_response", *moved: dict[str, Any]) -> Chargeback:
    return rules.read(said(status, *moved), CHARGEBACK, a_payment(), [STORE])


def kinds(before: Chargeback | None, after: Chargeback, told: dict[str, Any]) -> list[str]:
    return [type(data).__name__ for data in rules.told(before, after, told)]


def test_it_is_read_as_stripe_tells_it():
    kept = read("needs_response", OUT)
    assert (kept.state, kept.amount, kept.fee, kept.due_by) == (
        "open",
        Money(100_00, "USD"),
        Money(15_00, "USD"),
        DUE,
    )
    assert kinds(None, kept, said("needs_response", OUT)) == ["ChargebackOpened"]


def test_an_inquiry_takes_nothing():
    kept = read("warning_needs_response")
    assert (kept.taken, rules.told(None, kept, said("warning_needs_response"))) == (False, [])
    assert rules.counted(None, kept) == (0, 0)


@pytest.mark.parametrize(
    ("status", "moved", "outcome", "returned"),
    [("won", (OUT, BACK), "won", 15_00), ("lost", (OUT,), "lost", 0), ("won", (OUT, {**BACK, "fee": 0}), "won", 0)],
)
def test_its_end_says_what_of_the_fee_comes_back(status, moved, outcome, returned):
    before, told = read("under_review", OUT), said(status, *moved)
    after = rules.heard(before, told, [], NOON)
    assert after
    [data] = rules.told(before, after, told)
    assert data.model_dump()["outcome"] == outcome
    assert data.model_dump()["fee_returned"] == {"minor": returned, "currency": "USD"}


def test_what_was_decided_stays_so():
    assert rules.heard(read("lost", OUT), said("won", OUT, BACK), [], NOON) is None


@given(
    st.lists(
        st.sampled_from(
            [
                ("warning_needs_response", ()),
                ("needs_response", (OUT,)),
                ("under_review", (OUT,)),
                ("won", (OUT, BACK)),
                ("lost", (OUT,)),
            ]
        ),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_is_heard_in_whatever_order_each_is_told_once_and_the_counts_agree(news):
    kept: Chargeback | None = None
    told, opened, lost = list[str](), 0, 0
    for status, moved in news:
        word = said(status, *moved)
        before = kept
        after = rules.heard(before, word, [], NOON) if before else read(status, *moved)
        if not after:
            continue
        told += kinds(before, after, word)
        more_open, more_lost = rules.counted(before, after)
        opened, lost, kept = opened + more_open, lost + more_lost, after
    assert told in ([], ["ChargebackOpened"], ["ChargebackOpened", "ChargebackClosed"])
    assert (opened, lost) == (int(told == ["ChargebackOpened"]), int((kept and kept.state) == "lost"))


# What is held against it


def texts(**said_: str) -> Evidence:
    return rules.with_texts(Evidence(contributor=STORE), EvidenceTexts(**said_))


def a_file(kind: str = "receipt", size_bytes: int = 1_000) -> NewEvidenceFile:
    return NewEvidenceFile.model_validate({"kind": kind, "content_type": "image/png", "size_bytes": size_bytes})


def test_only_a_store_whose_sale_it_was_has_a_say():
    rules.check_of_store(read(), STORE)
    with pytest.raises(NoSuchChargeback):
        rules.check_of_store(read(), OTHER)


def test_all_texts_replace_all_texts():
    first = texts(shipping_carrier="DHL", uncategorized_text="It arrived.")
    assert rules.with_texts(first, EvidenceTexts(shipping_carrier="UPS")).texts == {"shipping_carrier": "UPS"}


def test_texts_together_have_a_most():
    long = "x" * 20_000
    EvidenceTexts(product_description=long, access_activity_log=long, uncategorized_text=long)
    with pytest.raises(ValidationError):
        EvidenceTexts(
            product_description=long,
            access_activity_log=long,
            uncategorized_text=long,
            cancellation_rebuttal=long,
            refund_policy_disclosure=long,
            refund_refusal_explanation="x",
        )


def test_a_file_of_a_kind_takes_the_place_of_another():
    kept = rules.announced(rules.announced(Evidence(contributor=STORE), a_file()), a_file(size_bytes=2_000))
    assert [one.size_bytes for one in kept.files] == [2_000]
    with pytest.raises(EvidenceFilesTooLarge):
        rules.announced(kept, a_file("uncategorized_file", 4_499_000))


@pytest.mark.parametrize(
    ("kept", "error"),
    [
        (read("lost", OUT), ChargebackDecided),
        (read().model_copy(update={"sent_at": NOON}), EvidenceSent),
        (read().model_copy(update={"wanted": "send"}), EvidenceSent),
    ],
)
def test_after_its_end_or_once_it_is_sent_nothing_is_said(kept, error):
    with pytest.raises(error):
        rules.check_open(kept)


def test_nothing_cannot_be_sent_but_can_be_accepted():
    announced = rules.announced(Evidence(contributor=STORE), a_file())
    with pytest.raises(NoEvidence):
        rules.decided_on(read(), "send", [announced])
    assert rules.decided_on(read(), "accept", []).wanted == "accept"
    assert rules.decided_on(read(), "send", [rules.confirmed(announced, "receipt")]).wanted == "send"


def test_finance_comes_first_and_of_each_kind_one_file_goes():
    def file(kind: str) -> EvidenceFile:
        return EvidenceFile(**a_file(kind).model_dump(), confirmed=True)

    collected = [
        Evidence(contributor=STORE, texts={"shipping_carrier": "DHL"}, files=[file("receipt")]),
        Evidence(contributor=OTHER, texts={"shipping_carrier": "UPS"}, files=[file("uncategorized_file")]),
        Evidence(contributor="finance", texts={"uncategorized_text": "Both."}, files=[file("receipt")]),
    ]
    said_, files = rules.together(collected)
    assert said_ == {"uncategorized_text": "Both.", "shipping_carrier": "DHL\n\nUPS"}
    assert files == {"receipt": "finance", "uncategorized_file": OTHER}


@pytest.mark.parametrize(("before_due", "goes"), [(timedelta(days=2), False), (timedelta(hours=23), True)])
def test_it_goes_by_itself_shortly_before_it_is_due(before_due, goes):
    kept = read("needs_response", OUT)
    assert rules.goes_by_itself(kept, [texts(uncategorized_text="x")], DUE - before_due) is goes
    assert not rules.goes_by_itself(kept, [], DUE - before_due)
    assert not rules.goes_by_itself(kept, [texts(uncategorized_text="x")], DUE)


def test_it_is_looked_at_when_it_is_due_and_no_more_once_it_is_filed():
    kept = read("needs_response", OUT)
    assert rules.look_again_at(kept, NOON) == NOON + rules.LOOK_AGAIN
    shortly = DUE - rules.SENT_BEFORE_DUE - timedelta(hours=1)
    assert rules.look_again_at(kept, shortly) == DUE - rules.SENT_BEFORE_DUE
    decided = read("lost", OUT)
    assert rules.look_again_at(decided, NOON) == NOON
    assert rules.look_again_at(rules.filed(decided), NOON) is None
