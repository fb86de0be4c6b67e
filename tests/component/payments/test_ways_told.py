from typing import Any

import pytest

from functions.payments.model.destinations import Destination
from functions.payments.store.destinations import DestinationStore, destinations
from tests.builders import payments as a
from tests.builders.at_hand import IBAN
from tests.builders.ledger import NOON, SELLER, STORE, an_id
from tests.builders.paying import told
from tests.builders.payments import seller

PATH = f"/v1/stores/{STORE}/payout-destinations"


@pytest.fixture(autouse=True)
def offered(world, stripe):
    a.with_settings(payout_ways={"bank": {"by": "hand"}})


def ways(world) -> list[list[str]]:
    return [data["ways"] for _, data in told(world, "PayoutWaysChanged")]


def given(way: str, by: str = SELLER) -> Destination:
    said: dict[str, Any] = {"store_id": STORE, "way": way, "target": IBAN, "given_by": by, "given_at": NOON}
    return Destination(**said)


def test_others_hear_by_which_ways_a_store_can_be_paid_out_and_not_where(world):
    for iban in (IBAN, "NL91ABNA0417164300"):
        assert seller()("PUT", f"{PATH}/bank", {"iban": iban}).status == 200
    assert ways(world) == [["bank"]]
    destinations().keep(given("paypal"))
    assert seller()("DELETE", f"{PATH}/bank").status == 204
    assert ways(world) == [["bank"], ["bank", "paypal"], ["paypal"]]
    assert not [one for one in world.envelopes() if IBAN in str(one) or "NL91" in str(one)]


def test_what_leaves_with_somebody_is_told(world):
    destinations().keep(given("bank"))
    destinations().keep(given("paypal", by=an_id("usr", 8)))
    for _ in range(2):
        destinations().forget_person(SELLER)
    assert ways(world) == [["bank"], ["bank", "paypal"], ["paypal"]]


@pytest.mark.parametrize("first", ["keep", "remove"])
def test_of_two_who_say_something_else_at_once_the_last_is_told(world, monkeypatch, first):
    """Giving another account anew changes no way, taking it away does: what is told is what is there in the end."""
    destinations().keep(given("bank"))
    looked, rivals = DestinationStore._ways, iter([True])

    def look_and_be_overtaken(self: DestinationStore, *said: Any, **more: Any) -> Any:
        found = looked(self, *said, **more)
        if next(rivals, False):
            destinations().remove(STORE, "bank") if first == "keep" else destinations().keep(given("crypto"))
        return found

    monkeypatch.setattr(DestinationStore, "_ways", look_and_be_overtaken)
    if first == "keep":
        destinations().keep(given("bank"))
    else:
        destinations().remove(STORE, "bank")
    there = sorted(one.way for one in destinations().of_store(STORE))
    assert (ways(world)[-1], there) == ((["bank"], ["bank"]) if first == "keep" else (["crypto"], ["crypto"]))
