"""The stand-in's own dashboard: everything that it holds, and buttons for what banks and time would do."""

import json
from collections.abc import Iterable
from html import escape
from typing import Any

from local.stripe.faults import Fault, WebhookFaults
from local.stripe.pages import shell
from local.stripe.pages.addresses import HERE
from local.stripe.pages.shell import button, field, table, thing
from local.stripe.pages.words import moment, money, state
from local.stripe.wire import Document, shown

DO = f"{HERE}/do"
Owned = tuple[str, Document]  # with the account that it belongs to

HOURS = ((3_600, "1 hour"), (86_400, "1 day"), (7 * 86_400, "7 days"), (60 * 86_400, "60 days"))
HOWS = (
    ("unavailable", "503: nothing done"),
    ("limited", "429: nothing done"),
    ("broken_before", "500, kept under its key: nothing done"),
    ("broken_after", "500, kept under its key: done all the same"),
    ("never", "No answer: nothing done"),
    ("lost", "No answer: done all the same"),
    ("late", "Answered late"),
)


def do(what: str, text: str, back: str, kind: str = "small", **values: str) -> str:
    return button(text, f"{DO}/{what}", {**values, "back": f"{HERE}{back}"}, kind=kind)


def _page(title: str, body: str, at: str, *, live: bool = True) -> str:
    return shell.for_developers(title, f"<h1>{escape(title)}</h1>{body}", at, live=live)


def overview(sums: Document, counts: Iterable[tuple[str, str, int]], events: list[Document], endpoints: str) -> str:
    balances = "".join(
        f"<li><b>{money(amount, currency)}</b><span>{status}</span></li>"
        for status, amounts in sums.items()
        for currency, amount in sorted(amounts.items())
    )
    things = "".join(
        f'<li><b>{count}</b><span><a href="{HERE}{path}">{name}</a></span></li>' for path, name, count in counts
    )
    asked = field("id", "Find anything by its id", extra='type="search" placeholder="pi_…" required')
    search = f'<form class="inline" role="search" action="{HERE}/find">{asked}<button>Find</button></form>'
    return _page(
        "Overview",
        f"{search}<h2>The platform’s balance</h2>"
        f'<ul class="tiles">{balances or "<li><span>Nothing yet</span></li>"}</ul>'
        f'<h2>What there is</h2><ul class="tiles">{things}</ul>{endpoints}'
        f"<h2>What happened</h2>{_events_table('The latest events', events)}",
        "",
    )


def endpoints(known: list[Document], waiting: int) -> str:
    rows = (
        f'<tr><td class="id">{escape(one["url"])}</td><td>{"Connect" if one["_connect"] else "Platform"}</td>'
        f"<td>{state(one['status'])}</td></tr>"
        for one in known
    )
    told = f'<p class="dim">{waiting} webhooks wait to be taken.</p>' if waiting else ""
    return (
        "<h2>Webhooks go to</h2>"
        + table("Endpoints", ("Address", "Of", "State"), rows, empty="No endpoint is registered.")
        + told
    )


def payments(intents: list[Document]) -> str:
    rows = (
        f'<tr><td class="id">{thing(one["id"])}</td><td>{moment(one["created"])}</td><td>{state(one["status"])}</td>'
        f'<td class="number">{money(one["amount"], one["currency"])}</td>'
        f"<td>{escape(', '.join(f'{name}: {value}' for name, value in one['metadata'].items()))}</td></tr>"
        for one in intents
    )
    return _page(
        "Payments",
        table("Newest first", ("Payment", "At", "State", "Amount #", "For"), rows, empty="Nobody has paid yet."),
        "/payments",
    )


def refunds(known: list[Document]) -> str:
    rows = (
        f'<tr><td class="id">{thing(one["id"])}</td><td>{moment(one["created"])}</td><td>{state(one["status"])}</td>'
        f'<td class="number">{money(one["amount"], one["currency"])}</td>'
        f'<td class="id">{thing(one["charge"]) if one["charge"] else "a transfer"}</td>'
        f"<td>{_of_refund(one)}</td></tr>"
        for one in known
    )
    return _page(
        "Refunds",
        table("Newest first", ("Refund", "At", "State", "Amount #", "Of", "Do"), rows, empty="Nothing went back yet."),
        "/refunds",
    )


def _of_refund(refund: Document) -> str:
    buttons = ""
    if refund["status"] == "pending":
        buttons = do("refund-succeeds", "Let it arrive", "/refunds", id=refund["id"])
    if refund["status"] in ("pending", "succeeded"):
        buttons += do("refund-fails", "Let it fail", "/refunds", id=refund["id"])
    return f'<div class="choices" style="margin:0">{buttons}</div>'


