from datetime import timedelta
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.catalog.model.categories import PriceLimit
from functions.catalog.model.proposals import (
    Act,
    Actor,
    AlreadyRedeemed,
    AlreadyReleased,
    Checkout,
    NoBargaining,
    NotReserved,
    NotYourTurn,
    OwnOffer,
    PriceBelowFloor,
    PriceNotBetween,
    PriceOutdated,
    ProposalOpen,
    ProposalOver,
    ProposalState,
    Side,
    TooManyProposals,
    TooManyRounds,
    Tries,
)
from functions.catalog.rules import proposals as rules
from kernel.errors import DomainError
from kernel.money import Money
from tests.builders.proposals import BUYER, NOON, ORDER, STORE, TERMS, VARIANT, a_proposal, a_request, euros

STATES, ACTORS, ACTS = get_args(ProposalState), get_args(Actor), get_args(Act)
LATER = NOON + timedelta(hours=1)


def proposed(listed=None, limits=None, **said):
    listed, request = {"EUR": 100_00} if listed is None else listed, a_request(**said)
    proposal_id = "prp_00000000000000000000000000"
    return rules.proposed(proposal_id, BUYER, STORE, request, listed=listed, limits=limits or {}, now=NOON, terms=TERMS)


def test_nobody_bargains_below_the_floor_neither_at_first_nor_later():
    limits = {"EUR": PriceLimit(floor=60_00), "USD": PriceLimit(floor=1)}
    with pytest.raises(PriceBelowFloor, match=r"60\.00"):
        proposed(limits=limits, price=euros(59_99))
    bid = proposed(limits=limits, price=euros(60_00))
    with pytest.raises(PriceNotBetween):
        rules.countered(bid, "seller", euros(59_99), "", LATER, TERMS)


# The table


def test_what_is_settled_or_over_stays_so():
    left = {state for state, _, _ in rules.MOVES}
    assert set(STATES) - left == {"declined", "withdrawn", "expired"}
    assert {act for state, _, act in rules.MOVES if state == "redeemed"} == {"give_back"}


def test_every_state_is_reached_and_every_act_is_taken():
    assert set(rules.MOVES.values()) | {"awaiting_seller"} == set(STATES)
    assert {(actor, act) for _, actor, act in rules.MOVES} >= {("checkout", "redeem"), ("clock", "expire")}
    assert {act for _, _, act in rules.MOVES} == set(ACTS)


def test_every_state_that_waits_for_somebody_is_ended_by_the_clock():
    assert {state for state in STATES if (state, "clock", "expire") in rules.MOVES} == rules.TIMED


def test_nobody_agrees_with_themself():
    """Whoever spoke last cannot accept: the other one is awaited."""
    assert {key for key, after in rules.MOVES.items() if after == "agreed"} == {
        ("awaiting_seller", "seller", "accept"),
        ("awaiting_buyer", "buyer", "accept"),
        ("reserved", "checkout", "release"),
        ("reserved", "checkout", "give_back"),
        ("redeemed", "checkout", "give_back"),
    }


