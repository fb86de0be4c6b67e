"""What Metco sent by mail and SMS, as the local cloud caught it."""

import re
from datetime import UTC, datetime
from typing import Any

from local.cloud import Cloud

CODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")


def messages(cloud: Cloud, to: str = "") -> list[dict[str, Any]]:
    """Newest first. `to` is an address or a number; none means everybody's."""
    found = _mails(cloud) + _texts(cloud)
    wanted = to.casefold()
    return sorted(
        (message for message in found if not wanted or wanted in {one.casefold() for one in message["to"]}),
        key=lambda message: message["at"],
        reverse=True,
    )


def latest_code(cloud: Cloud, to: str) -> str | None:
    """The one-time code in the newest message to this address that has one."""
    return next((message["code"] for message in messages(cloud, to) if message["code"]), None)


def _mails(cloud: Cloud) -> list[dict[str, Any]]:
    by_account = cloud.get("/_ministack/ses/messages")["messages"]
    return [
        _message(
            "mail", mail["To"], mail["Source"], mail["Subject"], mail["BodyText"] or mail["BodyHtml"], mail["Timestamp"]
        )
        for mails in by_account.values()
        for mail in mails
    ]


def _texts(cloud: Cloud) -> list[dict[str, Any]]:
    by_number = cloud.get("/_ministack/sns/sms-messages")["sms_messages"]
    return [
        _message("sms", [number], "", "", text.get("Message", ""), text.get("Timestamp", 0))
        for number, texts in by_number.items()
        for text in texts
    ]


def _message(kind: str, to: list[str], sender: str, subject: str, text: str | None, at: float | str) -> dict[str, Any]:
    moment = datetime.fromtimestamp(at, UTC) if isinstance(at, int | float) else datetime.fromisoformat(at)
    code = CODE.search(text or "")
    return {
        "kind": kind,
        "to": to,
        "from": sender,
        "subject": subject,
        "text": text or "",
        "at": moment.isoformat(timespec="milliseconds"),
        "code": code[1] if code else None,
    }
