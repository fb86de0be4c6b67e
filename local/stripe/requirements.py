"""What is still to be told or shown of a seller before money can go to them: a pure reading of what is known.

# docs.stripe.com/connect/handling-api-verification, docs.stripe.com/connect/testing#identity-verification
"""

from typing import Any

Document = dict[str, Any]

PERSON = (
    *("first_name", "last_name", "dob.day", "dob.month", "dob.year", "email", "phone"),
    *("address.line1", "address.city", "address.postal_code"),
)
COMPANY = ("name", "tax_id", "phone", "address.line1", "address.city", "address.postal_code")
COMMON = (
    "business_profile.mcc",
    "business_profile.url",
    "external_account",
    "tos_acceptance.date",
    "tos_acceptance.ip",
)
WITH_STATE = frozenset(("AU", "BR", "CA", "IN", "MX", "US"))
ID_NUMBERS = {"US": "ssn_last_4", "IN": "id_number", "BR": "id_number", "SG": "id_number", "HK": "id_number"}

# docs.stripe.com/connect/testing#test-dobs
MATCHES, MATCHES_AT_ONCE, LISTED = "1901-01-01", "1902-01-01", "1900-01-01"
WRONG_NUMBERS = frozenset(("111111111", "1111"))  # #test-personal-id-numbers
AT_ONCE_NUMBERS = frozenset(("222222222",))
WRONG_ADDRESSES = frozenset(("address_no_match", "address_line1_no_match"))  # #test-addresses
GOOD_DOCUMENT, BAD_DOCUMENT = "file_identity_document_success", "file_identity_document_failure"  # #test-file-tokens

REASONS = {
    "verification_failed_keyed_identity": "The person's keyed-in identity information could not be verified. Correct "
    "any errors or upload a document that matches the identity fields (e.g., name and date of birth) entered.",
    "verification_failed_address_match": "The address on the account could not be verified. Correct any errors or "
    "upload a document that includes the address.",
    "verification_document_failed_copy": "The document is a photo or video of a printed copy, or cannot be read. "
    "Upload the original document.",
}


NONE: Document = {
    "alternatives": [],
    "current_deadline": None,
    "currently_due": [],
    "disabled_reason": None,
    "errors": [],
    "eventually_due": [],
    "past_due": [],
    "pending_verification": [],
}


def bank_failed(account: Document) -> bool:
    """Whether money came back from the account that is used; another one may have taken its place."""
    return any(
        one["status"] == "errored" and one["default_for_currency"] for one in account["external_accounts"]["data"]
    )


def whose(given: Document) -> str:
    """A person for themself, or somebody who speaks for a company."""
    return "individual" if given.get("business_type", "individual") == "individual" else "representative"


def needed(given: Document, country: str, *, with_bank: bool) -> list[str]:
    """Everything that is asked of somebody in this country, told or not."""
    who = whose(given)
    names = ["business_type", *COMMON]
    if who == "representative":
        names += [f"company.{name}" for name in COMPANY]
    names += [f"{who}.{name}" for name in PERSON]
    if country in WITH_STATE:
        names.append(f"{who}.address.state")
    if country in ID_NUMBERS:
        names.append(f"{who}.{ID_NUMBERS[country]}")
    return sorted(name for name in names if not given.get(name) and not (name == "external_account" and with_bank))


def found(given: Document) -> tuple[str, str]:
    """What a check of the identity says: `verified`, `listed`, or why it could not be verified; and how fast."""
    who = whose(given)
    born = "-".join(str(given.get(f"{who}.dob.{part}", "")).zfill(2) for part in ("year", "month", "day"))
    number = str(given.get(f"{who}.id_number") or given.get(f"{who}.ssn_last_4") or "")
    at_once = born == MATCHES_AT_ONCE or number in AT_ONCE_NUMBERS
    if born == LISTED:
        return "listed", ""
    if str(given.get(f"{who}.address.line1", "")) in WRONG_ADDRESSES:
        return "verification_failed_address_match", f"{who}.address.line1"
    if born not in (MATCHES, MATCHES_AT_ONCE) or number in WRONG_NUMBERS:
        return "verification_failed_keyed_identity", f"{who}.verification.document"
    return "verified", "at_once" if at_once else ""


def of_document(token: str) -> str:
    """docs.stripe.com/connect/testing#test-file-tokens"""
    return "verification_document_failed_copy" if token == BAD_DOCUMENT else "verified"


def read(account: Document) -> Document:
    """The account's `requirements`, of what it was told and what checks of it found."""
    given, check = account["_given"], account["_check"]
    with_bank = bool(account["external_accounts"]["data"]) and not bank_failed(account)
    due = needed(given, account["country"], with_bank=with_bank)
    errors: list[Document] = []
    pending: list[str] = []
    disabled: str | None = account.get("_rejected") or None
    who = whose(given)
    document = f"{who}.verification.document"
    if check in REASONS:
        due.append(document)
        errors.append({"code": check, "reason": REASONS[check], "requirement": document})
    elif check == "pending":
        pending.append(document if given.get(document) else f"{who}.dob.day")
    if not disabled:
        disabled = _disabled(check, due, account["details_submitted"])
    past = due if account["details_submitted"] else []
    return NONE | {
        "currently_due": due,
        "disabled_reason": disabled,
        "errors": errors,
        "eventually_due": list(due),
        "past_due": list(past),
        "pending_verification": pending,
    }


def _disabled(check: str, due: list[str], submitted: bool) -> str | None:
    if check == "listed":
        return "listed"
    if due or not submitted:
        return "requirements.past_due"
    if check != "verified":
        return "requirements.pending_verification"
    return None
