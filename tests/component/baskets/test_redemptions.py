"""Limits held like stock: however many come at once, and however often a workflow asks."""

from typing import Any

import pytest

from functions.baskets.rules.promotions import redemptions as rules
from functions.baskets.store.promotions import promotions
from functions.baskets.store.redemptions import Redemptions, redemptions
from kernel.table import Table
from tests.builders import promotions as a
from tests.builders import shopping as s

ONCE: dict[str, Any] = {"limits": {"total": 1}}
EACH: dict[str, Any] = {"limits": {"per_person": 1}}
GUEST = f"gst_{1:026}"


def someone(number: int) -> str:
    return f"usr_{number:026}"


def rows(world, prefix: str) -> list[dict]:
    return [row for row in world.items() if row["pk"]["S"].startswith(prefix)]


def buyer(user_id: str | None = a.BELA, *codes: str):
    return redemptions().buyer(promotions().offered([a.ALMA], codes), user_id, codes)


def test_reserved_then_used_up(world):
    coupon = a.made(**ONCE)
    assert a.reserve(coupon)["outcome"] == "reserved"
    assert a.left(coupon) == 0
    assert a.task("commit") == {"outcome": "committed", "order_id": a.order()}
    assert a.left(coupon) == 0


def test_released_it_is_there_for_the_next_one(world):
    coupon = a.made(**ONCE)
    a.reserve(coupon)
    assert a.task("release")["outcome"] == "released"
    assert a.left(coupon) == 1
    assert a.reserve(coupon, order_id=a.order(1))["outcome"] == "reserved"


def test_one_use_and_fifty_buyers(world):
    coupon = a.made(code="ONLYONE", **ONCE)
    answers = [a.reserve(coupon, order_id=a.order(n), buyer_id=someone(n)) for n in range(50)]
    assert [one["outcome"] for one in answers].count("reserved") == 1
    refused = [one for one in answers if one["outcome"] == "refused"]
    assert {(one["code"], one["promotion_id"]) for one in refused} == {("promotion_used_up", coupon["promotion_id"])}
    assert (a.left(coupon), len(rows(world, "USES#"))) == (0, 1)


def test_whoever_looked_before_a_rival_took_the_last_one_gets_nothing(world, monkeypatch):
    """The rival comes between every look and its commit."""
    coupon = a.made(**ONCE)
    commit = Redemptions._commit
    rivals = iter(range(1, 50))

    def late(store, changes):
        monkeypatch.setattr(Redemptions, "_commit", commit)
        a.reserve(coupon, order_id=a.order(next(rivals)), buyer_id=someone(7))
        monkeypatch.setattr(Redemptions, "_commit", late)
        return commit(store, changes)

    monkeypatch.setattr(Redemptions, "_commit", late)
    assert a.reserve(coupon)["code"] == "promotion_used_up"
    monkeypatch.setattr(Redemptions, "_commit", commit)
    assert (a.left(coupon), len(rows(world, "USES#"))) == (0, 1)


def test_asked_again_the_answer_is_the_same_and_nothing_is_taken_twice(world):
    coupon = a.made(limits={"total": 10, "per_person": 5})
    for name in ("reserve", "commit"):
        for _ in range(3):
            done = a.reserve(coupon) if name == "reserve" else a.task(name)
            assert done["outcome"] in ("reserved", "committed")
    assert (a.left(coupon), buyer().left) == (9, {coupon["promotion_id"]: 4})
    assert a.reserve(coupon)["outcome"] == "committed"


def test_released_again_nothing_comes_back_twice(world):
    coupon = a.made(limits={"total": 10, "per_person": 5})
    a.reserve(coupon)
    assert [a.task("release")["outcome"] for _ in range(3)] == ["released"] * 3
    assert (a.left(coupon), buyer().left) == (10, {coupon["promotion_id"]: 5})


def test_a_release_that_comes_first_is_the_last_word(world):
    coupon = a.made(**ONCE)
    assert a.task("release")["outcome"] == "released"
    assert a.reserve(coupon)["code"] == "promotions_released"
    assert a.task("commit")["code"] == "promotions_released"
    assert a.left(coupon) == 1


def test_what_is_used_is_not_given_back_and_what_was_never_reserved_is_not_used(world):
    coupon = a.made(**ONCE)
    assert a.task("commit")["code"] == "no_promotion_reserved"
    a.reserve(coupon)
    a.task("commit")
    assert a.task("release")["code"] == "promotions_used"
    assert a.left(coupon) == 0


def cancelled(order_id: str | None = None, *, never_sent: bool = True) -> None:
    said: dict[str, Any] = {
        "order_id": order_id or a.order(),
        "reason": "by_seller",
        "was_paid": True,
        "never_sent": never_sent,
    }
    s.hear("OrderCancelled", "metco.orders", **said)


