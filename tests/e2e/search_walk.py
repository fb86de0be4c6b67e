"""Everything search's functions may do, done once: things are listed, found and missed; the index goes and comes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from kernel import clock, ids
from kernel.changes import encode
from local.home import STAGE
from local.stack import Stack
from tests.e2e.stock_walk import wait_for_the_keys
from tests.e2e.store_walk import a_moderator, soon
from tests.e2e.walk import Person, StepFailed

SWEEP = f"metco-{STAGE}-search-sweep"
PAST = timedelta(days=2)


def walk_search(seller: Person) -> None:
    for step in (seller.sign_up, seller.sign_in):
        step()
    word = f"thing{ids.new_id('wrd')[-8:]}"
    opening = {"name": f"Shop {word}", "slug": f"shop-{word}", "country": "DE", "currency": "EUR"}
    store_id = seller.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"]
    wait_for_the_keys(seller, store_id)
    operator = a_moderator(seller.stack)
    category = a_category(seller)
    thing = {"texts": {"en": {"title": word}}, "prices": {"EUR": 100}, "category_id": category, "quantity": 1}
    offer = seller.mine("POST", f"/v1/stores/{store_id}/items", expect=201, json=thing).json()["offers"][0]
    found(seller, word, 1)
    rename(seller, store_id, word)
    page_on(seller)
    tune(operator, word)
    do_without_index(seller, category)
    rebuild(seller, operator)
    withdraw(seller, store_id, offer, word)
    give_up_a_rebuild(seller, operator)


def a_category(person: Person) -> str:
    answer = person.ask("GET", "/v1/categories", expect=200).json()
    return str(answer["items"][0]["category_id"])


def found(person: Person, word: str, total: int) -> None:
    def there() -> bool:
        return bool(search(person, q=word)["total"] == total)

    soon(person, there, f"{total} things called {word} are not what is found")


def search(person: Person, **asked: Any) -> dict[str, Any]:
    answer: dict[str, Any] = person.ask("GET", "/v1/search", expect=200, params=asked).json()
    return answer


def rename(seller: Person, store_id: str, word: str) -> None:
    seller.mine("PATCH", f"/v1/stores/{store_id}", json={"name": f"New {word}"})
    soon(seller, lambda: search(seller, q=word)["items"][0]["store"]["name"] == f"New {word}", "the old name stays")


def page_on(person: Person) -> None:
    first = search(person, limit=1)
    assert search(person, limit=1, cursor=first["cursor"])["items"] != first["items"]


def tune(operator: Person, word: str) -> None:
    """Somebody misses a thing; an operator reads of it, and gives it a name."""
    unknown = "miss" + ids.new_id("wrd")[-12:]
    assert search(operator, q=unknown)["total"] == 0
    missed = operator.mine("GET", "/v1/search/misses", params={"limit": 200}).json()["items"]
    assert unknown in [one["query"] for one in missed]
    settings = operator.mine("GET", "/v1/search/settings").json()
    kept = {"synonyms": settings["synonyms"], "boosts": settings["boosts"]}
    operator.mine("PUT", "/v1/search/settings", json=kept)


def do_without_index(person: Person, category: str) -> None:
    with index_away(person.stack):
        for asked in ({"category": category}, {}):
            listed = search(person, limit=5, **asked)
            assert listed["degraded"], "nobody noticed that the index is away"
            assert listed["items"], "without an index nothing is listed"


@contextmanager
def index_away(stack: Stack) -> Iterator[None]:
    here: Path = stack.cloud.state / "search" / "current"
    away = here.with_name("away")
    here.rename(away)
    try:
        yield
    finally:
        away.rename(here)


def rebuild(person: Person, operator: Person) -> None:
    rebuild_id = operator.mine("POST", "/v1/search/rebuilds", expect=202).json()["rebuild_id"]

    def done() -> bool:
        return bool(operator.mine("GET", f"/v1/search/rebuilds/{rebuild_id}").json()["state"] == "done")

    try:
        soon(Person(person.stack, patience_s=5 * person.patience_s), done, "a rebuild comes to no end")
    except StepFailed:
        operator.mine("DELETE", f"/v1/search/rebuilds/{rebuild_id}", expect=204)
        raise
    assert operator.mine("GET", "/v1/search/health").json()["generation"] == rebuild_id


def withdraw(seller: Person, store_id: str, offer: dict[str, Any], word: str) -> None:
    path = f"/v1/stores/{store_id}/products/{offer['product_id']}/offers/{offer['offer_id']}"
    seller.mine("PATCH", path, json={"status": "archived"})
    found(seller, word, 0)


def give_up_a_rebuild(person: Person, operator: Person) -> None:
    """One that an operator abandons, and one that nobody told of for two days."""
    rebuild_id = operator.mine("POST", "/v1/search/rebuilds", expect=202).json()["rebuild_id"]
    operator.mine("DELETE", f"/v1/search/rebuilds/{rebuild_id}", expect=204)
    forgotten = ids.new_id("rbd")
    started = clock.rfc3339(clock.now() - PAST)
    rows = (
        {"pk": f"REBUILD#{forgotten}", "sk": "-", "rebuild_id": forgotten, "state": "running", "started_at": started},
        {"pk": "REBUILDS", "sk": "RUNNING", "rebuild_id": forgotten},
    )
    table = table_of(person.stack)
    for row in rows:
        person.stack.client("dynamodb").put_item(TableName=table, Item=encode(row))
    try:
        answer = person.stack.client("lambda").invoke(FunctionName=SWEEP)
        if "FunctionError" in answer:
            raise StepFailed(f"the sweep failed: {answer['Payload'].read()[:300]!r}")
        assert operator.mine("GET", f"/v1/search/rebuilds/{forgotten}").json()["state"] == "failed"
    finally:
        key = encode({"pk": "REBUILDS", "sk": "RUNNING"})
        person.stack.client("dynamodb").delete_item(TableName=table, Key=key)


def table_of(stack: Stack) -> str:
    function = stack.client("lambda").get_function_configuration(FunctionName=SWEEP)
    return str(function["Environment"]["Variables"]["TABLE"])
