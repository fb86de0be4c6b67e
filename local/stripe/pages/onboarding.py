"""Where a seller tells who they are and where their money goes. # docs.stripe.com/connect/hosted-onboarding"""

from html import escape
from typing import Any

from local.stripe import banks, requirements
from local.stripe.pages import shell
from local.stripe.pages.words import moment, money, state

Document = dict[str, Any]

STEPS = ("business", "person", "bank", "terms")
GOODS = (("5734", "Electronics"), ("5651", "Clothing"), ("5942", "Books"), ("5719", "Things for the home"))
KINDS = (("individual", "I sell as a private person or sole trader"), ("company", "I speak for a company"))
DOCUMENTS = (
    (requirements.GOOD_DOCUMENT, "A passport, well scanned"),
    (requirements.BAD_DOCUMENT, "A photo of a copy, hard to read"),
)
PERSON = (
    ("first_name", "First name", "given-name"),
    ("last_name", "Last name", "family-name"),
    ("email", "E-mail", "email"),
    ("phone", "Phone", "tel"),
)
ADDRESS = (
    ("address.line1", "Street and number", "address-line1"),
    ("address.city", "City", "address-level2"),
    ("address.postal_code", "Postal code", "postal-code"),
)
COMPANY = (("name", "Name of the company"), ("tax_id", "Tax number"), ("phone", "Its phone"))
NUMBERS = {"ssn_last_4": "Last four digits of the social security number", "id_number": "Number of your identity card"}
BORN_HINT = "1901-01-01 is believed, 1902-01-01 at once. Of anybody else a document is wanted: this is a test."


def step(account: Document, name: str, wrong: str = "", typed: Document | None = None) -> str:
    """`typed`: what was refused, to be corrected rather than typed again."""
    forms = {"business": _business, "person": _person, "terms": _terms, "document": _document}
    heading, inside, send = _bank(account, typed or {}) if name == "bank" else forms[name](account)
    done = STEPS.index(name) if name in STEPS else 0
    progress = "".join(f'<li class="{"done" if place <= done else ""}"></li>' for place in range(len(STEPS)))
    bar = (
        f'<ol class="steps" role="img" aria-label="Step {done + 1} of {len(STEPS)}">{progress}</ol>'
        if name in STEPS and not account["details_submitted"]
        else ""
    )
    told = f'<p class="notice bad" role="alert">{escape(wrong)}</p>' if wrong else ""
    return shell.for_people(
        heading,
        f'{bar}<h1>{heading}</h1>{told}<form method="post"><input type="hidden" name="step" value="{name}">{inside}'
        f'<div class="choices"><button class="main" name="go" value="on">{send}</button>'
        '<button name="go" value="later" formnovalidate>Do this later</button></div></form>',
    )


def _business(account: Document) -> tuple[str, str, str]:
    given = account["_given"]
    return (
        "Sell and be paid",
        shell.picks("business_type", "Who sells?", KINDS, given.get("business_type", "individual"))
        + shell.choice("mcc", "What mostly?", GOODS, given.get("business_profile.mcc", ""))
        + shell.field(
            "url", "Where can it be seen?", given.get("business_profile.url", "https://"), extra='type="url" required'
        ),
        "Go on",
    )


def _person(account: Document) -> tuple[str, str, str]:
    given = account["_given"]
    who = requirements.whose(given)

    def ask(name: str, label: str, autocomplete: str = "off", hint: str = "") -> str:
        value = given.get(f"{who}.{name}", "")
        return shell.field(name, label, value, hint=hint, extra=f'required autocomplete="{autocomplete}"')

    company = ""
    if who == "representative":
        fields = "".join(
            shell.field(f"company.{name}", label, given.get(f"company.{name}", ""), extra="required")
            for name, label in COMPANY
        )
        company = f"<fieldset><legend>The company</legend>{fields}</fieldset><h2>You</h2>"
    born = "-".join(given.get(f"{who}.dob.{part}", "").zfill(2) for part in ("year", "month", "day"))
    country = account["country"]
    return (
        "About you",
        company
        + f'<div class="row">{"".join(ask(*one) for one in PERSON[:2])}</div>'
        + shell.field("born", "Born on", born if len(born) == 10 else "", hint=BORN_HINT, extra='type="date" required')
        + "".join(ask(*one) for one in PERSON[2:])
        + "".join(ask(*one) for one in ADDRESS)
        + (ask("address.state", "State", "address-level1") if country in requirements.WITH_STATE else "")
        + (_number(ask, requirements.ID_NUMBERS[country]) if country in requirements.ID_NUMBERS else ""),
        "Go on",
    )


