import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import stripe

from local.stripe.client import client
from local.stripe.faults import Fault
from local.stripe.stand_in import StandIn
from local.stripe.state import State
from tests.builders.stand_in import RETURN_URL, at_stripe

ROOT = Path(__file__).parents[3]
PAYMENT: Any = {
    "amount": 20_00,
    "currency": "usd",
    "payment_method": "pm_card_visa",
    "confirm": True,
    "return_url": RETURN_URL,
}


def test_what_was_read_is_a_copy():
    state = State()
    state.add({"id": "x_1", "object": "x", "n": 1})
    first = state.get("x", "x_1")
    assert first
    first["n"] = 2
    assert state.get("x", "x_1") == {"id": "x_1", "object": "x", "n": 1}


def test_what_was_never_added_is_not_saved():
    with pytest.raises(LookupError):
        State().save({"id": "x_1", "object": "x"})


def test_an_account_sees_its_own_alone():
    state = State()
    state.add({"id": "x_1", "object": "x"}, "acct_1")
    assert state.get("x", "x_1") is None
    assert state.find("x") == []
    assert state.anywhere("x", "x_1") == ("acct_1", {"id": "x_1", "object": "x"})
    assert [one["id"] for one in state.find("x", None)] == ["x_1"]


def test_things_are_found_newest_first_by_what_is_in_them():
    state = State()
    for number, deep in enumerate(("a", "b", "a")):
        state.add({"id": f"x_{number}", "object": "x", "of": {"deep": deep}, "yes": deep == "a"})
    assert [one["id"] for one in state.find("x", of__deep="a")] == ["x_2", "x_0"]
    assert [one["id"] for one in state.find("x", yes=False)] == ["x_1"]
    assert [one["id"] for one in state.find("x", missing=None)] == ["x_2", "x_1", "x_0"]


def test_a_transaction_within_another_is_undone_alone():
    state = State()
    with state.transaction():
        state.add({"id": "x_1", "object": "x"})
        with suppress(ValueError), state.transaction():
            state.add({"id": "x_2", "object": "x"})
            raise ValueError
    assert [one["id"] for one in state.find("x")] == ["x_1"]


def test_the_same_seed_gives_the_same_ids():
    assert State(seed="one").new_id("pi") == State(seed="one").new_id("pi") != State(seed="two").new_id("pi")
    assert State().new_id("pi") != State().new_id("pi")


def test_everything_is_there_again_after_a_restart(tmp_path: Path):
    file = tmp_path / "stripe.sqlite"
    first = StandIn(State(file), lambda: 1_900_000_000)
    paid = client(first).v1.payment_intents.create(PAYMENT, {"idempotency_key": "once"})
    first.advance(3600)
    first.faults.plan(Fault("unavailable"))
    first.state.close()

    again = StandIn(State(file), lambda: 1_900_000_000)
    assert again.clock.now() == 1_900_003_600
    assert [one.how for one in again.faults.planned] == ["unavailable"]
    again.faults.plan()
    assert client(again).v1.payment_intents.create(PAYMENT, {"idempotency_key": "once"}).id == paid.id
    another = client(again).v1.payment_intents.create(PAYMENT)
    assert another.id != paid.id
    assert [one.id for one in client(again).v1.payment_intents.list()] == [another.id, paid.id]
    again.state.close()


def test_a_killed_process_has_done_what_it_answered_and_nothing_by_halves(tmp_path: Path):
    """Each payment has its charge, its events and the answer under its key, or there is none of it."""
    file = tmp_path / "stripe.sqlite"
    running = subprocess.Popen(
        [sys.executable, "-c", PAYS_WITHOUT_END, str(file)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert running.stdout
    answered = [running.stdout.readline().decode().split() for _ in range(15)]
    running.send_signal(signal.SIGKILL)
    answered += [line.decode().split() for line in running.stdout if line.endswith(b"\n")]
    running.wait()
    running.stdout.close()

    core = StandIn(State(file))
    intents = {one["id"]: one for one in core.state.find("payment_intent")}
    assert len(answered) <= len(intents) <= len(answered) + 1
    for key, intent in answered:
        assert intents[intent]["status"] == "succeeded"
        assert client(core).v1.payment_intents.create(PAYMENT, {"idempotency_key": key}).id == intent
    assert len(core.state.find("charge")) == len(intents) == len(core.state.find("payment_intent"))
    assert len(core.state.find("event", type="payment_intent.succeeded")) == len(intents)
    core.state.close()


PAYS_WITHOUT_END = f"""
import sys
from pathlib import Path
from local.stripe.client import client
from local.stripe.stand_in import StandIn
from local.stripe.state import State
api = client(StandIn(State(Path(sys.argv[1]))))
for number in range(10_000):
    paid = api.v1.payment_intents.create({PAYMENT!r}, {{"idempotency_key": f"k{{number}}"}})
    print(f"k{{number}}", paid.id, flush=True)
"""


def test_a_refused_request_leaves_nothing_behind():
    at = at_stripe()
    refused: list[Any] = [{**PAYMENT, "currency": "xyz"}, {**PAYMENT, "return_url": ""}]
    for wrong in refused:
        with pytest.raises(stripe.InvalidRequestError):
            at.client.v1.payment_intents.create(wrong)
    kept = at.core.state._db.execute("SELECT DISTINCT kind FROM objects")
    assert [kind for (kind,) in kept] == ["idempotency"]