def disputes(known: list[Document]) -> str:
    rows = (
        f'<tr><td class="id">{thing(one["id"])}</td><td>{moment(one["created"])}</td><td>{state(one["status"])}</td>'
        f'<td class="number">{money(one["amount"], one["currency"])}</td>'
        f"<td>{moment(one['evidence_details']['due_by'])}</td><td>{_of_dispute(one)}</td></tr>"
        for one in known
    )
    return _page(
        "Disputes",
        "<p>To open one, pay with 4000 0000 0000 0259, or take a payment’s page.</p>"
        + table(
            "Newest first",
            ("Dispute", "At", "State", "Amount #", "Evidence due", "The bank decides"),
            rows,
            empty="Nobody disputes anything.",
        ),
        "/disputes",
    )


def _of_dispute(dispute: Document) -> str:
    if dispute["status"] in ("won", "lost", "warning_closed"):
        return ""
    inquiry = dispute["status"].startswith("warning")
    choices = (("escalate", "Escalate"), ("lost", "Close")) if inquiry else (("won", "Won"), ("lost", "Lost"))
    buttons = (do("dispute-decided", text, "/disputes", id=dispute["id"], how=how) for how, text in choices)
    return f'<div class="choices" style="margin:0">{"".join(buttons)}</div>'


def accounts(known: list[Document]) -> str:
    rows = (
        f'<tr><td class="id">{thing(one["id"])}</td><td>{escape(one["country"])}</td><td>{state(_standing(one))}</td>'
        f"<td>{escape(', '.join(one['requirements']['currently_due'][:3]))}</td><td>{_of_account(one)}</td></tr>"
        for one in known
    )
    return _page(
        "Sellers",
        table("Newest first", ("Account", "Country", "State", "Asked for", "Do"), rows, empty="Nobody sells yet."),
        "/accounts",
    )


def _standing(account: Document) -> str:
    if account["_rejected"] or account["_check"] == "listed":
        return "rejected"
    if account["payouts_enabled"]:
        return "active"
    return "in review" if account["_check"] == "pending" else "incomplete"


def _of_account(account: Document) -> str:
    page = f'<a href="{HERE}/express/{escape(account["id"])}">Their page</a> '
    if account["_rejected"]:
        return page
    return page + do("account-rejected", "Refuse", "/accounts", id=account["id"])


def payouts(known: list[Owned]) -> str:
    rows = (
        f'<tr><td class="id">{thing(one["id"])}</td><td>{moment(one["created"])}</td><td>{state(one["status"])}</td>'
        f'<td class="number">{money(one["amount"], one["currency"])}</td>'
        f'<td class="id">{thing(account) if account else "the platform"}</td><td>{_of_payout(one)}</td></tr>'
        for account, one in known
    )
    return _page(
        "Payouts",
        table("Newest first", ("Payout", "At", "State", "Amount #", "To", "Do"), rows, empty="Nothing was paid out."),
        "/payouts",
    )


def _of_payout(payout: Document) -> str:
    if payout["status"] in ("failed", "canceled"):
        return escape(payout["failure_code"] or "")
    return do("payout-fails", "Send it back", "/payouts", id=payout["id"])


def balance(sums: Document, moved: list[Document]) -> str:
    tiles = "".join(
        f"<li><b>{money(amount, currency)}</b><span>{status}</span></li>"
        for status, amounts in sums.items()
        for currency, amount in sorted(amounts.items())
    )
    rows = (
        f'<tr><td class="id">{thing(one["id"])}</td><td>{moment(one["created"])}</td><td>{escape(one["type"])}</td>'
        f'<td class="number">{money(one["amount"], one["currency"])}</td>'
        f'<td class="number">{money(one["fee"], one["currency"])}</td>'
        f'<td class="number">{money(one["net"], one["currency"])}</td><td>{moment(one["available_on"])}</td></tr>'
        for one in moved
    )
    top_up = (
        f'<form method="post" action="{DO}/topup" class="inline">'
        f'<input type="hidden" name="back" value="{HERE}/balance">'
        f"{field('amount', 'Amount in the smallest unit', '100000')}{field('currency', 'Currency', 'usd')}"
        "<button>Top up</button></form>"
    )
    heads = ("Movement", "At", "Kind", "Amount #", "Fee #", "Net #", "Available")
    return _page(
        "Balance",
        f'<ul class="tiles">{tiles}</ul><div class="panel"><h2>Add the platform’s own money</h2>{top_up}</div><h2>'
        f"Balance transactions</h2>{table('Newest first', heads, rows, empty='Nothing moved yet.')}",
        "/balance",
        live=False,
    )


