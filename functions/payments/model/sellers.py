"""The account at Stripe that a store is paid out to: what it still lacks, and whether money can go there."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.payments.model.names import CurrencyCode, StoreId, StripeId
from kernel.errors import Conflict
from kernel.http import Answer, Request

AccountState = Literal["incomplete", "in_review", "payable", "refused"]
Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$"), Field(examples=["DE"])]
Requirement = Annotated[str, Field(max_length=200, examples=["individual.verification.document"])]
Agreement = Literal["full", "recipient"]


class AccountProblem(Answer):
    """What was sent in and found wanting. Both words are Stripe's."""

    requirement: Requirement
    code: Annotated[str, Field(max_length=100, examples=["verification_document_expired"])]


class Reading(Answer):
    """What Stripe says of an account at one moment."""

    state: AccountState
    missing: list[Requirement] = Field(default_factory=list)
    problems: list[AccountProblem] = Field(default_factory=list)
    deadline: datetime | None = Field(None, description="Until when what is missing can be sent before payouts stop.")
    reason: Annotated[str, Field(max_length=100, examples=["rejected.fraud"])] = ""
    bank_last4: Annotated[str, Field(max_length=4, examples=["6789"])] = ""


class PayoutAccount(Reading):
    """As it stood when Stripe was last asked."""

    store_id: StoreId
    account_id: StripeId
    country: Country
    currency: CurrencyCode
    opened_at: datetime
    asked_at: datetime
    version: Annotated[int, Field(ge=1, examples=[3])]


class StoreHeard(Answer):
    """What stores told of a store."""

    store_id: StoreId
    country: Country
    currency: CurrencyCode
    closed: bool = False


class NewOnboardingLink(Request):
    """Where the seller comes back to: a page of this site."""

    return_to: Annotated[
        str,
        StringConstraints(pattern=r"^/([A-Za-z0-9_.~%?&=-][A-Za-z0-9_./~%?&=-]*)?$", max_length=300),
        Field(examples=["/sell/payouts"]),
    ] = "/"


class OnboardingLink(Answer):
    """Leads whoever opens it into the account's papers: once, and for minutes. It is for the seller's eyes only."""

    url: Annotated[str, Field(examples=["https://connect.stripe.com/setup/e/acct_1PqYw/8kD2"])]
    expires_at: datetime


class DashboardLink(Answer):
    """Leads whoever opens it into the account's dashboard at Stripe: once. It is for the seller's eyes only."""

    url: Annotated[str, Field(examples=["https://connect.stripe.com/express/acct_1PqYw/8kD2"])]


class StoreNotHeardOf(Conflict):
    """Payments has not heard of this store yet. Try again in a moment."""


class StoreIsClosed(Conflict):
    """This store is closed: nothing is sold there, and nothing new is paid out."""


class PayoutsNotOffered(Conflict):
    """Stripe pays nobody out in this country and currency for Metco. Ask for another way of withdrawing."""


class NoPayoutAccount(Conflict):
    """This store has no account for payouts yet. Open one first."""


class AccountNotReady(Conflict):
    """Stripe still wants to know more before it shows a dashboard. Ask for an onboarding link."""


class AccountRefused(Conflict):
    """Stripe has refused this account for good. Write to support."""


class AccountMoved(Conflict):
    """Something else was heard of this account at this moment."""
