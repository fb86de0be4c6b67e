"""Where an exact grant would not fit what MiniStack asks for, although it fits what AWS asks for."""

import json
from typing import Any


def secrets_are_referred_to_by_arn() -> None:
    """`Ref` of a secret is its ARN on AWS and its name here, so a grant of exactly that secret would grant nothing."""
    from ministack.services.cloudformation import provisioners

    handler = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def name_of(arn: str) -> str:
        return arn.partition(":secret:")[2][: -len("-abcdef")]

    def created(*arguments: Any, **options: Any) -> tuple[str, dict[str, str]]:
        _, attributes = create(*arguments, **options)
        return attributes["Arn"], attributes

    def updated(arn: str, *arguments: Any, **options: Any) -> tuple[str, dict[str, str]]:
        _, attributes = update(name_of(arn), *arguments, **options)
        return attributes["Arn"], attributes

    def deleted(arn: str, *arguments: Any) -> None:
        delete(name_of(arn), *arguments)

    handler.update(create=created, update=updated, delete=deleted)


def sending_needs_the_senders_identity() -> None:
    """AWS asks for `ses:SendEmail` on the identity that sends; MiniStack asks for it on everything."""
    from ministack.core import iam_actions

    find = iam_actions._ses_v2_resource_arn

    def resource(method: str, path: str, body: bytes, region: str, account_id: str) -> str:
        if (method, path.rstrip("/")) != ("POST", "/v2/email/outbound-emails"):
            return str(find(method, path, body, region, account_id))
        sender = json.loads(body or b"{}").get("FromEmailAddress", "")
        domain = sender.rpartition("@")[2].strip("> ")
        return f"arn:aws:ses:{region}:{account_id}:identity/{domain}"

    iam_actions._ses_v2_resource_arn = resource


def the_loopback_counts_as_encrypted() -> None:
    """Buckets refuse what comes without TLS, here too; but MiniStack speaks plain HTTP, and only to this machine."""
    from ministack.core import iam_evaluator

    resolve = iam_evaluator._resolve_condition_key

    def resolved(key: str, context: Any) -> Any:
        return "true" if key.lower() == "aws:securetransport" else resolve(key, context)

    iam_evaluator._resolve_condition_key = resolved
