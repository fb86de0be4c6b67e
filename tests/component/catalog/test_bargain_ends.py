"""How a proposal ends without its two sides: by time, and because its buyer leaves Metco."""

import json
from datetime import timedelta

import pytest

from functions.catalog import sweep
from functions.catalog.rules import proposals as rules
from functions.catalog.store.departures import departures
from functions.catalog.store.proposals import Proposals, proposals
from kernel import aws, clock, settings
from kernel.errors import Unavailable
from kernel.table import Table
from tests.builders import catalog as a
from tests.builders.http import Context
from tests.builders.proposals import BUYER, NOON, TERMS, asked, for_sale, made
from tests.component.catalog.test_standing import deliver

OTHER = "usr_00000000000000000000000008"


def swept():
    sweep.handler({}, Context())


def closed(world):
    return [one["data"]["how"] for one in world.envelopes() if one["metadata"]["type"] == "ProposalClosed"]


def due(world):
    return [row for row in world.items() if row["pk"]["S"] == "DUE#proposal"]


def test_what_nobody_answers_is_told_to_be_over_once(world):
    with clock.frozen(NOON) as advance:
        one = made()
        swept()
        assert closed(world) == []
        advance(TERMS.answer + timedelta(seconds=1))
        swept()
        swept()
        assert (proposals().proposal(one.proposal_id).state, closed(world), due(world)) == ("expired", ["expired"], [])


def test_an_agreed_price_that_nobody_uses_ends_too(world):
    with clock.frozen(NOON) as advance:
        one = made()
        proposals().answer(one, rules.accepted(one, "seller", one.price, NOON, TERMS), None)
        advance(TERMS.hold + timedelta(seconds=1))
        swept()
        assert (closed(world), due(world)) == (["expired"], [])


def test_an_answer_moves_the_end(world):
    with clock.frozen(NOON) as advance:
        one = made()
        advance(timedelta(hours=1))
        proposals().answer(one, rules.ended(one, "seller", "decline", clock.now()), None)
        assert due(world) == []
        two = made()
        advance(timedelta(hours=47))
        countered = a.as_seller(two.store_id)(
            "POST",
            f"/v1/stores/{two.store_id}/proposals/{two.proposal_id}/counter",
            {"price": {"minor": 90_00, "currency": "EUR"}},
        )
        assert countered.status == 200
        advance(timedelta(hours=2))
        swept()
        assert (closed(world), len(due(world))) == (["declined"], 1)


def test_many_that_end_at_once_are_all_told_of(world):
    with clock.frozen(NOON) as advance:
        for number in range(60):
            made(f"usr_{number:026}")
        advance(TERMS.answer + timedelta(seconds=1))
        swept()
        assert closed(world) == ["expired"] * 60


def test_whoever_is_erased_leaves_no_word_and_no_open_proposal(world):
    offer = for_sale()
    for body in (asked(offer, note="I am Ada Lovelace"), asked(for_sale(), note="Ada again")):
        headers = {"idempotency-key": f"proposal-{body['offer_id'][-6:]}-{body['note'][0]}"}
        assert a.as_user(BUYER)("POST", "/v1/me/proposals", body, headers=headers).status == 201
    kept = made(OTHER)
    known = departures().known_of(BUYER)
    assert sorted(one["rounds"][0]["note"] for one in known["proposals"]) == ["Ada again", "I am Ada Lovelace"]
    for _ in range(2):
        assert deliver("UserErased", source="metco.identity", user_id=BUYER) == []
    assert "Ada" not in json.dumps(world.items())
    assert not [row for row in world.items() if BUYER in row["pk"]["S"]]
    assert closed(world) == ["withdrawn", "withdrawn"]
    assert (proposals().proposal(kept.proposal_id), due(world) != []) == (kept, True)


def test_a_price_that_an_order_holds_stays_held_when_its_buyer_leaves(world):
    one = made()
    agreed = rules.accepted(one, "seller", one.price, clock.now(), TERMS)
    proposals().answer(one, agreed, None)
    held = rules.reserved(agreed, "ord_1", BUYER, one.variant_id, 1, one.price, clock.now())
    proposals().answer(agreed, held, None)
    departures().forget(BUYER)
    assert proposals().proposal(one.proposal_id).state == "reserved"


@pytest.mark.parametrize("cut", range(1, 7))
def test_an_erasure_that_is_cut_off_anywhere_is_begun_again_and_finished(world, monkeypatch, cut):
    for _ in range(2):
        a.as_user(BUYER)("POST", "/v1/me/proposals", asked(for_sale(), note="I am Ada"))
    commit, calls = Table.commit, iter(range(1, 100))

    def cut_off(self: Table, *arguments, **options):
        if next(calls) == cut:
            raise Unavailable()
        return commit(self, *arguments, **options)

    monkeypatch.setattr(Table, "commit", cut_off)
    try:
        departures().forget(BUYER)
    except Unavailable:
        departures().forget(BUYER)
    assert "Ada" not in json.dumps(world.items())
    assert not [row for row in world.items() if BUYER in row["pk"]["S"]]
    assert closed(world) == ["withdrawn", "withdrawn"]


def test_an_export_has_what_a_person_proposed(world, monkeypatch):
    monkeypatch.setenv("EXPORTS", settings.env("BUCKET"))
    a.as_user(BUYER)("POST", "/v1/me/proposals", asked(for_sale(), note="I collect it"))
    for _ in range(2):
        told = {"user_id": BUYER, "export_id": "exp_1"}
        assert deliver("DataExportRequested", source="metco.identity", **told) == []
    name = f"exports/{BUYER}/exp_1.catalog.json"
    body = aws.client("s3").get_object(Bucket=settings.env("BUCKET"), Key=name)["Body"].read()
    assert json.loads(body)["proposals"][0]["rounds"][0]["note"] == "I collect it"


def test_a_sweep_that_meets_an_answer_leaves_it_alone(world, monkeypatch):
    with clock.frozen(NOON) as advance:
        one = made()
        advance(TERMS.answer + timedelta(seconds=1))
        read = Proposals.proposal

        def answered_meanwhile(self, proposal_id):
            found = read(self, proposal_id)
            monkeypatch.setattr(Proposals, "proposal", read)
            advance(-TERMS.answer)
            self.answer(found, rules.accepted(found, "seller", found.price, clock.now(), TERMS), None)
            advance(TERMS.answer)
            return found

        monkeypatch.setattr(Proposals, "proposal", answered_meanwhile)
        swept()
        assert closed(world) == ["expired"]  # the agreed price's own time is over by now as well, and that is told once
        assert proposals().proposal(one.proposal_id).state == "expired"
