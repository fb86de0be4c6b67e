"""What a person decided of something that stood still is carried out: its workflow is told, or it is done here."""

from collections.abc import Callable, Mapping

from functions.orders import returning, settling, workflow
from functions.orders.model.parked import KeptParked
from functions.orders.rules import paying, refunds
from functions.orders.store.orders import orders
from functions.orders.store.parked import parked
from functions.orders.stranded import again

Act = Callable[[KeptParked], object]

# What was parked without a token, because no workflow waits there: by workflow and step, or by workflow.
BY_HAND: Mapping[str, Act] = {
    "settlement/holding_limit": settling.decided,
    "return/not_arrived": returning.decided,
    "stranded": again.decided,
}


def carry_out(parked_id: str) -> bool:
    """Safe to repeat. What goes back to whom is said with it: the books give back only what they are told.

    False: there was nothing to do, because it is not decided yet or was told before.
    """
    kept = parked().find(parked_id)
    if not kept or not kept.decided:
        return False
    if kept.token:
        told: paying.Told = {"outcome": kept.decided}
        if kept.decided == "refund":
            told["refunds"] = [one.model_dump(mode="json") for one in refunds.everything(orders().whole(kept.order_id))]
        heard = workflow.tell(kept.token, told)
    else:
        BY_HAND.get(f"{kept.workflow}/{kept.step}", BY_HAND.get(kept.workflow, again.nothing))(kept)
        heard = True
    parked().over(kept)
    return heard