def events(known: list[Document], kind: str) -> str:
    asked = field("type", "Whose kind begins with", kind)
    search = f'<form class="inline" role="search">{asked}<button>Show</button></form>'
    return _page("Events", search + _events_table("Newest first", known), "/events")


def _events_table(caption: str, known: list[Document]) -> str:
    rows = (
        f'<tr><td class="id">{thing(one["id"])}</td><td>{moment(one["created"])}</td><td>{escape(one["type"])}</td>'
        f'<td class="id">{_subject(one)}</td>'
        f"<td>{do('resend', 'Send again', '/events', id=one['id'])}</td></tr>"
        for one in known
    )
    heads = ("Event", "At", "What", "Of", "Webhook")
    return table(caption, heads, rows, empty="Nothing happened yet.")


def _subject(event: Document) -> str:
    id = event["data"]["object"].get("id")
    return thing(id) if id else ""


def one(id: str, body: Document, account: str, told: list[Document], actions: str, deliveries: list[Document]) -> str:
    rows = (
        f"<tr><td>{moment(each['at'])}</td><td>{state(each['status'])}</td>"
        f'<td class="number">{each["attempts"]}</td><td>{each.get("answer", "")}</td></tr>'
        for each in deliveries
    )
    sent = (
        table("Webhooks of it", ("Due", "State", "Tries #", "Last answer"), rows, empty="Nobody was told.")
        if body["object"] == "event"
        else ""
    )
    of = f"<p>Of {thing(account)}</p>" if account else ""
    return _page(
        f"{body['object'].replace('_', ' ').capitalize()}",
        f'<p class="mono">{escape(id)}</p>{of}{actions}{sent}<pre tabindex="0">'
        f"{escape(json.dumps(shown(body), indent=2))}</pre>"
        + (_events_table("What was told of it", told) if told else ""),
        "",
    )


def weather(now: int, ahead_s: int, planned: list[Fault], hooks: WebhookFaults) -> str:
    """Time and misfortune, on demand."""
    jumps = "".join(do("advance", f"+ {text}", "/weather", seconds=str(seconds)) for seconds, text in HOURS)
    rows = (
        f"<tr><td>{escape(one.how)}</td><td><code>{escape(one.method)} {escape(one.path)}</code></td>"
        f'<td class="number">{one.after}</td><td class="number">{one.times}</td></tr>'
        for one in planned
    )
    plan = (
        f'<form method="post" action="{DO}/fault"><input type="hidden" name="back" value="{HERE}/weather">'
        + shell.choice("how", "What goes wrong", HOWS)
        + field("path", "At which address", "/v1/.*", hint="A pattern, as in /v1/refunds.*")
        + f'<div class="row">{_number("after", "After so many calls", 0)}{_number("times", "So often", 1)}'
        + f"{_number('seconds', 'Late by seconds', 30)}</div><button>Plan it</button></form>"
    )
    checked = " checked" if hooks.shuffle else ""
    misfortune = (
        f'<form method="post" action="{DO}/webhooks"><input type="hidden" name="back" value="{HERE}/weather">'
        f'<div class="row">{_number("drop", "Lost, %", round(hooks.drop * 100))}'
        f"{_number('duplicate', 'Doubled, %', round(hooks.duplicate * 100))}</div>"
        f'<label class="pick"><input type="checkbox" name="shuffle" value="yes"{checked}> <span>In any order</span>'
        "</label><button>Set</button></form>"
    )
    clear = do("well", "All is well again", "/weather") if planned else ""
    return _page(
        "Clock and faults",
        f'<div class="columns"><section class="panel"><h2>Clock</h2><p class="amount">{moment(now)}</p>'
        f'<p class="dim">{ahead_s:,} seconds ahead of Metco. It only moves forwards.</p>'
        f'<div class="choices">{jumps}</div></section>'
        f'<section class="panel"><h2>Webhooks</h2>{misfortune}</section>'
        f'<section class="panel"><h2>Calls that go wrong</h2>{plan}</section></div>'
        + table("Planned", ("How", "Where", "After #", "Times #"), rows, empty="Nothing is planned to go wrong.")
        + clear,
        "/weather",
        live=False,
    )


def _number(name: str, label: str, value: Any) -> str:
    return field(name, label, str(value), extra='type="number" min="0" required')
