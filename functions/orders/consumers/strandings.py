"""What the sweeper hears: its own reports, so that events do arrive, and who still holds something for an order."""

from functions.orders.consumers.app import consumer
from functions.orders.model.told import HoldOverdue, ReservationOverdue, SweepDone
from functions.orders.store.sweeps import sweeps
from kernel.events import Received


@consumer.on("metco.orders", SweepDone)
def arrived(event: Received[SweepDone]) -> None:
    sweeps().hear(event.data.at)


@consumer.on("metco.inventory", ReservationOverdue)
def stock_asks(event: Received[ReservationOverdue]) -> None:
    sweeps().ask(event.data.order_id)


@consumer.on("metco.ledger", HoldOverdue)
def books_ask(event: Received[HoldOverdue]) -> None:
    sweeps().ask(event.data.order_id)
