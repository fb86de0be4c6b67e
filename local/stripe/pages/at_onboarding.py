"""What a seller does at the pages of onboarding, and what it changes of their account."""

from typing import Any

from local.stripe import requirements
from local.stripe.call import Call
from local.stripe.objects import account_links, accounts, balance_transactions, external_accounts
from local.stripe.pages import onboarding, payer
from local.stripe.pages.visit import Page, Visit, moved, shown
from local.stripe.stand_in import StandIn
from local.stripe.wire import Document, Refused

ADDRESS_OF_PAGES = "127.0.0.1"
Form = dict[str, Any]


def visit(core: StandIn, asked: Visit, token: str) -> Page:
    link = core.act(account_links.opened, token)
    if not link:
        known = core.state.get(account_links.LINK, token)
        return moved(known["refresh_url"]) if known else shown(payer.missing(token), 404)
    account = core.state.get("account", link["account"])
    if not account or account.get("deleted"):
        return shown(payer.missing(link["account"]), 404)
    if asked.method == "POST":
        return _answer(core, asked, link)
    wanted = asked.query.get("step", "")
    name = wanted if wanted in onboarding.STEPS and not account["details_submitted"] else waits_for(account)
    return shown(onboarding.step(account, name) if name else onboarding.standing(account))


def waits_for(account: Document) -> str:
    """The next page; none where nothing is asked."""
    bank = account["external_accounts"]["data"]
    if account["_check"] in requirements.REASONS:
        return "document"
    if account["details_submitted"]:
        return "bank" if requirements.bank_failed(account) or not bank else ""
    due = requirements.needed(account["_given"], account["country"], with_bank=bool(bank))
    if not due:
        return "terms"
    for begin, name in (("business", "business"), ("individual", "person"), ("representative", "person")):
        if any(one.startswith(begin) for one in due):
            return name
    if any(one.startswith("company") for one in due):
        return "person"
    return "bank" if "external_account" in due else "terms"


def _answer(core: StandIn, asked: Visit, link: Document) -> Page:
    step, form = asked.form.get("step", ""), asked.form
    if form.get("go") == "later" or step == "standing":
        core.act(account_links.finished, link)
        return moved(link["return_url"])
    try:
        account = core.act(_told, link["account"], step, form)
    except Refused as refused:
        account = core.state.get("account", link["account"])
        return shown(onboarding.step(account or {}, step, refused.error["message"], form), 400)
    if waits_for(account):
        return moved(asked.address.partition("?")[0])
    core.act(account_links.finished, link)
    return moved(link["return_url"])


def _told(call: Call, id: str, step: str, form: Form) -> Document:
    account = accounts.live(call, id)
    given = account["_given"]
    who = requirements.whose(given)
    if step == "business":
        given["business_type"] = form.get("business_type", "individual")
        given["business_profile.mcc"] = form.get("mcc", "")
        given["business_profile.url"] = form.get("url", "")
        known = account["business_profile"]
        account["business_profile"] = known | {"mcc": form.get("mcc") or None, "url": form.get("url") or None}
    elif step == "person":
        given |= _person(form, who)
    elif step == "bank":
        external_accounts.give(call.of(id), account, _bank(account, form))
    elif step == "document":
        given[f"{who}.verification.document"] = form.get("document", requirements.BAD_DOCUMENT)
        account = accounts.submitted(call, account)
    elif step == "terms" and form.get("accepted"):
        given |= {"tos_acceptance.date": str(call.now), "tos_acceptance.ip": ADDRESS_OF_PAGES}
        account["tos_acceptance"] |= {"date": call.now, "ip": ADDRESS_OF_PAGES}
        account = accounts.submitted(call, account)
    return accounts.assess(call, account)


def _person(form: Form, who: str) -> dict[str, str]:
    """The form's names are the requirements' own, but for the day of birth, which is one field to a person."""
    names = [*requirements.PERSON, "address.state", *requirements.ID_NUMBERS.values()]
    told = {f"{who}.{name}": str(form[name]).strip() for name in names if form.get(name)}
    parts = str(form.get("born", "")).split("-")
    if len(parts) == 3:
        told |= {f"{who}.dob.{part}": value for part, value in zip(("year", "month", "day"), parts, strict=True)}
    company = {name: str(value).strip() for name, value in form.items() if name.startswith("company.") and value}
    if company:  # a company is where the person who speaks for it is: one address is enough for a test
        company |= {
            f"company.{name}": form.get(name, "") for name in requirements.COMPANY if name.startswith("address")
        }
    return told | company


def _bank(account: Document, form: Form) -> Document:
    return {
        "object": "bank_account",
        "country": account["country"],
        "currency": account["default_currency"],
        "account_number": str(form.get("account_number", "")),
        "routing_number": str(form.get("routing_number", "")) or None,
        "account_holder_type": account["_given"].get("business_type", "individual"),
    }


def express(core: StandIn, asked: Visit, id: str) -> Page:
    """Where they go by a login link."""
    account = core.state.get("account", id)
    if not account or account.get("deleted"):
        return shown(payer.missing(id), 404)
    wrong = ""
    if asked.method == "POST":
        try:
            core.act(_told, id, "bank", asked.form)
        except Refused as refused:
            wrong = refused.error["message"]
        else:
            return moved(asked.address)
    sums, known = balance_transactions.totals(core.call(id)), core.state.find("payout", id)
    return shown(onboarding.express(account, sums, known, wrong, asked.form), 400 if wrong else 200)