def _number(ask: Any, name: str) -> str:
    example = "0000" if name == "ssn_last_4" else "000000000"
    return str(ask(name, NUMBERS[name], "off", f"{example} is found; this is a test."))


def _bank(account: Document, typed: Document) -> tuple[str, str, str]:
    country = banks.COUNTRIES[account["country"]]
    came_back = '<p class="notice bad">The last payout came back from your bank. Give another account.</p>'
    told = came_back if requirements.bank_failed(account) else ""
    routing = (
        shell.field(
            "routing_number", "Code of the bank", typed.get("routing_number", country.routing), extra="required"
        )
        if country.routing
        else ""
    )
    return (
        "Where shall the money go?",
        told
        + routing
        + shell.field(
            "account_number",
            "Account number" if country.routing else "IBAN or account number",
            typed.get("account_number", country.number),
            hint=f"Only test numbers: {country.number} takes {account['default_currency'].upper()}. One that ends in "
            "1111116 does not exist, in 1111113 is closed.",
            extra="required",
        ),
        "Save" if account["details_submitted"] else "Go on",
    )


def _terms(account: Document) -> tuple[str, str, str]:
    given = account["_given"]
    who = requirements.whose(given)
    name = f"{given.get(f'{who}.first_name', '')} {given.get(f'{who}.last_name', '')}"
    bank = next((one["last4"] for one in account["external_accounts"]["data"]), "")
    return (
        "Is all of it right?",
        (
            f"<dl><dt>Name</dt><dd>{escape(name)}</dd><dt>Country</dt><dd>{escape(account['country'])}</dd>"
            f"<dt>Bank account</dt><dd>ends in {escape(bank)}</dd></dl>"
            '<p><a href="?step=business">Change something</a></p>'
            '<label class="pick"><input type="checkbox" name="accepted" value="yes" required> '
            "<span>I agree to the terms under which I am paid out</span></label>"
        ),
        "Agree and submit",
    )


def _document(account: Document) -> tuple[str, str, str]:
    errors = "".join(f"<li>{escape(one['reason'])}</li>" for one in account["requirements"]["errors"])
    return (
        "One more document",
        f'<div class="notice bad"><ul>{errors}</ul></div>'
        + shell.picks("document", "What do you send? Nothing is taken from your machine.", DOCUMENTS),
        "Send it",
    )


STANDINGS = (
    ("active", "Money can be paid out to you."),
    ("pending", "What you told is being looked at. Come back in a moment."),
    ("rejected", "Stripe cannot pay out to you. The shop can tell you more."),
)


def standing(account: Document) -> str:
    """Nothing is asked at the moment."""
    reason = account["requirements"]["disabled_reason"] or ""
    refused = reason.startswith("rejected") or reason == "listed"
    name, told = STANDINGS[2 if refused else 0 if account["payouts_enabled"] else 1]
    return shell.for_people(
        "Your payouts",
        f"<h1>Your payouts</h1><p>{state(name)}</p><p>{told}</p>"
        '<form method="post"><input type="hidden" name="step" value="standing">'
        '<div class="choices"><button class="main" name="go" value="on">Back to the shop</button></div></form>',
    )


def express(account: Document, sums: Document, payouts: list[Document], wrong: str, typed: Document) -> str:
    """docs.stripe.com/connect/express-dashboard: what a seller sees of their money, and where it goes."""
    told = f'<p class="notice bad" role="alert">{escape(wrong)}</p>' if wrong else ""
    banks_known = ", ".join(
        f"{one['bank_name']} … {one['last4']}"
        for one in account["external_accounts"]["data"]
        if one["default_for_currency"]
    )
    _, fields, _ = _bank(account, typed)
    rows = (
        f"<tr><td>{moment(one['created'])}</td><td>{state(one['status'])}</td>"
        f'<td class="number">{money(one["amount"], one["currency"])}</td></tr>'
        for one in payouts
    )
    tiles = "".join(
        f"<li><b>{money(amount, currency)}</b><span>{status}</span></li>"
        for status, amounts in sums.items()
        for currency, amount in amounts.items()
    )
    return shell.for_people(
        "Your payouts",
        f"<h1>Your payouts</h1><p>{state('active' if account['payouts_enabled'] else 'pending')}</p>"
        f'<ul class="tiles">{tiles}</ul>'
        + shell.table("To your bank", ("At", "State", "Amount #"), rows, empty="Nothing was paid out yet.")
        + f"<h2>Your bank account</h2><p>{escape(banks_known) or 'None yet.'}</p>{told}"
        f'<form method="post">{fields}<div class="choices"><button class="main">Use this one</button></div></form>',
    )
