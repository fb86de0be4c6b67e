import re
from pathlib import Path
from typing import get_args

from functions.orders.model.names import Reason
from functions.orders.rules import refunds, returns, states

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "orders.md").read_text(encoding="utf-8")

DRAWN = [
    states.drawn(states.ORDER),
    states.drawn(states.SELLER_ORDER),
    states.drawn(states.PARCEL, "label", "sent"),
    states.drawn(refunds.REFUND, "asked"),
    states.drawn(returns.RETURN, "opening"),
]


def test_the_drawn_states_are_those_of_the_tables():
    shown = re.findall(r"```mermaid\n(stateDiagram.*?)\n```", PAGE, re.DOTALL)
    assert shown == ["\n".join(lines) for lines in DRAWN]


def test_every_reason_is_told_of():
    assert [reason for reason in get_args(Reason) if f"`{reason}`" not in PAGE] == []
