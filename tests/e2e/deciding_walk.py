"""All that people decide about money, done once: rules, rates, credits, and a withdrawal that two persons agree to."""

from typing import Any

import httpx

from kernel import ids
from local.seed import FINANCE
from local.seed import PASSWORD as DEMO_PASSWORD
from tests.e2e.books_walk import available
from tests.e2e.ledger_walk import call, money, task
from tests.e2e.stock_walk import wait_for_the_keys
from tests.e2e.store_walk import invoke, soon, tell
from tests.e2e.walk import STARTED, Person, StepFailed

IBAN = "DE89370400440532013000"


def walk_deciding(person: Person) -> None:
    seller = signed_in(person)
    opening = {"name": "Film", "slug": f"money-{STARTED}-{seller.user_id[-6:]}", "country": "DE", "currency": "EUR"}
    store = seller.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"]
    wait_for_the_keys(seller, store)
    finn, greta = demo(person, FINANCE.email), signed_in(person)
    in_finance(greta)
    make_rules(finn, store)
    give(finn, seller, greta)
    let_go(seller)
    said = {"reversal_id": ids.new_id("trr"), "store_id": store, "amount": money(2_000_00)}
    task(person.stack, "record", "recorded", kind="transfer_reversed", said=said)
    soon(seller, lambda: available(seller, store) == money(2_000_00), "the store has nothing to withdraw")
    seller.mine("PUT", f"/v1/stores/{store}/payout-destinations/bank", json={"iban": IBAN})  # paid by hand, if at all
    withdraw(seller, store)
    agree(seller, store, finn, greta)
    be_paid_each_night(seller, store)
    keep_the_books(finn)
    be_forgotten(greta)


def make_rules(finance: Person, store: str) -> None:
    """For all, for one store, explained, and ended."""
    rule = {"scope": "store", "target": store, "tiers": [{"rate_bps": 700}]}
    mine = finance.mine("POST", "/v1/commission-rules", expect=201, json=rule).json()["rule_id"]
    line = {"store_id": store, "product_id": ids.new_id("prd"), "price": money(100_00)}
    told = finance.mine("POST", "/v1/commission-rules/explain", json=line).json()
    if (told["terms"]["rule_id"], told["commission"]) != (mine, money(7_00)):
        raise StepFailed(f"a commission is explained otherwise: {told}")
    finance.mine("POST", f"/v1/commission-rules/{mine}/end", json={})
    if not finance.mine("GET", f"/v1/commission-rules/{mine}").json()["ends_at"]:
        raise StepFailed("a rule that was ended goes on")
    finance.mine("GET", "/v1/commission-rules", params={"scope": "store"})


def give(finance: Person, buyer: Person, other: Person) -> None:
    """Granted, given on, and converted at a rate."""
    finance.mine("PUT", "/v1/conversion-rates/EUR/USD", json={"rate": "1.08"})
    finance.mine("GET", "/v1/conversion-rates/EUR/USD/history")
    asked = {"buyer_id": buyer.user_id, "amount": money(20_00), "why": "goodwill"}
    soon(finance, lambda: done(finance, "/v1/credits/grants", asked, 201), "nothing can be granted")
    gift = {"receiver_id": other.user_id, "amount": money(5_00)}
    soon(buyer, lambda: done(buyer, "/v1/me/credits/gifts", gift, 201), "nothing can be given")
    body = {"given": money(10_00), "to": "USD"}
    got = buyer.mine("POST", "/v1/me/credits/conversions", expect=201, json=body).json()["received"]
    if got != {"minor": 10_80, "currency": "USD"} or not buyer.mine("GET", "/v1/conversion-rates").json()["items"]:
        raise StepFailed(f"10.00 euros are {got}")


def let_go(buyer: Person) -> None:
    """Set aside for an order that nobody pays in time. Sweeps come at once: the books ask orders, which knows none."""
    hold = {"buyer_id": buyer.user_id, "amount": money(5_00)}
    task(buyer.stack, "hold_credits", "held", order_id=ids.new_id("ord"), hold_s=1, **hold)

    def held_again() -> bool:
        for sweep in ("ledger-sweep", "orders-sweep"):
            invoke(buyer, sweep)
        return call(buyer.stack, "hold_credits", order_id=ids.new_id("ord"), **hold)["outcome"] == "held"

    soon(buyer, held_again, "what was set aside has not come back")


def withdraw(seller: Person, store: str) -> None:
    """A small one that goes by itself and comes back, and a large one that is called off before anybody agreed."""
    first, second = asked(seller, store, 20_00), asked(seller, store, 550_00)
    for state in ("sent", "paid", "returned"):
        task(seller.stack, "withdrawal", state, store_id=store, withdrawal_id=first, became=state)
    seller.mine("POST", f"/v1/stores/{store}/withdrawals/{second}/cancel")
    states = [one["state"] for one in seller.mine("GET", f"/v1/stores/{store}/withdrawals").json()["items"]]
    if states != ["cancelled", "returned"]:
        raise StepFailed(f"withdrawals: {states}")


