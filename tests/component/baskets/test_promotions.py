"""Promotions over HTTP and in their table: made, found, ended, told of."""

from datetime import timedelta

import pytest

from functions.baskets import sweep
from functions.baskets.api import api
from functions.baskets.model.promotions import PromotionChanged
from functions.baskets.rules.promotions import keeping
from functions.baskets.store.promotions import promotions
from kernel import clock
from kernel.authz import Principal
from tests.builders import promotions as a
from tests.builders.http import Caller

PATH = f"/v1/stores/{a.ALMA}/promotions"


def told(world) -> list[tuple[str, str]]:
    return [(one["metadata"]["type"], one["metadata"]["aggregate"]) for one in world.envelopes()]


def offered(*codes: str, stores: tuple[str, ...] = (a.ALMA,)) -> list[str]:
    return [one.promotion_id for one in promotions().offered(stores, codes)]


def swept(at) -> None:
    with clock.frozen(at):
        sweep.handler({}, None)


def later(**by: int) -> str:
    return clock.rfc3339(clock.now() + timedelta(**by))


def test_a_promotion_is_found_by_every_basket_of_its_store(world):
    made = a.made()
    assert (made["state"], made["borne_by"], made["left"]) == ("running", "store", None)
    assert offered() == [made["promotion_id"]]
    assert offered(stores=(a.BORIS,)) == []
    assert told(world) == [("PromotionStarted", made["promotion_id"])]


def test_the_platforms_is_found_by_all_and_its_maker_leaves_a_track(world):
    made = a.made(None)
    assert (made["borne_by"], made["store_id"]) == ("platform", None)
    assert offered(stores=(a.BORIS,)) == [made["promotion_id"]]
    assert sorted(told(world)) == [("OperatorActed", made["promotion_id"]), ("PromotionStarted", made["promotion_id"])]


def test_a_coupon_is_found_by_its_code_alone(world):
    made = a.made(code="summer10")
    assert (made["code"], offered(), offered("SUMMER10")) == ("SUMMER10", [], [made["promotion_id"]])
    assert "SUMMER" not in str(world.envelopes())


def test_a_code_is_there_once_whoever_wants_it_and_however_it_is_written(world):
    a.made(code="Summer10")
    before = world.items()
    answer = a.as_seller(a.BORIS)("POST", f"/v1/stores/{a.BORIS}/promotions", {**BODY, "code": "SUMMER10"})
    assert (answer.status, answer.json["code"]) == (409, "code_taken")
    assert world.items() == before


def test_a_code_can_be_used_again_once_its_promotion_is_over(world):
    first = a.made(code="AGAIN")
    a.as_seller()("POST", f"{PATH}/{first['promotion_id']}/end", {})
    second = a.made(code="AGAIN")
    assert offered("AGAIN") == [second["promotion_id"]]


def test_an_ended_promotion_reduces_nothing_any_more(world):
    made = a.made()
    answer = a.as_seller()("POST", f"{PATH}/{made['promotion_id']}/end", {})
    assert (answer.status, answer.json["state"]) == (200, "ended")
    assert offered() == []
    assert [kind for kind, _ in told(world)] == ["PromotionStarted", "PromotionEnded"]
    again = a.as_seller()("POST", f"{PATH}/{made['promotion_id']}/end", {})
    assert (again.status, again.json["code"]) == (409, "promotion_is_over")


def test_what_begins_and_ends_later_is_told_then_and_once(world):
    now = clock.now()
    made = a.made(starts_at=later(hours=1), ends_at=later(hours=2))
    assert (made["state"], offered(), told(world)) == ("scheduled", [made["promotion_id"]], [])
    swept(now + timedelta(minutes=59))
    assert told(world) == []
    for minutes in (61, 62):
        swept(now + timedelta(minutes=minutes))
    assert told(world) == [("PromotionStarted", made["promotion_id"])]
    for minutes in (121, 122):
        swept(now + timedelta(minutes=minutes))
    assert [kind for kind, _ in told(world)] == ["PromotionStarted", "PromotionEnded"]
    assert offered() == []
    assert not [row for row in world.items() if row["pk"]["S"].startswith("DUE#")]


def test_what_is_ended_for_later_runs_until_then(world):
    made, now = a.made(), clock.now()
    path = f"{PATH}/{made['promotion_id']}/end"
    answer = a.as_seller()("POST", path, {"ends_at": later(hours=1)})
    assert (answer.json["state"], offered()) == ("running", [made["promotion_id"]])
    assert promotions().offered([a.ALMA], [])[0].ends_at is not None
    swept(now + timedelta(hours=1, seconds=1))
    assert offered() == []
    assert [kind for kind, _ in told(world)] == ["PromotionStarted", "PromotionEnded"]


def test_what_ends_before_it_begins_never_runs(world):
    now = clock.now()
    made = a.made(code="NEVER", starts_at=later(hours=1))
    a.as_seller()("POST", f"{PATH}/{made['promotion_id']}/end", {})
    swept(now + timedelta(hours=2))
    assert (told(world), offered("NEVER")) == ([], [])


