"""What Stripe's answers mean here: what is final, what may be asked again, and what is not known."""

from typing import Any

from kernel.errors import Conflict, Unavailable


class StripeMisconfigured(Unavailable):
    """Payments are not set up rightly. Whoever runs this Metco has been told; try again later."""


class StripeBusy(Unavailable):
    """Stripe has too much to do, and did not begin with this. Try again."""


class OutcomeUnknown(Unavailable):
    """Stripe did not answer. Whether it did what it was asked shows when it is asked again."""


class StoredFailure(Unavailable):
    """Stripe failed on its side, and will say so to whoever repeats this under the same key. Try again."""


class StripeRefused(Conflict):
    """Stripe refuses this, and would again."""

    def __init__(self, reason: str = "", param: str = "", said: str = "") -> None:
        """`reason` is Stripe's code, such as "balance_insufficient"."""
        super().__init__(f"{self.title}: {reason}." if reason else "")
        self.reason, self.param, self.said = reason, param, said


class NoSuchAtStripe(StripeRefused):
    """Stripe does not know this."""


class CardDeclined(StripeRefused):
    """The payment was declined. Try another way to pay."""

    def __init__(self, reason: str = "", intent: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.reason = reason
        self.intent = intent  # what was to be paid, where Stripe has made it all the same


class KeyReused(RuntimeError):
    """Something else was asked of Stripe under this key before: a defect of ours, and nothing was done."""
