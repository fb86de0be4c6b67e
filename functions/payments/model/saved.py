"""What a buyer paid with and may pay with again. Stripe keeps the cards; Metco keeps what tells one from another."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from functions.payments.model.names import PersonId, StripeId
from kernel.errors import Conflict, NotFound, TooManyRequests
from kernel.http import Answer

SetupState = Literal["open", "saved", "ended"]
Month = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$", examples=["2031-04"])]


class SavedMethod(Answer):
    """One way to pay. Its id is Stripe's, and good for nobody but this buyer."""

    payment_method_id: StripeId = Field(examples=["pm_1PqYwC2eZvKYlo2C"])
    kind: Annotated[str, Field(max_length=40, examples=["card"])]
    brand: Annotated[str, Field(max_length=40, examples=["visa"])] = ""
    last4: Annotated[str, Field(max_length=4, examples=["4242"])] = ""
    expires: Month | None = None
    is_default: bool = False
    saved_at: datetime


class SavedMethods(Answer):
    """All of them, the newest first."""

    items: list[SavedMethod]


class Setup(Answer):
    """A method on its way to being saved. `open` waits for the buyer, or for their bank."""

    setup_id: StripeId = Field(examples=["seti_1PqYwC2eZvKYlo2C"])
    state: SetupState
    failure: Annotated[str, Field(max_length=100, examples=["card_declined"])] = ""


class SetupBegun(Setup):
    """What a page needs to ask for a card. The client secret shows that it may, and belongs into no log."""

    client_secret: Annotated[str, Field(examples=["seti_1PqYwC2eZvKYlo2C_secret_PqYw"])]
    publishable_key: Annotated[str, Field(examples=["pk_test_51PqYw"])]


class Customer(Answer):
    """A buyer, as payments knows them: by ids."""

    person_id: PersonId
    customer_id: StripeId
    default_id: str = ""
    setups_on: date
    setups: int = 0
    version: int = 1


class KeptSetup(Setup):
    person_id: PersonId
    begun_at: datetime
    version: int = 1


class NoSuchMethod(NotFound):
    code = NotFound.code  # told as whatever is missing, or somebody else's, is: no docstring tells them apart


class NoSuchSetup(NotFound):
    code = NotFound.code  # told as whatever is missing, or somebody else's, is: no docstring tells them apart


class TooManySetups(TooManyRequests):
    """So many payment methods cannot be saved in one day. Try again tomorrow."""


class TooManyMethods(Conflict):
    """No more payment methods can be saved. Remove one first."""


class PersonErased(Conflict):
    """This account is gone, and so is what it paid with."""


class CustomerMoved(Conflict):
    """Your payment methods have changed at this moment. Try again."""
