"""The checkout's workflow, walked over every edge it has, with domains that answer as each story needs it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.builders.workflows import BROKEN, PAID, REFUND, USUAL, WORKFLOW, Story, payment, refused, screened
from tests.chaos.asl import Edge, Execution, Failed, all_states, edges
from tests.chaos.asl_paths import Defect

MOST_TRANSITIONS = 20
UNDONE = [
    "Ledger.void",
    "Baskets.release_promotions",
    "Inventory.release",
    "Catalog.release_agreed_prices",
    "Orders.cancel",
]
CANCELLED = ["Payments.cancel_payment", *UNDONE]
SOLD = ["Ledger.record_paid", "Orders.confirm", "Inventory.commit"]
ALL_SOLD = [*SOLD, "Catalog.redeem_agreed_prices", "Baskets.commit_promotions"]
TAKEN_BACK = ["Baskets.release_promotions", "Inventory.release", "Catalog.release_agreed_prices", "Orders.cancel"]
RETRY, CONFIRM = {"outcome": "retry"}, {"outcome": "confirm"}

# How each ends: the tasks from the last that this story is about, on.
STORIES: dict[str, tuple[Callable[[], Story], list[str]]] = {
    "all is well": (lambda: Story(PAID), ["Orders.await_payment", *ALL_SOLD]),
    "only goods": (lambda: Story(PAID, Orders__screen=screened("stock", "payment")), ["Orders.await_payment", *SOLD]),
    "only files": (lambda: Story(PAID, Orders__screen=screened("payment")), ["Orders.await_payment", *SOLD]),
    "files with a coupon": (
        lambda: Story(PAID, Orders__screen=screened("promotions", "payment")),
        [
            *("Catalog.check_offers", "Baskets.reserve_promotions", "Payments.create_payment", "Orders.await_payment"),
            *(*SOLD, "Baskets.commit_promotions"),
        ],
    ),
    "files for credits": (lambda: Story(Orders__screen=screened("credits")), ["Ledger.hold_credits", *SOLD]),
    "files for nothing": (lambda: Story(Orders__screen=screened()), ["Catalog.check_offers", *SOLD]),
    "goods for credits": (lambda: Story(Orders__screen=screened("stock", "credits")), ["Ledger.hold_credits", *SOLD]),
    "goods for nothing": (lambda: Story(Orders__screen=screened("stock")), ["Inventory.reserve", *SOLD]),
    "a coupon pays it all": (
        lambda: Story(Orders__screen=screened("stock", "promotions")),
        ["Baskets.reserve_promotions", *SOLD, "Baskets.commit_promotions"],
    ),
    "a coupon and a card": (
        lambda: Story(PAID, Orders__screen=screened("stock", "promotions", "payment")),
        ["Orders.await_payment", *SOLD, "Baskets.commit_promotions"],
    ),
    "over before": (lambda: Story(Orders__screen={"outcome": "cancelled"}), ["Orders.screen"]),
    "screened out": (lambda: Story(Orders__screen=refused("screened")), ["Orders.screen", "Orders.cancel"]),
    "orders is away": (
        lambda: Story(Orders__screen=BROKEN),
        ["Orders.screen", "Catalog.release_agreed_prices", "Orders.cancel"],
    ),
    "no commission rule": (
        lambda: Story(Ledger__check_terms=refused("no_commission_rule")),
        ["Catalog.check_offers", "Catalog.release_agreed_prices", "Orders.cancel"],
    ),
    "the ledger is away": (
        lambda: Story(Ledger__check_terms=BROKEN),
        ["Ledger.check_terms", "Catalog.release_agreed_prices", "Orders.cancel"],
    ),
    "another price": (
        lambda: Story(Catalog__check_offers=refused("quote_changed")),
        ["Catalog.check_offers", "Catalog.release_agreed_prices", "Orders.cancel"],
    ),
    "the catalogue is away": (
        lambda: Story(Catalog__check_offers=BROKEN),
        ["Catalog.check_offers", "Catalog.release_agreed_prices", "Orders.cancel"],
    ),
    "out of stock": (
        lambda: Story(Inventory__reserve=refused("out_of_stock")),
        ["Inventory.reserve", "Inventory.release", "Catalog.release_agreed_prices", "Orders.cancel"],
    ),
    "inventory is away": (
        lambda: Story(Inventory__reserve=BROKEN),
        ["Inventory.reserve", "Inventory.release", "Catalog.release_agreed_prices", "Orders.cancel"],
    ),
    "the coupon is used up": (
        lambda: Story(Baskets__reserve_promotions=refused("promotion_used_up")),
        ["Baskets.reserve_promotions", *TAKEN_BACK],
    ),
    "baskets are away": (
        lambda: Story(Baskets__reserve_promotions=BROKEN),
        ["Baskets.reserve_promotions", *TAKEN_BACK],
    ),
    "too few credits": (
        lambda: Story(Ledger__hold_credits=refused("not_enough_credits")),
        ["Ledger.hold_credits", *UNDONE],
    ),
    "credits are held or not, nobody knows": (
        lambda: Story(Ledger__hold_credits=BROKEN),
        ["Ledger.hold_credits", *UNDONE],
    ),
    "a payment is refused": (
        lambda: Story(refused("payment_ended"), Payments__create_payment=refused("payment_ended")),
        ["Orders.await_payment", *CANCELLED],
    ),
    "Stripe is away": (lambda: Story(Payments__create_payment=BROKEN), ["Payments.create_payment", *CANCELLED]),
    "nobody paid": (lambda: Story(None), ["Orders.await_payment", *CANCELLED]),
    "the buyer left": (lambda: Story(refused("by_buyer")), ["Orders.await_payment", *CANCELLED]),
    "nobody can wait": (lambda: Story(Orders__await_payment=BROKEN), ["Orders.await_payment", *CANCELLED]),
    "paid in the last moment": (
        lambda: Story(None, Payments__cancel_payment=payment("succeeded")),
        ["Payments.cancel_payment", *ALL_SOLD],
    ),
    "a bank is at it, and pays": (
        lambda: Story(None, PAID, Payments__cancel_payment=payment("processing")),
        ["Payments.cancel_payment", "Inventory.extend", "Orders.await_payment", *ALL_SOLD],
    ),
    "a bank is at it, is missed, and does not pay": (
        lambda: Story(
            None,
            None,
            refused("payment_failed"),
            Payments__cancel_payment=[payment("processing"), payment("processing"), payment("cancelled")],
            Inventory__extend=BROKEN,
        ),
        ["Inventory.extend", "Orders.await_payment", *CANCELLED],
    ),
    "the books are away, then there": (
        lambda: Story(PAID, RETRY, Ledger__record_paid=[BROKEN] * 13 + [USUAL["Ledger.record_paid"]]),
        ["Ledger.record_paid", "Orders.park", *ALL_SOLD],
    ),
    "orders is away after the money": (
        lambda: Story(PAID, RETRY, Orders__confirm=[BROKEN] * 13 + [USUAL["Orders.confirm"]]),
        ["Orders.confirm", "Orders.park", *ALL_SOLD],
    ),
    "the reservation is gone, and the order stands all the same": (
        lambda: Story(PAID, CONFIRM, Inventory__commit=refused("reservation_over")),
        ["Inventory.commit", "Orders.park", *ALL_SOLD],
    ),
    "it stands all the same, and something else stumbles": (
        lambda: Story(
            PAID,
            CONFIRM,
            RETRY,
            Inventory__commit=refused("reservation_over"),
            Baskets__commit_promotions=[BROKEN] * 13 + [USUAL["Baskets.commit_promotions"]],
        ),
        ["Baskets.commit_promotions", "Orders.park", *ALL_SOLD],
    ),
    "the reservation is gone, and the money goes back": (
        lambda: Story(PAID, REFUND, Inventory__commit=refused("reservation_over")),
        ["Orders.park", "Ledger.record_paid", "Ledger.refund", "Payments.refund", *TAKEN_BACK],
    ),
    "an agreed price is gone, and credits go back": (
        lambda: Story(
            PAID,
            REFUND,
            Catalog__redeem_agreed_prices=refused("checkout_over"),
            Ledger__refund={"outcome": "refunded", "by_card": {"minor": 0, "currency": "EUR"}},
            Inventory__release=refused("already_sold"),
        ),
        ["Orders.park", "Ledger.record_paid", "Ledger.refund", *TAKEN_BACK],
    ),
    "promotions are away": (
        lambda: Story(PAID, RETRY, Baskets__commit_promotions=[BROKEN] * 13 + [USUAL["Baskets.commit_promotions"]]),
        ["Baskets.commit_promotions", "Orders.park", *ALL_SOLD],
    ),
    "the books are away when the money is to go back": (
        lambda: Story(PAID, REFUND, RETRY, Ledger__record_paid=[BROKEN] * 26 + [USUAL["Ledger.record_paid"]]),
        ["Ledger.record_paid", "Orders.park", "Ledger.record_paid", "Orders.park", *ALL_SOLD],
    ),
    "a refund cannot be sent": (
        lambda: Story(
            PAID, REFUND, REFUND, Inventory__commit=BROKEN, Payments__refund=[BROKEN] * 13 + [{"outcome": "sent"}]
        ),
        ["Payments.refund", "Orders.park", "Ledger.refund", "Payments.refund", *TAKEN_BACK],
    ),
    "a refund cannot be booked": (
        lambda: Story(
            PAID, REFUND, REFUND, Inventory__commit=BROKEN, Ledger__refund=[BROKEN] * 13 + [USUAL["Ledger.refund"]]
        ),
        ["Ledger.refund", "Orders.park", "Ledger.refund", "Payments.refund", *TAKEN_BACK],
    ),
    **{
        f"what was begun to be given back is given back, although it is decided to {decided['outcome']}": (
            lambda decided=decided: Story(  # type: ignore[misc]  # a loop's value, kept
                PAID, REFUND, decided, Inventory__commit=BROKEN, Payments__refund=[BROKEN] * 13 + [{"outcome": "sent"}]
            ),
            ["Payments.refund", "Orders.park", "Ledger.refund", "Payments.refund", *TAKEN_BACK],
        )
        for decided in (RETRY, CONFIRM)
    },
    **{
        f"{task} fails while undoing, and is mended": (
            lambda task=task: Story(None, RETRY, **{task.replace(".", "__"): [BROKEN] * 13 + [USUAL[task]]}),  # type: ignore[misc]  # a loop's value, kept
            [task, "Orders.park", *CANCELLED],
        )
        for task in CANCELLED
    },
    "no cancelling without a plan, mended": (
        lambda: Story(RETRY, Orders__screen=BROKEN, Orders__cancel=[BROKEN] * 13 + [USUAL["Orders.cancel"]]),
        ["Orders.cancel", "Orders.park", "Catalog.release_agreed_prices", "Orders.cancel"],
    ),
    "without a payment, mended": (
        lambda: Story(
            RETRY,
            Orders__screen=screened("stock", "credits"),
            Ledger__hold_credits=refused("not_enough_credits"),
            Inventory__release=[BROKEN] * 13 + [USUAL["Inventory.release"]],
        ),
        ["Inventory.release", "Orders.park", *UNDONE],
    ),
    "what could not be undone is left as it is": (
        lambda: Story(None, CONFIRM, Inventory__release=BROKEN),
        ["Inventory.release", "Orders.park", "Orders.cancel"],
    ),
    "whatever is decided, nobody can pay what is cancelled": (
        lambda: Story(None, CONFIRM, Payments__cancel_payment=[BROKEN] * 13 + [payment("cancelled")]),
        ["Payments.cancel_payment", "Orders.park", *CANCELLED],
    ),
    "whatever is decided, what was paid by then stands": (
        lambda: Story(None, REFUND, Payments__cancel_payment=[BROKEN] * 13 + [payment("succeeded")]),
        ["Payments.cancel_payment", "Orders.park", "Payments.cancel_payment", *ALL_SOLD],
    ),
    "what is to be given back while undoing is all undone again": (
        lambda: Story(None, REFUND, Inventory__release=[BROKEN] * 13 + [USUAL["Inventory.release"]]),
        ["Inventory.release", "Orders.park", *CANCELLED],
    ),
    **{
        f"{task} fails after the refund, and is mended": (
            lambda task=task: Story(  # type: ignore[misc]  # a loop's value, kept
                PAID,
                REFUND,
                RETRY,
                Inventory__commit=BROKEN,
                **{task.replace(".", "__"): [BROKEN] * 13 + [USUAL[task]]},
            ),
            [task, "Orders.park", *TAKEN_BACK],
        )
        for task in TAKEN_BACK[:3]
    },
}


@pytest.mark.parametrize("name", STORIES)
def test_every_story_ends_as_it_should(name):
    begin, ends_with = STORIES[name]
    story = begin().tell()
    assert story.execution.ended == "SUCCEEDED"
    assert story.tasks[-len(ends_with) :] == ends_with
    assert story.tasks.count("Orders.cancel") + story.tasks.count("Orders.confirm") > 0 or name == "over before"


def test_the_stories_walk_every_edge():
    walked: Counter[Edge] = Counter()
    for begin, _ in STORIES.values():
        walked.update(begin().tell().execution.walked)
    assert edges(WORKFLOW) - set(walked) == set()
    assert set(walked) <= edges(WORKFLOW)


def test_an_order_with_everything_takes_at_most_twenty_transitions():
    story = Story(PAID).tell()
    assert len(story.execution.entered) == MOST_TRANSITIONS
    assert story.execution.waited_s == []


def test_stock_promotions_and_credits_go_back_only_once_nobody_can_pay():
    story = Story(None, None, PAID, Payments__cancel_payment=payment("processing")).tell()
    assert {"Inventory.release", "Baskets.release_promotions", "Ledger.void"} & set(story.tasks) == set()
    assert story.tasks[-len(ALL_SOLD) :] == ALL_SOLD


def test_orders_hears_why_it_came_to_nothing():
    assert Story(Inventory__reserve=refused("out_of_stock")).tell().told_to("Orders.cancel")["stopped"] == refused(
        "out_of_stock"
    )
    assert Story(None).tell().told_to("Orders.cancel")["stopped"]["Error"] == "States.Timeout"
    missed = Story(
        None, refused("payment_failed"), Payments__cancel_payment=[payment("processing"), payment("cancelled")]
    )
    assert missed.tell().told_to("Orders.cancel")["stopped"]["Error"] == "States.Timeout"
    assert Story(Ledger__check_terms=refused("no_commission_rule")).tell().told_to("Orders.cancel")[
        "stopped"
    ] == refused("no_commission_rule")


def test_an_operator_hears_what_stopped_it():
    told = Story(PAID, RETRY, Inventory__commit=[refused("reservation_over")] * 13 + [USUAL["Inventory.commit"]]).tell()
    parked = told.told_to("Orders.park")
    assert (parked["step"], parked["trouble"]) == ("paid", {"Error": "RuntimeError", "Cause": "reservation_over"})


def test_what_an_order_does_not_have_need_not_be_committed():
    """Nothing was reserved of it, so a refusal is right, and parks nobody."""
    nothing = {"Inventory__commit": refused("nothing_reserved")}
    story = Story(PAID, Orders__screen=screened("payment"), **nothing).tell()
    assert "Orders.park" not in story.tasks


def refused_until_parked(task: str) -> dict[str, Any]:
    return {task.replace(".", "__"): [refused("for_good")] * 13 + [USUAL[task]]}


@pytest.mark.parametrize("task", ALL_SOLD)
def test_after_the_money_a_refusal_waits_for_a_person(task: str):
    parked = Story(PAID, RETRY, **refused_until_parked(task)).tell().told_to("Orders.park")
    assert (parked["step"], parked["trouble"]["Cause"]) == ("paid", "for_good")


@pytest.mark.parametrize("task", CANCELLED)
def test_while_undoing_a_refusal_waits_for_a_person(task: str):
    parked = Story(None, RETRY, **refused_until_parked(task)).tell().told_to("Orders.park")
    assert (parked["step"], parked["trouble"]["Cause"]) == ("cancelling", "for_good")


@pytest.mark.parametrize("task", ["Ledger.refund", "Payments.refund"])
def test_a_refusal_while_money_goes_back_waits_for_a_person(task: str):
    story = Story(PAID, REFUND, REFUND, Inventory__commit=BROKEN, **refused_until_parked(task)).tell()
    assert story.told_to("Orders.park")["trouble"]["Cause"] == "for_good"


def test_nothing_is_given_back_that_the_books_refuse_to_have():
    answers = [USUAL["Ledger.record_paid"], *[refused("for_good")] * 13, USUAL["Ledger.record_paid"]]
    story = Story(
        PAID, REFUND, RETRY, Orders__confirm=[BROKEN] * 13 + [USUAL["Orders.confirm"]], Ledger__record_paid=answers
    )
    assert "Ledger.refund" not in story.tell().tasks


def test_after_the_money_nothing_ends_failed():
    """Each task after it is tried for minutes, and then parked; a parking place is looked for for weeks."""
    before = {
        "Screen",
        "CheckTerms",
        "CheckOffers",
        "ReserveStock",
        "ReservePromotions",
        "HoldCredits",
        "CreatePayment",
        "ExtendStock",
    }
    tasks = {name: state for name, state in all_states(WORKFLOW) if state["Type"] == "Task"}
    for name, state in tasks.items():
        [retry] = state["Retry"]
        assert retry["JitterStrategy"] == "FULL"
        assert retry["MaxAttempts"] >= (4 if name in before else 12), name
        handled = {error for catch in state.get("Catch", ()) for error in catch["ErrorEquals"]}
        within_map = name in WORKFLOW["States"]["RefundSellers"]["ItemProcessor"]["States"]
        assert handled == {"States.ALL"} or within_map or (name.startswith("Park") and retry["MaxAttempts"] >= 1000)


def test_only_a_person_or_a_payment_is_waited_for_without_end():
    for name, state in all_states(WORKFLOW):
        if state["Type"] == "Task":
            assert {"TimeoutSeconds", "TimeoutSecondsPath"} & set(state) or name.startswith("Park"), name


def test_whatever_is_asked_says_the_order_and_where_it_came_from():
    story = Story(PAID, REFUND, Inventory__commit=BROKEN).tell()
    for name, asked in story.asked:
        assert (asked["correlation_id"], asked["causation_id"]) == ("cor_1", "evt_1")
        assert asked.get("order_id") == "ord_1" or name in ("Ledger.refund", "Payments.refund")


def test_a_file_with_a_path_that_leads_nowhere_is_found():
    state = {
        "Type": "Task",
        "Resource": "${Orders}",
        "Parameters": {"task": "screen", "id.$": "$.nothing"},
        "End": True,
    }
    execution = Execution({"StartAt": "One", "States": {"One": state}}, {}, lambda function, asked: {})
    with pytest.raises(Defect, match="nothing"):
        execution.run()


def test_a_failure_that_nobody_catches_ends_it():
    state = {"Type": "Task", "Resource": "${Orders}", "Parameters": {"task": "screen"}, "End": True}

    def breaks(function: str, asked: dict[str, Any]) -> Any:
        raise BROKEN

    execution = Execution({"StartAt": "One", "States": {"One": state}}, {}, breaks)
    with pytest.raises(Failed, match="RuntimeError"):
        execution.run()
    assert execution.ended == "FAILED"
