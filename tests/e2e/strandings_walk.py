"""What the sweeper and operators do about whatever stands still, for each of the workflows."""

from datetime import timedelta
from typing import Any

from functions.orders.model.parked import KeptParked, parked_id_of
from functions.orders.model.sweeps import Kind
from functions.orders.store.rows import parked_row
from functions.orders.store.watching import watched
from kernel import clock, ids
from kernel.changes import Change
from local.home import ACCOUNT, REGION, STAGE
from local.seed import FINANCE
from tests.e2e import buying_walk as buying
from tests.e2e.deciding_walk import demo, signed_in
from tests.e2e.store_walk import invoke, soon
from tests.e2e.walk import Person, StepFailed

TROUBLE = {"Error": "Unavailable", "Cause": "walk"}


def walk_strandings(person: Person) -> None:
    person.patience_s = max(person.patience_s, buying.PATIENCE_S)
    finance, seller, buyer = demo(person, FINANCE.email), signed_in(person), signed_in(person)
    store_id = buying.a_store(seller, f"stranding-{seller.user_id[-8:]}")
    buying.into_basket(buyer, buying.a_thing(seller, store_id, "Lamp", buying.LAMP))
    order_id = buying.ordered(buyer, buying.quoted(buyer))
    buying.to_be_paid(buyer, order_id)
    waits = {**things(order_id), "checkout": (order_id, {"order_id": order_id})}
    for kind, (name, given) in waits.items():
        strand(finance, kind, name, given)
        be_decided(finance, kind, name, order_id)
    buyer.mine("POST", f"/v1/orders/{order_id}/cancel", expect=202)
    buying.became(buyer, order_id, "cancelled")


def things(order_id: str) -> dict[Kind, tuple[str, dict[str, Any]]]:
    """Executions that nobody has begun: they try for long to do something for what is not there."""
    part, refund, back = (ids.new_id(prefix) for prefix in ("slo", "rfd", "ret"))
    return {
        "settlement": (f"{part}-1", {"order_id": order_id, "seller_order_id": part, "attempt": 1}),
        "money_back": (refund, {"order_id": order_id, "refund_id": refund}),
        "return": (f"{back}-opening", {"order_id": order_id, "return_id": back}),
    }


def strand(finance: Person, kind: Kind, name: str, given: dict[str, Any]) -> None:
    """Not begun, then ended badly, then decided without anybody hearing of it: each is seen, and set going."""
    begun = kind == "checkout"
    if begun:  # one that is over at once: the order that it is for is not there
        nobody = ids.new_id("ord")
        sweep_over(finance, kind, nobody, {"order_id": nobody}, "not_begun")
    else:
        sweep_over(finance, kind, name, given, "not_begun")
    stop(finance, kind, name)
    sweep_over(finance, kind, name, given, "failed")
    decide_unheard(finance, kind, name, str(given["order_id"]))
    watch(finance, kind, name, given)
    sweep(finance)
    parked_id = parked_id_of(kind, name)
    soon(finance, lambda: parked_id not in parked(finance), "a decision that was not told is still not told")
    if not begun:
        stop(finance, kind, name)
    forget(finance, name)


def be_decided(finance: Person, kind: Kind, name: str, order_id: str) -> None:
    """As a workflow asks that cannot go on. Nobody waits by this token any more, so a decision is told to nobody."""
    named = {"workflow": kind, "subject_id": name[:30], "order_id": order_id, "execution": name}
    asked = {"task": "park", **named, "token": f"nobody/{workflow(kind)}", "step": "walked", "trouble": TROUBLE}
    buying.same(invoke(finance, "orders-steps", **asked), {"outcome": "parked"})
    parked_id = parked_id_of(kind, name)
    if parked_id not in parked(finance):
        raise StepFailed(f"{name} is not among the parked")
    finance.mine("POST", f"/v1/parked/{parked_id}/decision", json={"decision": "confirm"})
    soon(finance, lambda: parked_id not in parked(finance), f"what was decided of a {kind} is still parked")


# The sweeper


def sweep_over(finance: Person, kind: Kind, name: str, given: dict[str, Any], what: str) -> None:
    forget(finance, name)
    watch(finance, kind, name, given)
    sweep(finance)

    def found() -> bool:
        reports = finance.mine("GET", "/v1/sweeps", params={"limit": 5}).json()["items"]
        seen = {(one["subject_id"], one["what"]) for report in reports for one in report["found"]}
        if (name[:30], "broken") in seen:
            raise StepFailed(f"the sweeper could not look at {kind} {name}")
        return (name[:30], what) in seen

    soon(finance, found, f"no report says that {kind} {name} was {what}")


def sweep(finance: Person) -> None:
    """It comes by itself each minute; here it comes at once."""
    invoke(finance, "orders-sweep")


def watch(finance: Person, kind: Kind, name: str, given: dict[str, Any]) -> None:
    put(finance, watched(kind, name, given, at=clock.now() - timedelta(seconds=1)))


def decide_unheard(finance: Person, kind: Kind, name: str, order_id: str) -> None:
    """What an operator decided, and its event never came."""
    subject_id = name[:30]
    kept = KeptParked(
        parked_id=parked_id_of(kind, name),
        order_id=order_id,
        workflow=kind,
        subject_id=subject_id,
        step="walked",
        since=clock.now(),
        choices=["retry", "confirm"],
        decided="confirm",
        version=1,
        token=f"nobody/{workflow(kind)}",
    )
    put(finance, parked_row(kept))


def forget(finance: Person, name: str) -> None:
    """Whatever watches it."""
    dynamodb, table = finance.stack.client("dynamodb"), orders_table(finance)
    for bucket in range(4):
        asked = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": f"WATCHED#{bucket}"}}}
        for row in dynamodb.query(TableName=table, ConsistentRead=True, **asked)["Items"]:
            if row["sk"]["S"].endswith(f"#{name}"):
                dynamodb.delete_item(TableName=table, Key={"pk": row["pk"], "sk": row["sk"]})


def put(finance: Person, change: Change) -> None:
    row = {name: {"N": str(one)} if isinstance(one, int) else {"S": one} for name, one in change.item.items()}
    finance.stack.client("dynamodb").put_item(TableName=orders_table(finance), Item=row)


def orders_table(person: Person) -> str:
    tables = person.stack.client("dynamodb").list_tables()["TableNames"]
    [table] = [name for name in tables if "orders" in name.lower()]
    return str(table)


# Workflows


def workflow(kind: str) -> str:
    return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:metco-{STAGE}-{kind}"


def stop(finance: Person, kind: Kind, name: str) -> None:
    """As somebody does by hand; it takes a moment."""
    states, arn = finance.stack.client("stepfunctions"), workflow(kind).replace(":stateMachine:", ":execution:")
    execution = f"{arn}:{name}"
    states.stop_execution(executionArn=execution)

    def ended() -> bool:
        return bool(states.describe_execution(executionArn=execution)["status"] != "RUNNING")

    soon(finance, ended, f"{kind} {name} cannot be stopped")


def parked(finance: Person) -> set[str]:
    items = finance.mine("GET", "/v1/parked", params={"limit": 50}).json()["items"]
    return {one["parked_id"] for one in items}