@pytest.mark.parametrize("so_far", ["reserved", "committed"])
def test_an_order_that_was_paid_and_never_sent_gives_its_uses_back_once(world, so_far):
    coupon = a.made(limits={"total": 10, "per_person": 5})
    a.reserve(coupon)
    if so_far == "committed":
        a.task("commit")
    for _ in range(3):
        cancelled()
    assert (a.left(coupon), buyer().left) == (10, {coupon["promotion_id"]: 5})
    assert [a.task(late)["outcome"] for late in ("commit", "release")] == ["returned", "returned"]
    redemptions().final(a.order(), paid=True)
    assert a.reserve(coupon)["code"] == "promotions_released"
    assert (a.left(coupon), buyer().left) == (10, {coupon["promotion_id"]: 5})


def test_what_was_sent_or_had_no_coupon_gives_nothing_back(world):
    coupon = a.made(**ONCE)
    a.reserve(coupon)
    a.task("commit")
    before = world.items()
    cancelled(never_sent=False)
    cancelled(a.order(1))
    assert (world.items(), a.left(coupon)) == (before, 0)
    a.reserve(coupon, order_id=a.order(2))
    a.task("release", a.order(3))
    cancelled(a.order(3))
    assert a.task("release", a.order(3))["outcome"] == "released"


@pytest.mark.parametrize("over", ["ended", "closed"])
def test_uses_of_a_coupon_that_is_over_come_back_all_the_same(world, over):
    coupon = a.made(**ONCE)
    a.reserve(coupon)
    a.task("commit")
    if over == "ended":
        a.as_seller()("POST", f"/v1/stores/{a.ALMA}/promotions/{coupon['promotion_id']}/end", {})
    else:
        promotions().close(a.ALMA)
    cancelled()
    assert [row["left"]["N"] for row in rows(world, "LEFT#")] == ["1"]


@pytest.mark.parametrize("who", ["guest", "erased"])
def test_of_whoever_has_no_account_only_what_is_everybodys_comes_back(world, who):
    coupon = a.made(limits={"total": 3} | ({"per_person": 2} if who == "erased" else {}))
    a.reserve(coupon, buyer_id=GUEST if who == "guest" else a.BELA)
    a.task("commit")
    if who == "erased":
        redemptions().forget(a.BELA)
    cancelled()
    assert a.left(coupon) == 3
    assert rows(world, "PERSON#") == []


@pytest.mark.parametrize("told", ["paid first", "cancelled first"])
def test_a_first_order_that_came_to_nothing_was_none(world, told):
    welcome = a.made(None, first_order=True)
    a.reserve(welcome)
    a.task("commit")
    news = [lambda: redemptions().ordered(a.BELA, a.order()), cancelled]
    for hear in news if told == "paid first" else reversed(news):
        hear()
    assert a.reserve(welcome, order_id=a.order(1))["outcome"] == "reserved"


def test_all_of_an_orders_promotions_or_none(world):
    plenty, gone = a.made(limits={"total": 5}), a.made(code="GONE", **ONCE)
    a.reserve(gone, order_id=a.order(1))
    assert a.reserve(plenty, gone)["code"] == "promotion_used_up"
    assert a.left(plenty) == 5
    assert a.reserve(plenty, gone, order_id=a.order(1))["code"] == "promotions_reserved_otherwise"


def test_each_person_uses_it_so_often(world):
    coupon = a.made(**EACH)
    assert a.reserve(coupon)["outcome"] == "reserved"
    assert a.reserve(coupon, order_id=a.order(1))["code"] == "promotion_used_up"
    assert a.reserve(coupon, order_id=a.order(2), buyer_id=someone(7))["outcome"] == "reserved"
    a.task("release")
    assert a.reserve(coupon, order_id=a.order(3))["outcome"] == "reserved"


def test_a_person_with_two_carts_at_once_uses_it_once(world, monkeypatch):
    coupon = a.made(**EACH)
    commit = Redemptions._commit

    def late(store, changes):
        monkeypatch.setattr(Redemptions, "_commit", commit)
        assert a.reserve(coupon, order_id=a.order(1))["outcome"] == "reserved"
        return commit(store, changes)

    monkeypatch.setattr(Redemptions, "_commit", late)
    assert a.reserve(coupon)["code"] == "promotion_used_up"


def test_there_is_one_first_order(world):
    welcome = a.made(None, first_order=True)
    assert buyer().first_order
    assert a.reserve(welcome)["outcome"] == "reserved"
    assert a.reserve(welcome, order_id=a.order(1))["code"] == "promotion_not_for_buyer"
    assert not buyer().first_order
    a.task("release")
    assert a.reserve(welcome, order_id=a.order(2))["outcome"] == "reserved"
    a.task("commit", a.order(2))
    assert a.reserve(welcome, order_id=a.order(3))["code"] == "promotion_not_for_buyer"