def act_on(proposal, actor, act, now):
    match act:
        case "counter":
            middle = euros((proposal.price.minor + 100_00) // 2)
            return rules.countered(proposal, actor, middle, "", now, TERMS)
        case "accept":
            return rules.accepted(proposal, actor, proposal.price, now, TERMS)
        case "reserve":
            return rules.reserved(proposal, ORDER, BUYER, VARIANT, 1, proposal.price, now)
        case "release":
            return rules.released(proposal, now)
        case "redeem":
            return rules.redeemed(proposal, now)
        case _:
            return rules.ended(proposal, actor, act, now)


@pytest.mark.parametrize(("state", "actor", "act"), list(product(STATES, ACTORS[:2], ACTS[:4])))
def test_a_person_can_do_what_the_table_says_and_nothing_else(state, actor, act):
    proposal = a_proposal(state=state)
    after = rules.MOVES.get((state, actor, act))
    if after:
        done = act_on(proposal, actor, act, LATER)
        assert (done.state, done.version) == (after, proposal.version + 1)
    else:
        with pytest.raises(NotYourTurn if state in rules.OPEN else ProposalOver):
            act_on(proposal, actor, act, LATER)


@pytest.mark.parametrize("state", sorted(rules.TIMED))
def test_what_waited_too_long_is_over_before_anybody_notes_it(state):
    proposal = a_proposal(state=state)
    late = proposal.expires_at
    assert rules.state_at(proposal, late) == rules.seen(proposal, late).state == "expired"
    for actor, act in product(("buyer", "seller"), ACTS[:4]):
        with pytest.raises(ProposalOver):
            act_on(proposal, actor, act, late)
    noted = rules.expired(proposal, late)
    assert noted
    assert (noted.state, noted.version) == ("expired", 2)
    assert rules.expired(noted, late) is None
    assert rules.expired(proposal, late - timedelta(seconds=1)) is None


def test_a_checkout_that_has_begun_is_not_overtaken_by_the_clock():
    proposal = a_proposal(state="reserved", order_id=ORDER)
    late = proposal.expires_at + timedelta(days=1)
    assert rules.expired(proposal, late) is None
    assert rules.redeemed(proposal, late).state == "redeemed"
    assert rules.released(proposal, late).state == "expired"
    assert (rules.released(proposal, LATER).state, rules.released(proposal, LATER).order_id) == ("agreed", "")


# Prices


@pytest.mark.parametrize("minor", [0, -1, 100_00, 120_00])
def test_a_proposal_is_more_than_nothing_and_less_than_the_listed_price(minor):
    with pytest.raises(PriceNotBetween):
        proposed(price=euros(minor))


@pytest.mark.parametrize("listed", [{}, {"USD": 100_00}])
def test_where_there_is_no_such_price_there_is_nothing_to_bargain_about(listed):
    with pytest.raises(NoBargaining):
        proposed(listed=listed)


def test_a_proposal_can_be_paid():
    with pytest.raises(PriceNotBetween):
        proposed({"KWD": 10_000}, price=Money(5_001, "KWD"))
    assert proposed({"KWD": 10_000}, price=Money(5_010, "KWD")).state == "awaiting_seller"


@given(st.lists(st.integers(1, 10_000_00), min_size=1, max_size=30))
def test_prices_only_ever_come_together(tries):
    """Whatever both sides try: a buyer never goes down, a seller never up, and they never cross."""
    proposal = a_proposal()
    by: Side = "seller"
    for minor in tries:
        try:
            proposal = rules.countered(proposal, by, euros(minor), "", LATER, TERMS)
        except (PriceNotBetween, TooManyRounds):
            continue
        by = "buyer" if by == "seller" else "seller"
    bids = [one.price.minor for one in proposal.rounds if one.by == "buyer"]
    asks = [proposal.listed.minor] + [one.price.minor for one in proposal.rounds if one.by == "seller"]
    assert bids == sorted(set(bids))
    assert asks == sorted(set(asks), reverse=True)
    assert bids[-1] < asks[-1]
    assert len(proposal.rounds) <= rules.ROUNDS


def test_bargaining_comes_to_an_end():
    proposal, low, high = a_proposal(), 80_00, 100_00
    by: Side = "seller"
    for _ in range(rules.ROUNDS - 1):
        low, high = (low + 1, high) if by == "buyer" else (low, high - 1)
        proposal = rules.countered(proposal, by, euros(low if by == "buyer" else high), "", LATER, TERMS)
        by = "buyer" if by == "seller" else "seller"
    with pytest.raises(TooManyRounds):
        rules.countered(proposal, by, euros(90_00), "", LATER, TERMS)


def test_a_counter_has_its_own_time_and_an_agreed_price_its_own():
    countered = rules.countered(a_proposal(), "seller", euros(90_00), "Hardly used", LATER, TERMS)
    assert (countered.expires_at, countered.rounds[-1].note) == (LATER + TERMS.answer, "Hardly used")
    agreed = rules.accepted(countered, "buyer", euros(90_00), LATER, TERMS)
    assert (agreed.price, agreed.expires_at) == (euros(90_00), LATER + TERMS.hold)


def test_nobody_agrees_to_a_price_they_did_not_see():
    with pytest.raises(PriceOutdated):
        rules.accepted(a_proposal(), "seller", euros(81_00), LATER, TERMS)


# How often


def test_a_buyer_has_one_proposal_at_a_time_for_an_offer():
    for state in STATES:
        latest = a_proposal(state=state)
        if state in rules.LIVE:
            with pytest.raises(ProposalOpen, match=latest.proposal_id):
                rules.tried(Tries(), latest, a_proposal(), LATER)
        else:
            assert rules.tried(Tries(version=4), latest, a_proposal(), LATER).version == 5
    assert rules.tried(Tries(), a_proposal(), a_proposal(), a_proposal().expires_at).made


def test_a_floor_is_not_found_by_trying():
    tries, now = Tries(), NOON
    for _ in range(rules.TRIES):
        tries = rules.tried(tries, None, a_proposal(), now)
        now += timedelta(days=1)
    with pytest.raises(TooManyProposals) as refused:
        rules.tried(tries, None, a_proposal(), now)
    assert refused.value.retry_after_s == 27 * 86_400 + 1
    assert len(rules.tried(tries, None, a_proposal(), NOON + rules.TRIES_COUNT_FOR).made) == rules.TRIES


def test_nobody_bargains_with_themself():
    rules.check_stranger(None)
    with pytest.raises(OwnOffer):
        rules.check_stranger(frozenset())


# Checkouts


@pytest.mark.parametrize(
    "wrong",
    [{"buyer_id": "usr_another"}, {"variant_id": "var_another"}, {"quantity": 3}],
)
def test_an_agreed_price_is_for_whom_and_for_what_it_was_agreed(wrong):
    asked = {"buyer_id": BUYER, "variant_id": VARIANT, "quantity": 2} | wrong
    agreed = a_proposal(state="agreed", quantity=2)
    with pytest.raises(NotReserved):
        rules.reserved(agreed, ORDER, price=agreed.price, now=LATER, **asked)


def test_an_order_that_was_quoted_another_price_does_not_get_this_one():
    with pytest.raises(PriceOutdated):
        rules.reserved(a_proposal(state="agreed"), ORDER, BUYER, VARIANT, 1, euros(1), LATER)


@pytest.mark.parametrize(
    ("rule", "answers"),
    [
        (
            rules.to_reserve,
            {
                None: True,
                "reserved": False,
                "released": AlreadyReleased,
                "redeemed": False,
                "returned": AlreadyReleased,
            },
        ),
        (
            rules.to_release,
            {None: True, "reserved": True, "released": False, "redeemed": AlreadyRedeemed, "returned": False},
        ),
        (
            rules.to_redeem,
            {None: NotReserved, "reserved": True, "released": NotReserved, "redeemed": False, "returned": False},
        ),
        (
            rules.to_give_back,
            {None: False, "reserved": True, "released": False, "redeemed": True, "returned": False},
        ),
    ],
)
def test_a_task_that_comes_again_or_out_of_order_finds_what_was_decided(rule, answers):
    for state, expected in answers.items():
        checkout = Checkout(order_id=ORDER, state=state, proposals=[]) if state else None
        if isinstance(expected, bool):
            assert rule(checkout) is expected
        else:
            with pytest.raises(DomainError) as refused:
                rule(checkout)
            assert type(refused.value) is expected


# Erasure


@pytest.mark.parametrize("state", STATES)
def test_a_buyers_words_go_with_them_and_an_order_keeps_its_price(state):
    proposal = a_proposal(state=state)
    spoken = proposal.model_copy(
        update={"rounds": [one.model_copy(update={"note": "I am Ada"}) for one in proposal.rounds]}
    )
    left = rules.forgotten(spoken, LATER)
    assert left
    assert rules.forgotten(left, LATER) is None
    assert "Ada" not in left.model_dump_json()
    assert left.state == ("withdrawn" if state in rules.TIMED else state)
    assert (left.price, left.version) == (proposal.price, proposal.version + 1)
