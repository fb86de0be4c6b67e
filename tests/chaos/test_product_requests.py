"""Requests for products under faults and rivals: each fault at each call of a tale, and moderators at once."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

from functions.catalog.api import api
from kernel.changes import decode
from tests.builders.requests import ASKER, KIM, LEE, a_body
from tests.chaos import tales
from tests.chaos.tales import Stage

REASON = {"reason": "As it should be, or not"}


def asked(stage: Stage) -> str:
    return str(stage.ask(ASKER, "POST", "/v1/me/product-requests", a_body()).json["request_id"])


def judge(stage: Stage, request_id: str, act: str, who: str = LEE) -> Any:
    body = None if act == "claim" else REASON
    return stage.ask(who, "POST", f"/v1/product-requests/{request_id}/{act}", body, role="moderator")


def ask_twice(stage: Stage) -> None:
    """Rejected, mended, approved; and another one that is withdrawn while a moderator looks at it."""
    request_id = asked(stage)
    judge(stage, request_id, "claim")
    judge(stage, request_id, "reject")
    stage.ask(ASKER, "PUT", f"/v1/product-requests/{request_id}", a_body(note="Another word"))
    judge(stage, request_id, "claim", KIM)
    judge(stage, request_id, "approve", KIM)
    other = asked(stage)
    judge(stage, other, "claim")
    stage.ask(ASKER, "POST", f"/v1/product-requests/{other}/withdraw")
    judge(stage, other, "approve")


def test_a_fault_at_any_call_leaves_nothing_else_behind():
    assert list(tales.differences(api, ask_twice)) == []


@pytest.mark.parametrize("seed", range(25))
def test_whoever_is_faster_a_request_is_decided_once(seed):
    made: list[str] = []

    def before(stage: Stage) -> None:
        made.append(asked(stage))

    def moderator(who: str, act: str, stage: Stage) -> None:
        if judge(stage, made[-1], "claim", who).status == 200:
            judge(stage, made[-1], act, who)

    def withdraw(stage: Stage) -> None:
        stage.ask(ASKER, "POST", f"/v1/product-requests/{made[-1]}/withdraw")

    def check(stage: Stage, rows: Mapping[Any, Any]) -> None:
        plain = {key: decode(row) for key, row in rows.items()}
        told = [sk.split("#")[1] for pk, sk in plain if pk == f"EVENT#{made[-1]}"]
        products = [pk for pk, _ in plain if pk.startswith("PRODUCT#")]
        assert len(products) == told.count("ProductApproved") <= 1
        acts = [row for (pk, sk), row in plain.items() if pk == f"EVENT#{made[-1]}" and "OperatorActed" in sk]
        assert sum('"claim_product_request"' in row["envelope"] for row in acts) <= 1
        assert sum('"claim_product_request"' not in row["envelope"] for row in acts) <= 1
        assert [pk for pk, _ in plain if pk == "REQUESTS"] == []

    rivals: list[tales.Tale] = [
        partial(moderator, LEE, "approve"),
        partial(moderator, KIM, "reject"),
        partial(moderator, LEE, "approve"),
        withdraw,
    ]
    tales.race(api, before, rivals, seed, check)