def test_whoever_paid_for_anything_has_no_first_order_any_more(world):
    welcome = a.made(None, first_order=True)
    for _ in range(2):
        redemptions().ordered(a.BELA, a.order(1))
    assert a.reserve(welcome)["code"] == "promotion_not_for_buyer"


def test_guests_use_what_is_for_everybody_and_nothing_that_counts_people(world):
    for said in (EACH, {"first_order": True}, {"customer_ids": [a.BELA]}):
        assert a.reserve(a.made(**said), buyer_id=GUEST)["code"] == "promotion_not_for_buyer"
    assert a.reserve(a.made(**ONCE), buyer_id=GUEST)["outcome"] == "reserved"


def test_for_some_people_only(world):
    promotion = a.made(customer_ids=[a.BELA])
    assert a.reserve(promotion)["outcome"] == "reserved"
    refused = a.reserve(promotion, order_id=a.order(1), buyer_id=someone(7))
    assert refused["code"] == "promotion_not_for_buyer"


def test_what_has_ended_or_never_was_is_not_reserved(world):
    promotion = a.made(limits={"total": 5})
    a.as_seller()("POST", f"/v1/stores/{a.ALMA}/promotions/{promotion['promotion_id']}/end", {})
    assert a.reserve(promotion)["code"] == "promotion_over"
    assert a.reserve({"promotion_id": a.prm(404)}, order_id=a.order(1))["code"] == "promotion_over"
    assert rows(world, "USES#") == []


def test_what_was_reserved_is_used_although_it_ended_meanwhile(world):
    promotion = a.made(**ONCE)
    a.reserve(promotion)
    a.as_seller()("POST", f"/v1/stores/{a.ALMA}/promotions/{promotion['promotion_id']}/end", {})
    assert a.task("commit")["outcome"] == "committed"


def test_a_flash_sale_counts_pieces(world):
    sale = a.made(limits={"counted": "pieces", "total": 5, "per_person": 3})
    assert a.reserve(sale, pieces=4)["code"] == "promotion_used_up"
    assert a.reserve(sale, pieces=3)["outcome"] == "reserved"
    assert (a.left(sale), buyer().left, buyer(someone(7)).left) == (
        2,
        {sale["promotion_id"]: 0},
        {sale["promotion_id"]: 2},
    )
    assert a.reserve(sale, pieces=2, order_id=a.order(1), buyer_id=someone(7))["outcome"] == "reserved"


def test_what_lies_in_many_shards_is_used_to_the_last_one(world, monkeypatch):
    monkeypatch.setattr(rules, "FEW", 5)
    sale = a.made(limits={"counted": "pieces", "total": 20})
    assert len(rows(world, "LEFT#")) == rules.SHARDS
    taken = 0
    for number in range(20):
        answer = a.reserve(sale, pieces=3, order_id=a.order(number), buyer_id=GUEST)
        taken += 3 * (answer["outcome"] == "reserved")
    assert (taken, a.left(sale)) == (18, 2)
    assert a.reserve(sale, pieces=2, order_id=a.order(30))["outcome"] == "reserved"
    for number in range(31):
        a.task("release", a.order(number))
    assert a.left(sale) == 20
    assert all(int(row["left"]["N"]) >= 0 for row in rows(world, "LEFT#"))


def test_without_limits_nothing_is_written_that_another_order_waits_for(world):
    promotion = a.made()
    a.reserve(promotion)
    assert [row["pk"]["S"] for row in world.items() if row["pk"]["S"].startswith(("LEFT#", "PERSON#"))] == []


def test_reserving_takes_two_calls(world, monkeypatch):
    coupon, calls = a.made(limits={"total": 5, "per_person": 2}), list[str]()

    def counted(name, real):
        def call(*arguments, **options):
            calls.append(name)
            return real(*arguments, **options)

        return call

    for name in ("get", "get_many", "commit"):
        monkeypatch.setattr(Table, name, counted(name, getattr(Table, name)))
    a.reserve(coupon)
    assert calls == ["get_many", "commit"]


def test_an_erased_person_leaves_nothing_and_gets_nothing_back(world):
    coupon, welcome = a.made(limits={"total": 3, "per_person": 1}), a.made(None, first_order=True)
    a.reserve(coupon, welcome)
    redemptions().forget(a.BELA)
    assert a.task("release")["outcome"] == "released"
    assert (a.left(coupon), rows(world, "PERSON#")) == (3, [])


def test_a_lost_answer_takes_nothing_twice(world, monkeypatch):
    coupon = a.made(limits={"total": 3})
    commit = Redemptions._commit

    def lost(store, changes):
        commit(store, changes)
        monkeypatch.setattr(Redemptions, "_commit", commit)
        raise TimeoutError

    monkeypatch.setattr(Redemptions, "_commit", lost)
    with pytest.raises(TimeoutError):
        a.reserve(coupon)
    assert a.reserve(coupon)["outcome"] == "reserved"
    assert a.left(coupon) == 2
