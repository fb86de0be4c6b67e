"""What baskets adds to the export that identity packs for a person who asked for all that is kept about them."""

import json
from typing import Any

from kernel import aws, settings


def add(user_id: str, export_id: str, known: dict[str, Any]) -> None:
    """Safe to repeat: the same name every time."""
    text = json.dumps(known, indent=2, ensure_ascii=False, sort_keys=True)
    aws.client("s3").put_object(
        Bucket=settings.env("EXPORTS"),
        Key=f"exports/{user_id}/{export_id}.baskets.json",
        Body=text.encode(),
        ContentType="application/json",
    )
