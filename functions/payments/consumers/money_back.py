"""What sets money in motion towards buyers and sellers: money that belongs to nothing, a withdrawal that may leave."""

from functions.payments import refunding
from functions.payments.consumers.app import consumer
from functions.payments.model.refunds import MoneyUnapplied
from kernel.events import Received


@consumer.on("metco.payments", MoneyUnapplied)
def return_unapplied(event: Received[MoneyUnapplied]) -> None:
    refunding.return_unapplied(event.data)
