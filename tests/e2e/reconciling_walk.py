"""Yesterday held against the books, once: asked for, read from the Stripe stand-in, compared, and looked at."""

from datetime import timedelta

from kernel import clock
from local.home import STAGE
from local.seed import FINANCE
from tests.e2e.deciding_walk import demo
from tests.e2e.store_walk import soon
from tests.e2e.walk import Person


def walk_reconciling(person: Person) -> None:
    finance, day = demo(person, FINANCE.email), (clock.now() - timedelta(days=1)).date().isoformat()
    finance.mine("POST", "/v1/reconciliations", expect=202, json={"day": day})

    def finished() -> bool:
        """Its schedule comes by itself every few minutes; here it comes at once."""
        person.stack.client("lambda").invoke(FunctionName=f"metco-{STAGE}-payments-reconcile", Payload=b"{}")
        [report] = finance.mine("GET", "/v1/reconciliations", params={"day": day}).json()["items"]
        return bool(report["state"] == "finished")

    soon(finance, finished, "yesterday is not held against the books")
    finance.mine("GET", "/v1/reconciliation-differences")
