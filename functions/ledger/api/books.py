"""The books for finance: every journal and every account, the trial balance, and the proof of it."""

from datetime import date
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.ledger.api.app import Cursor, Limit, api
from functions.ledger.model.books import (
    AccountBalance,
    AccountBalances,
    Head,
    JournalsFound,
    NoSuchJournal,
    TrialBalance,
    Verifications,
)
from functions.ledger.model.journals import Journal
from functions.ledger.model.names import BuyerId, CurrencyCode, JournalId, OrderId, Reference, StoreId
from functions.ledger.rules import finding as rules
from functions.ledger.store.books import books
from functions.ledger.store.finding import finding
from functions.ledger.store.proofs import proofs
from kernel import clock
from kernel.authz import require


@api.get("/v1/ledger/journals", permit="read_books")
def list_journals(
    order_id: Annotated[OrderId | None, Query()] = None,
    payment_id: Annotated[Reference | None, Query()] = None,
    store_id: Annotated[StoreId | None, Query()] = None,
    buyer_id: Annotated[BuyerId | None, Query()] = None,
    day: Annotated[date | None, Query(description="On which they were posted, in UTC.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> JournalsFound:
    """Journals of an order, a payment, a store, a buyer or a day: of one of them, or of today.

    Of an order or a payment the oldest comes first, of a store or a buyer the newest; a day's are in no order.
    """
    require("read_books")
    named = {"order": order_id, "payment": payment_id, "store": store_id, "buyer": buyer_id, "day": day}
    by, what = rules.search(named, clock.now().date())
    return finding().journals(by, what, limit=limit, cursor=cursor)


@api.get("/v1/ledger/journals/<journal_id>", permit="read_books")
def read_journal(journal_id: Annotated[JournalId, Path()]) -> Journal:
    """One journal with all its legs."""
    require("read_books")
    found = books().journal(journal_id)
    if not found:
        raise NoSuchJournal()
    return found


@api.get("/v1/ledger/accounts", permit="read_books")
def list_accounts(
    of: Annotated[Head, Query(description="How the accounts' names begin.")] = "store",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> AccountBalances:
    """What is on the accounts that somebody has. The platform's own are in the trial balance."""
    require("read_books")
    return finding().accounts(of, limit=limit, cursor=cursor)


@api.get("/v1/ledger/accounts/<account>/<currency>", permit="read_books")
def read_account_balance(
    account: Annotated[str, Path(max_length=100)], currency: Annotated[CurrencyCode, Path()]
) -> AccountBalance:
    """What is on one account, whichever, at this moment."""
    require("read_books")
    name, kind = rules.account(account)
    return AccountBalance(account=name, side=kind.side, balance=books().balance(name, currency))


@api.get("/v1/ledger/trial-balance", permit="read_books")
def read_trial_balance() -> TrialBalance:
    """All accounts by kind, as of the last proof: debits and credits are alike in each currency."""
    require("read_books")
    return proofs().trial_balance()


@api.get("/v1/ledger/proofs", permit="read_books")
def list_proofs(limit: Limit = 20, cursor: Cursor = None) -> Verifications:
    """What the hourly proofs of the books found, the newest first."""
    require("read_books")
    return proofs().newest(limit=limit, cursor=cursor)
