"""Buyers and what they may pay with again, in their table.

CUSTOMER#<person>   -              who they are at Stripe, and what pays where nothing else is said
                    METHOD#<pm_>   a way to pay, as far as Metco knows it
                    ERASED         the person is gone
SETUP#<seti_>       -              a way to pay on its way to being saved
WHOSE#<cus_>        -              which person a customer of Stripe's is
WHOSE#<pm_>         -              which person's a way to pay is

by_due: SETUP#<bucket>, <time> of each that Stripe is to be asked about though no webhook came
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache

from functions.payments.model.saved import (
    Customer,
    CustomerMoved,
    KeptSetup,
    NoSuchSetup,
    PersonErased,
    SavedMethod,
)
from functions.payments.rules import saved as rules
from functions.payments.store.due import due_keys, overdue
from kernel import clock
from kernel.errors import Unavailable
from kernel.table import Change, Receipt, Table, check, delete, put, receipts_of

METHOD = "METHOD#"
TRIES = 5


class Customers:
    def __init__(self) -> None:
        self._table = Table()

    def of(self, person_id: str) -> tuple[Customer | None, list[SavedMethod]]:
        """Who they are at Stripe, and all they may pay with: in one call."""
        rows = self._table.query(_pk(person_id), limit=100).items
        [*found] = (Customer.model_validate(row) for row in rows if row["sk"] == "-")
        methods = [SavedMethod.model_validate(row) for row in rows if row["sk"].startswith(METHOD)]
        return (found[0] if found else None), methods

    def whose(self, stripe_id: str) -> str | None:
        """Of a customer, or of a way to pay, of Stripe's."""
        row = self._table.get(f"WHOSE#{stripe_id}", "-")
        return str(row["person_id"]) if row else None

    def is_erased(self, person_id: str) -> bool:
        return self._table.get(_pk(person_id), "ERASED") is not None

    def make(self, customer: Customer) -> Customer:
        """Of two who make one at once both made the same at Stripe."""
        whose = put({"pk": f"WHOSE#{customer.customer_id}", "sk": "-", "person_id": customer.person_id})
        with suppress(CustomerMoved):
            self._table.commit([_row(None, customer), whose, _not_erased(customer.person_id)])
            return customer
        return self.of(customer.person_id)[0] or customer

    def become(
        self,
        before: Customer,
        after: Customer,
        *,
        kept: Sequence[SavedMethod] = (),
        found: Sequence[SavedMethod] = (),
        receipt: Receipt | None = None,
    ) -> None:
        """The buyer, and in place of the ways to pay that were kept those that were found."""
        there = {one.payment_method_id: one for one in kept}
        gone = there.keys() - {one.payment_method_id for one in found}
        rows = [_row(before, after), _not_erased(after.person_id)]
        for one in found:
            if there.get(one.payment_method_id) != one:
                rows += _method_rows(after.person_id, one)
        for method_id in gone:
            rows += [delete(_pk(after.person_id), f"{METHOD}{method_id}"), delete(f"WHOSE#{method_id}", "-")]
        self._table.commit(rows, receipt=receipt)

    def drop(self, person_id: str, method_id: str, receipt: Receipt | None) -> None:
        """Where Stripe's own word of it was quicker, only the answer is kept."""
        for _ in range(TRIES):
            before, kept = self.of(person_id)
            left = [one for one in kept if one.payment_method_id != method_id]
            with suppress(CustomerMoved):
                if before and left != kept:
                    self.become(before, rules.as_found(before, left), kept=kept, found=left, receipt=receipt)
                else:
                    self.answered(receipt)
                return
        raise Unavailable("These payment methods are being changed again and again. Try again.")

    def prefer(self, before: Customer | None, after: Customer, receipt: Receipt | None) -> None:
        self._table.commit([_row(before, after)], receipt=receipt)

    # Ways to pay on their way to being saved

    def begin(self, before: Customer, after: Customer, made: KeptSetup, receipt: Receipt | None) -> None:
        self._table.commit([_row(before, after), _setup_row(None, made), _not_erased(after.person_id)], receipt=receipt)

    def setup(self, setup_id: str) -> KeptSetup:
        found = self.find_setup(setup_id)
        if not found:
            raise NoSuchSetup()
        return found

    def find_setup(self, setup_id: str) -> KeptSetup | None:
        row = self._table.get(f"SETUP#{setup_id}", "-")
        return KeptSetup.model_validate(row) if row else None

    def setup_became(self, before: KeptSetup, after: KeptSetup) -> None:
        with suppress(CustomerMoved):  # whoever was quicker has asked as well
            self._table.commit([_setup_row(before, after)])

    def overdue_setups(self, now: datetime) -> Iterator[str]:
        return (pk.partition("#")[2] for pk, _ in overdue(self._table, "SETUP", now))

    def answered(self, receipt: Receipt | None) -> None:
        """Nothing changes, but a repetition is to have the same answer."""
        if receipt:
            self._table.commit([], receipt=receipt)

    # Leaving

    def erased(self, person_id: str) -> None:
        """From here on nothing is saved for them any more, whatever is still under way."""
        self._table.commit([put({"pk": _pk(person_id), "sk": "ERASED"})])

    def forget(self, person_id: str) -> None:
        """Safe to repeat, and to go on with after a crash: what leads to the other rows goes last."""
        customer, methods = self.of(person_id)
        led_to = [*([customer.customer_id] if customer else []), *(one.payment_method_id for one in methods)]
        if led_to:
            self._table.commit([delete(f"WHOSE#{stripe_id}", "-") for stripe_id in led_to])
        self._table.empty(_pk(person_id), keep={"ERASED"})
        self._table.empty(receipts_of(person_id))


@cache
def customers() -> Customers:
    return Customers()


def _pk(person_id: str) -> str:
    return f"CUSTOMER#{person_id}"


def _row(before: Customer | None, after: Customer) -> Change:
    change = put({"pk": _pk(after.person_id), "sk": "-", **after.model_dump(mode="json")})
    return (change.when(version=before.version) if before else change.absent()).otherwise(CustomerMoved())


def _not_erased(person_id: str) -> Change:
    return check(_pk(person_id), "ERASED").absent().otherwise(PersonErased())


def _method_rows(person_id: str, one: SavedMethod) -> list[Change]:
    told = one.model_dump(mode="json", exclude={"is_default"})
    return [
        put({"pk": _pk(person_id), "sk": f"{METHOD}{one.payment_method_id}", **told}),
        put({"pk": f"WHOSE#{one.payment_method_id}", "sk": "-", "person_id": person_id}),
    ]


def _setup_row(before: KeptSetup | None, after: KeptSetup) -> Change:
    """Looked at again and again while it is open, and for ever only while it is."""
    at = clock.now() + rules.LOOK_AGAIN if after.state == "open" else None
    row = {"pk": f"SETUP#{after.setup_id}", "sk": "-", **after.model_dump(mode="json")}
    change = put({**row, **due_keys("SETUP", at, after.setup_id)})
    return (change.when(version=before.version) if before else change.absent()).otherwise(CustomerMoved())
