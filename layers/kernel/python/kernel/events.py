"""The envelope of every event: what happened to which aggregate, in which order, because of what."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from kernel import clock, ids, log
from kernel.shorthand import Shorthand

# What every envelope is written in, and most of what is told in one. See kernel.shorthand before changing any of it.
_WORDS = (
    '"payment_id":"pay_","hold_id":"hld_","offer_id":"ofr_","variant_id":"var_","product_id":"prd_","quantity":1,'
    '"legs":[{"account":":pending","amount":{"minor":-1,"currency":"EUR"}},{"account":"platform:"}],"references":["'
    '"seller_orders":[{"seller_order_id":"slo_","order_id":"ord_","store_id":"sto_","buyer_id":"usr_","lines":[{'
    '"line_id":"lin_","total":{"minor":0,"currency":"EUR"}}],null,"store_ids":["sto_"],"buyer_ids":["usr_"],'
    '{"metadata":{"id":"evt_","type":"","version":1,"occurred_at":"202-00:00.000Z","aggregate":"","sequence":1,'
    '"correlation_id":"cor_","causation_id":"evt_"},"data":{"'
)
LONG = 600  # with its keys a row of more begins a second KiB soon
MAX_BYTES = 60_000  # EventBridge takes 256 KB a call of ten entries; a fat event is a design fault long before


class _Kind(BaseModel):
    """A kind of event is named by its class, and by its version beside it: a break is a new kind."""

    model_config = ConfigDict(frozen=True, defer_build=True)
    version: ClassVar[int] = 1

    @classmethod
    def detail_type(cls) -> str:
        return f"{cls.__name__}.v{cls.version}"


class Data(_Kind):
    """Base of published events. Only ids and facts: never a name, an address, a number that leads to a person."""

    model_config = ConfigDict(extra="forbid")


class Seen(_Kind):
    """Base of a consumer's own view of an event: what it needs, tolerant of all else."""

    model_config = ConfigDict(extra="ignore")


class Metadata(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    id: str
    type: str
    version: int
    occurred_at: str
    aggregate: str
    sequence: int
    correlation_id: str
    causation_id: str = ""


View = TypeVar("View", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Received(Generic[View]):
    metadata: Metadata
    data: View


@dataclass(frozen=True, slots=True)
class Event:
    """A fact to be committed with the change it tells of. `sequence` is the aggregate's version after that change."""

    data: Data
    aggregate: str
    sequence: int

    def envelope(self) -> dict[str, Any]:
        return {
            "metadata": {
                "id": ids.new_id("evt"),
                "type": type(self.data).__name__,
                "version": self.data.version,
                "occurred_at": clock.rfc3339(clock.now()),
                "aggregate": self.aggregate,
                "sequence": self.sequence,
                "correlation_id": log.correlation_id(),
                "causation_id": log.causation_id(),
            },
            "data": self.data.model_dump(mode="json"),
        }


def short(text: str) -> str | bytes:
    """As an envelope is kept where it is kept for ever; one that is short enough can be read as it lies."""
    return _shorthand().short(text) if len(text) > LONG else text


def text_of(kept: str | bytes) -> str:
    return kept if isinstance(kept, str) else _shorthand().full(kept)


def text_in(attribute: Mapping[str, Any]) -> str:
    """Of a row as its table has it; in a stream, bytes are written in letters."""
    if "S" in attribute:
        return str(attribute["S"])
    kept = attribute["B"]
    return text_of(base64.b64decode(kept) if isinstance(kept, str) else kept)


@cache
def _shorthand() -> Shorthand:
    return Shorthand(_WORDS)


def encode(envelope: Mapping[str, Any]) -> str:
    text = json.dumps(envelope, separators=(",", ":"), ensure_ascii=False)
    if len(text.encode()) > MAX_BYTES:
        raise ValueError(
            f"An event of {len(text.encode())} bytes is over the limit of {MAX_BYTES}: send ids, not content."
        )
    return text