def test_the_list_has_all_of_the_store_the_newest_first(world):
    first, second = a.made(), a.made(code="SECOND")
    a.made(store_id=a.BORIS)
    a.as_seller()("POST", f"{PATH}/{first['promotion_id']}/end", {})
    page = a.as_seller()("GET", PATH).json["items"]
    assert [(one["promotion_id"], one["state"]) for one in page] == [
        (second["promotion_id"], "running"),
        (first["promotion_id"], "ended"),
    ]
    assert a.as_finance()("GET", "/v1/promotions").json["items"] == []


def test_without_codes_a_store_has_so_many_at_once_and_what_is_over_makes_room(world, monkeypatch):
    monkeypatch.setattr(keeping, "OPEN", 2)
    first = a.made()
    a.made()
    answer = a.as_seller()("POST", PATH, BODY)
    assert (answer.status, answer.json["code"]) == (409, "too_many_promotions")
    assert a.made(code="MORE")
    a.as_seller()("POST", f"{PATH}/{first['promotion_id']}/end", {})
    assert a.made()


def test_a_repeated_request_makes_one_promotion(world):
    key = {"Idempotency-Key": "summer-2040"}
    answers = [a.as_seller()("POST", PATH, BODY, headers=key) for _ in range(2)]
    assert [one.status for one in answers] == [201, 201]
    assert answers[0].json["promotion_id"] == answers[1].json["promotion_id"]
    assert len(offered()) == 1


def test_two_who_change_a_shelf_at_once_do_not_lose_each_others(world, monkeypatch):
    """A rival adds one between the look at the shelf and the commit."""
    store, commit = promotions(), promotions()._table.__class__.commit
    rival: list[dict] = []

    def late(table, *arguments, **options):
        monkeypatch.setattr(store._table.__class__, "commit", commit)
        rival.append(a.made())
        return commit(table, *arguments, **options)

    monkeypatch.setattr(store._table.__class__, "commit", late)
    answer = a.as_seller()("POST", PATH, BODY)
    assert (answer.status, answer.json["code"]) == (409, PromotionChanged.code)
    assert offered() == [rival[0]["promotion_id"]]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"starts_at": "2020-01-01T00:00:00Z"}, "promotion_in_the_past"),
        ({"starts_at": "2040-01-02T00:00:00Z", "ends_at": "2040-01-01T00:00:00Z"}, "promotion_ends_before_it_begins"),
        ({"campaign_id": f"cmp_{1:026}"}, "platforms_alone"),
        ({"goods": {"store_ids": [a.BORIS]}}, "platforms_alone"),
        (
            {"benefit": {"kind": "buy_get", "buy": 1, "get": 1, "rewards": {"store_ids": [a.BORIS]}}},
            "platforms_alone",
        ),
        ({"benefit": {"kind": "percent", "off_bps": 500, "at_mots": {"EUR": 100}}}, "invalid"),
        ({"benefit": {"kind": "gift"}}, "invalid"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(world, said, code):
    before = world.items()
    answer = a.as_seller()("POST", PATH, {**BODY, **said})
    assert (answer.status, answer.json["code"]) == (422, code), answer.text
    assert world.items() == before


@pytest.mark.parametrize("method_and_path", [("POST", ""), ("GET", ""), ("GET", "/{id}"), ("POST", "/{id}/end")])
@pytest.mark.parametrize("platform", [False, True])
def test_whoever_may_not_changes_nothing(world, method_and_path, platform):
    made = a.made(None if platform else a.ALMA)
    before = world.items()
    method, rest = method_and_path
    base = "/v1/promotions" if platform else PATH
    body = None if method == "GET" else {} if rest else BODY
    boris = {a.BORIS: frozenset({"edit_products"})}
    stranger = Caller(api, Principal(a.BELA, "", frozenset({"customer"}), boris))
    answer = stranger(method, base + rest.format(id=made["promotion_id"]), body)
    assert answer.status == (403 if platform else 404)
    assert world.items() == before


def test_another_stores_promotion_is_not_there(world):
    made = a.made(store_id=a.BORIS)
    before = world.items()
    for method, rest, body in (("GET", "", None), ("POST", "/end", {})):
        assert a.as_seller()(method, f"{PATH}/{made['promotion_id']}{rest}", body).status == 404
    assert a.as_finance()("POST", f"/v1/promotions/{made['promotion_id']}/end", {}).status == 404
    assert world.items() == before


def test_a_store_that_closes_takes_its_words_along(world):
    a.made(title="Alma's farewell"), a.made(code="FAREWELL", title="Alma's farewell", starts_at=later(hours=1))
    kept = a.made(None)
    for _ in range(2):
        promotions().close(a.ALMA)
    assert [kind for kind, _ in told(world)].count("PromotionEnded") == 1
    swept(clock.now() + timedelta(hours=2))
    assert offered("FAREWELL") == [kept["promotion_id"]]
    assert not [row for row in world.items() if "farewell" in str(row)]


BODY = {"title": "Summer sale", "benefit": a.percent()}