def agree(seller: Person, store: str, finn: Person, greta: Person) -> None:
    """A large one needs both; another is denied by one."""
    large, denied = asked(seller, store, 600_00), asked(seller, store, 700_00)
    paths = {one: f"/v1/stores/{store}/withdrawals/{one}" for one in (large, denied)}
    waiting = [
        one["withdrawal_id"] for one in finn.mine("GET", "/v1/withdrawals", params={"limit": 50}).json()["items"]
    ]
    if not {large, denied} <= set(waiting):
        raise StepFailed("finance does not see what waits")
    soon(finn, lambda: done(finn, f"{paths[large]}/approve", None, 200), "finance cannot agree")
    finn.mine("POST", f"{paths[large]}/approve", expect=403)
    soon(greta, lambda: done(greta, f"{paths[large]}/approve", None, 200), "the second person cannot agree")
    finn.mine("POST", f"{paths[denied]}/deny", json={"reason": "The account's name is another one."})
    for one, state in ((large, "approved"), (denied, "denied")):
        if seller.mine("GET", paths[one]).json()["state"] != state:
            raise StepFailed(f"this withdrawal is not {state}")


def be_paid_each_night(seller: Person, store: str) -> None:
    """The night is put into the table; the sweep, which comes by itself each minute, comes at once."""
    where = {"paypal_id": "5UXD2E8A7EBQJ"}
    seller.mine("PUT", f"/v1/stores/{store}/payout-destinations/paypal", json=where)
    policy = {"schedule": "daily", "way": "paypal", "minimums": [money(10_00)]}
    seller.mine("PUT", f"/v1/stores/{store}/payout-policy", json=policy)

    def asked_for() -> bool:
        let_it_be_night(seller, store)
        invoke(seller, "ledger-sweep")
        items = seller.mine("GET", f"/v1/stores/{store}/withdrawals").json()["items"]
        return any(one["by_policy"] for one in items)

    soon(seller, asked_for, "the policy asks for nothing")
    manual = {"schedule": "manual"}
    if seller.mine("PUT", f"/v1/stores/{store}/payout-policy", json=manual).json()["next_at"]:
        raise StepFailed("a policy that was taken back goes on")


def let_it_be_night(seller: Person, store: str) -> None:
    dynamodb, past = seller.stack.client("dynamodb"), "2026-01-01T02:00:00Z"
    table, key = ledgers_table(seller), {"pk": {"S": f"PAYOUT-POLICY#{store}"}, "sk": {"S": "-"}}
    row = dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)["Item"]
    due = {"next_at": {"S": past}, "by_duesk": {"S": f"{past}#{store}"}}
    dynamodb.put_item(TableName=table, Item={**row, **due})


def keep_the_books(finance: Person) -> None:
    """Once: the bank's own reference makes it that."""
    line = {"reference": ids.new_id("stm"), "line": "capital_in", "amount": money(1_000_00)}
    finance.mine("POST", "/v1/ledger/bank-entries", expect=201, json=line)
    finance.mine("POST", "/v1/ledger/bank-entries", expect=409, json=line)
    owed = {"reference": ids.new_id("stm"), "owner": "store", "owner_id": ids.new_id("sto"), "amount": money(5_00)}
    finance.mine("POST", "/v1/ledger/write-offs", expect=409, json=owed)


def be_forgotten(person: Person) -> None:
    """What somebody was answered goes with them."""
    if not receipts_of(person):
        raise StepFailed("no answer was kept")
    tell(person, "UserErased")
    soon(person, lambda: not receipts_of(person), "answers of somebody erased are still kept")


def asked(seller: Person, store: str, minor: int) -> str:
    body = {"amount": money(minor), "way": "bank"}
    return str(seller.mine("POST", f"/v1/stores/{store}/withdrawals", expect=201, json=body).json()["withdrawal_id"])


def done(person: Person, path: str, body: Any, status: int) -> bool:
    """What others have to hear of first is tried again, under one key."""
    headers = {**person.authorization, "Idempotency-Key": ids.derived_id("key", path, str(body))}
    answer = httpx.post(f"{person.stack.url}{path}", json=body, headers=headers, timeout=30)
    return answer.status_code == status


def signed_in(person: Person) -> Person:
    made = Person(person.stack, patience_s=person.patience_s)
    made.sign_up()
    made.sign_in()
    return made


def demo(person: Person, email: str) -> Person:
    made = Person(person.stack, email=email, patience_s=person.patience_s)
    body = {"email": email, "password": DEMO_PASSWORD}
    made.session = made.ask("POST", "/v1/sessions", expect=201, json=body).json()
    return made


def in_finance(person: Person) -> None:
    admin = demo(person, "admin@metco.example")
    body = {"roles": ["finance"], "reason": "joins finance"}
    admin.mine("PUT", f"/v1/users/{person.user_id}/roles", json=body)


def receipts_of(person: Person) -> list[Any]:
    found = person.stack.client("dynamodb").query(
        TableName=ledgers_table(person),
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"RECEIPT#{person.user_id}"}},
    )
    return list(found["Items"])


def ledgers_table(person: Person) -> str:
    tables = person.stack.client("dynamodb").list_tables()["TableNames"]
    [table] = [name for name in tables if "ledger" in name.lower()]
    return str(table)
