"""No carrier that Metco knows: the store takes the parcel there itself, types the number, and says how far it is."""

from collections.abc import Mapping

from functions.orders.model.carriers import (
    CarrierNotOffered,
    CarrierRate,
    CarrierUnproven,
    Consignment,
    Labelled,
    Tracked,
)

ASKED_AS = ""


def rates(_asked: Consignment) -> list[CarrierRate]:
    return []


def label(_asked: Consignment, *, before: bool) -> Labelled:  # noqa: ARG001  # as every carrier is asked
    raise CarrierNotOffered("Nobody prints a label for what a store sends by itself.")


def void(_number: str) -> None:
    """There is no label."""


def track(_number: str) -> Tracked | None:
    return None


def heard(_raw: bytes, _headers: Mapping[str, str]) -> list[str]:
    raise CarrierUnproven()
