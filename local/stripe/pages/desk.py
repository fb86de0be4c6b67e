"""The dashboard's handlers: what each page shows, and what its buttons do."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from local.stripe import webhooks
from local.stripe.faults import Fault, WebhookFaults
from local.stripe.objects import accounts, balance_transactions, disputes, payouts, refunds, topups
from local.stripe.pages import dashboard, shell
from local.stripe.pages.addresses import HERE
from local.stripe.pages.visit import Page, Visit, moved, shown
from local.stripe.stand_in import StandIn
from local.stripe.state import PLATFORM
from local.stripe.wire import Document, Refused

MOST = 100
LATEST = 12
COUNTED = (
    ("/payments", "payments", "payment_intent"),
    ("/refunds", "refunds", "refund"),
    ("/disputes", "disputes", "dispute"),
    ("/accounts", "sellers", "account"),
    ("/payouts", "payouts", "payout"),
    ("/events", "events", "event"),
)
Form = dict[str, Any]
Act = Callable[[StandIn, Form], object]


# ---------------------------------------------------------------------------------------------------------------- pages


def overview(core: StandIn, _: Visit) -> Page:
    counts = [(path, name, len(core.state.find(kind, None))) for path, name, kind in COUNTED]
    waiting = len(core.state.find("delivery", status="waiting"))
    told = dashboard.endpoints(core.state.find("webhook_endpoint"), waiting)
    latest = core.state.find("event", None)[:LATEST]
    return shown(dashboard.overview(balance_transactions.totals(core.call()), counts, latest, told))


def payments(core: StandIn, _: Visit) -> Page:
    return shown(dashboard.payments(core.state.find("payment_intent")[:MOST]))


def refunded(core: StandIn, _: Visit) -> Page:
    return shown(dashboard.refunds(core.state.find("refund")[:MOST]))


def disputed(core: StandIn, _: Visit) -> Page:
    return shown(dashboard.disputes(core.state.find("dispute")[:MOST]))


def sellers(core: StandIn, _: Visit) -> Page:
    return shown(dashboard.accounts([one for one in core.state.find("account") if not one.get("deleted")][:MOST]))


def paid_out(core: StandIn, _: Visit) -> Page:
    known = core.state.find("payout", None)[:MOST]
    return shown(dashboard.payouts([(_owner(core, "payout", one["id"]), one) for one in known]))


def balance(core: StandIn, _: Visit) -> Page:
    moved_here = core.state.find("balance_transaction")[:MOST]
    return shown(dashboard.balance(balance_transactions.totals(core.call()), moved_here))


def events(core: StandIn, visit: Visit) -> Page:
    kind = visit.query.get("type", "")
    found = [one for one in core.state.find("event", None) if one["type"].startswith(kind)]
    return shown(dashboard.events(found[:MOST], kind))


def find(_: StandIn, visit: Visit) -> Page:
    return moved(f"{HERE}/objects/{quote(visit.query.get('id', '').strip(), safe='')}")


def weather(core: StandIn, _: Visit) -> Page:
    ahead_s = int(core.state.note("ahead_s") or 0)
    return shown(dashboard.weather(core.clock.now(), ahead_s, core.faults.planned, core.faults.webhooks))


def one(core: StandIn, _: Visit, id: str) -> Page:
    account, body = _anything(core, id)
    if not body:
        return shown(
            shell.for_developers("Not found", f"<h1>Not found</h1><p>Nothing is called {shell.text(id)}.</p>"), 404
        )
    told = [event for event in core.state.find("event", None) if event["data"]["object"].get("id") == id][:MOST]
    sent = core.state.find("delivery", event=id) if body["object"] == "event" else []
    return shown(dashboard.one(id, body, account, told, _actions(core, body), sent))


def _actions(core: StandIn, body: Document) -> str:
    """What a person may want to happen to it, here and now."""
    back = f"/objects/{body['id']}"
    if body["object"] == "event":
        return dashboard.do("resend", "Send it again", back, id=body["id"])
    charge = body["id"] if body["object"] == "charge" else body.get("latest_charge") or ""
    known = core.state.get("charge", charge)
    if known and known["status"] == "succeeded" and not known["disputed"]:
        opened = dashboard.do("dispute-opens", "Let the buyer’s bank take it back", back, id=charge)
        return f'<div class="choices">{opened}</div>'
    return ""


def _anything(core: StandIn, id: str) -> tuple[str, Document | None]:
    account, body = core.state.wherever(id) or ("", {})
    return account, body if "object" in body else None


def _owner(core: StandIn, kind: str, id: str) -> str:
    found = core.state.anywhere(kind, id)
    return found[0] if found else PLATFORM


# -------------------------------------------------------------------------------------------------------------- buttons


def _resend(core: StandIn, form: Form) -> None:
    core.act(lambda call: webhooks.resend(call.state, form["id"], call.now))


def _advance(core: StandIn, form: Form) -> None:
    core.advance(int(form["seconds"]))


def _fault(core: StandIn, form: Form) -> None:
    if form["how"] not in dict(dashboard.HOWS):
        raise ValueError(form["how"])
    re.compile(form["path"])
    wanted = Fault(
        form["how"],
        path=form["path"],
        after=int(form["after"]),
        times=max(1, int(form["times"])),
        seconds=float(form["seconds"]),
    )
    core.faults.plan(*core.faults.planned, wanted)


def _well(core: StandIn, _: Form) -> None:
    core.faults.plan()


def _webhooks(core: StandIn, form: Form) -> None:
    core.faults.webhooks = WebhookFaults(
        drop=min(100, int(form["drop"])) / 100,
        duplicate=min(100, int(form["duplicate"])) / 100,
        shuffle="shuffle" in form,
    )


def _dispute_opens(core: StandIn, form: Form) -> None:
    core.act(disputes.comes, {"id": form["id"], "kind": form.get("kind", "fraudulent")})


def _dispute_decided(core: StandIn, form: Form) -> None:
    core.act(disputes.decided, {"id": form["id"], "how": form["how"]})


def _refund_succeeds(core: StandIn, form: Form) -> None:
    core.act(refunds.succeeds, {"id": form["id"]})


def _refund_fails(core: StandIn, form: Form) -> None:
    core.act(refunds.fails, {"id": form["id"]})


def _payout_fails(core: StandIn, form: Form) -> None:
    found = core.state.anywhere("payout", form["id"])
    if found:
        core.act(payouts.fail, found[1], "could_not_process", account=found[0])


def _account_rejected(core: StandIn, form: Form) -> None:
    core.act(lambda call: accounts.assess(call, accounts.live(call, form["id"]) | {"_rejected": "rejected.other"}))


def _topup(core: StandIn, form: Form) -> None:
    def added(call: Any) -> None:
        call.params = {"amount": int(form["amount"]), "currency": form["currency"].strip().lower()}
        topups.create(call)

    core.act(added)


ACTS: dict[str, Act] = {
    "account-rejected": _account_rejected,
    "advance": _advance,
    "dispute-decided": _dispute_decided,
    "dispute-opens": _dispute_opens,
    "fault": _fault,
    "payout-fails": _payout_fails,
    "refund-fails": _refund_fails,
    "refund-succeeds": _refund_succeeds,
    "resend": _resend,
    "topup": _topup,
    "webhooks": _webhooks,
    "well": _well,
}


def do(core: StandIn, visit: Visit, what: str) -> Page:
    act = ACTS.get(what)
    if not act or visit.method != "POST":
        return shown(shell.for_developers("Nothing to do", "<h1>There is no such button</h1>"), 404)
    try:
        act(core, visit.form)
    except (Refused, KeyError, ValueError, re.error) as wrong:
        told = wrong.error["message"] if isinstance(wrong, Refused) else "That is not what the form asks for."
        return shown(shell.for_developers("Refused", f"<h1>Refused</h1><p>{shell.text(told)}</p>"), 400)
    back = str(visit.form.get("back", HERE))
    return moved(back if back.startswith(HERE) else HERE)
