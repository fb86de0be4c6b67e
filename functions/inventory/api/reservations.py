"""What is held for orders: for the store its own lines, for operators the whole."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.inventory.api.app import StorePath, api
from functions.inventory.model.names import ReservationId
from functions.inventory.model.reservations import Reservation
from functions.inventory.rules import reservations as rules
from functions.inventory.store.reservations import reservations
from kernel.authz import require

ReservationPath = Annotated[ReservationId, Path()]


@api.get("/v1/reservations/<reservation_id>", permit="read_reservations")
def read_reservation(reservation_id: ReservationPath) -> Reservation:
    """A reservation with all its lines, for operators."""
    require("read_reservations")
    return reservations().reservation(reservation_id)


@api.get("/v1/stores/<store_id>/reservations/<reservation_id>", permit="read_stock")
def read_store_reservation(store_id: StorePath, reservation_id: ReservationPath) -> Reservation:
    """What a reservation holds of this store. What the order has from other stores is not shown."""
    require("read_stock", store=store_id)
    return rules.of_store(reservations().reservation(reservation_id), store_id)
