"""Parcels by carriers, for tests: how a store sends, labels, and whoever calls back."""

import json
from typing import Any

from functions.orders.api import api
from functions.orders.carriers import chosen
from functions.orders.sweep import parcels
from local.carriers.stand_in import StandIn
from tests.builders import carriers, cloud
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders.carriers import BERLIN
from tests.builders.http import Answered, Caller


def choose(*names: str, store_id: str = a.STORE, sender: dict[str, Any] | None = None, **said: Any) -> Answered:
    body = {"carriers": list(names), "sender": sender or BERLIN, "package": {"weight_g": 800}, **said}
    return b.of_store(store_id)("PUT", f"/v1/stores/{store_id}/carriers", body)


def label(order_id: str, store_id: str = a.STORE, headers: dict[str, str] | None = None, **said: Any) -> Answered:
    path = f"/v1/stores/{store_id}/orders/{order_id}/parcels/label"
    return b.of_store(store_id)("POST", path, said, headers=headers or {})


def labelled(order_id: str, **said: Any) -> dict[str, Any]:
    answer = label(order_id, **said)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def calls(name: str, headers: dict[str, str], body: bytes) -> Answered:
    """Whoever calls has no account."""
    address = next(at for at, of in chosen.ADDRESSES.items() if of == name)
    return Caller(api, None)("POST", f"/v1/carriers/{address}/events", body.decode(), headers=headers)


def call_back(core: StandIn) -> list[int]:
    """All that the carriers have to say by now, as it arrives."""
    answers = []
    for call, arrives in core.faults.carried(core.due()):
        if not arrives:
            continue
        _, headers, body = core.said(call)
        answers.append(calls(call.carrier, headers, body).status)
        core.answered(call, answers[-1])
    return answers


def look_for() -> None:
    """The round of the sweep that looks for parcels nobody has called about."""
    parcels.round_of_parcels()


def hear_on(world: cloud.World, *, times: int = 1) -> int:
    """What orders told itself of carriers, as its consumer hears it: how many there are."""
    told = [one for one in world.envelopes() if one["metadata"]["type"] in ("CarrierCalled", "ParcelMoved")]
    for one in told * times:
        b.hear(one["metadata"]["type"], **one["data"])
    return len(told)


def public_call() -> Answered:
    """As DHL calls."""
    carriers.here()
    said = {"scope": "subscription.push", "shipments": [{"id": "1012345678"}]}
    return calls("dhl", {"metco-carrier-token": carriers.TOKENS["dhl"]}, json.dumps(said).encode())
