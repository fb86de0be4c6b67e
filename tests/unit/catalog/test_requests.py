from datetime import UTC, datetime, timedelta

import pytest

from functions.catalog.model.items import NewProduct
from functions.catalog.model.requests import NotYourOwnRequest, RequestClosed, RequestNotWaiting, Wanted
from functions.catalog.model.texts import Text
from functions.catalog.rules import requests as rules

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
REQUEST = "req_00000000000000000000000000"
ADA, LEE, KIM = (f"usr_{number:026}" for number in range(3))
STORE = "sto_00000000000000000000000000"
PRODUCT = "prd_00000000000000000000000000"
WANTED = Wanted(product=NewProduct(texts={"en": Text(title="Leica M3")}))
STATES = ("waiting", "claimed", "approved", "rejected", "withdrawn")


def a_request(**said):
    return rules.wanted(REQUEST, ADA, None, WANTED, NOON).model_copy(update=said)


def claimed(by=LEE):
    return rules.claimed(a_request(), by, NOON)


@pytest.mark.parametrize("state", STATES)
def test_a_request_is_mended_unless_a_moderator_has_it_or_has_made_the_product(state):
    kept = a_request(state=state, reason="No", moderator_id=LEE)
    if state in ("claimed", "approved"):
        with pytest.raises(RequestClosed):
            rules.wanted_again(kept, WANTED, NOON)
    else:
        mended = rules.wanted_again(kept, WANTED, NOON + timedelta(days=1))
        assert (mended.state, mended.reason, mended.moderator_id, mended.version) == ("waiting", "", "", 2)
        assert mended.submitted_at == NOON + timedelta(days=1)


@pytest.mark.parametrize("state", STATES)
def test_a_request_is_withdrawn_until_the_product_is_made(state):
    if state in ("approved", "withdrawn"):
        with pytest.raises(RequestClosed):
            rules.withdrawn(a_request(state=state))
    else:
        assert rules.withdrawn(a_request(state=state)).state == "withdrawn"


@pytest.mark.parametrize("state", STATES)
def test_what_waits_is_claimed_and_nothing_else(state):
    kept = a_request(state=state, claimed_at=NOON)
    if state == "waiting":
        assert rules.claimed(kept, LEE, NOON).moderator_id == LEE
    else:
        with pytest.raises(RequestNotWaiting):
            rules.claimed(kept, LEE, NOON)


def test_after_a_day_another_moderator_may_claim_it():
    with pytest.raises(RequestNotWaiting):
        rules.claimed(claimed(), KIM, NOON + rules.CLAIM_LIFE - timedelta(seconds=1))
    assert rules.claimed(claimed(), KIM, NOON + rules.CLAIM_LIFE).moderator_id == KIM


def test_whoever_claimed_it_decides_it():
    for kept, who in ((claimed(), KIM), (a_request(), LEE)):
        with pytest.raises(RequestNotWaiting):
            rules.approved(kept, who, PRODUCT, "Good")
        with pytest.raises(RequestNotWaiting):
            rules.rejected(kept, who, None, "Not a product")
    approved = rules.approved(claimed(), LEE, PRODUCT, "Good")
    assert (approved.state, approved.product_id, approved.reason) == ("approved", PRODUCT, "Good")
    rejected = rules.rejected(claimed(), LEE, PRODUCT, "It is there")
    assert (rejected.state, rejected.product_id) == ("rejected", PRODUCT)


def test_nobody_judges_what_they_or_their_store_asked_for():
    rules.check_distance(a_request(), LEE, {STORE})
    with pytest.raises(NotYourOwnRequest):
        rules.check_distance(a_request(), ADA, ())
    with pytest.raises(NotYourOwnRequest):
        rules.check_distance(a_request(store_id=STORE), LEE, {STORE})


def test_who_looks_at_it_stays_between_moderators():
    assert LEE not in rules.view(claimed()).model_dump_json()
