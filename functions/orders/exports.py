"""What orders adds to the export that identity packs for a person who asked for all that is kept about them."""

import json

from functions.orders.rules import orders as rules
from functions.orders.store.orders import orders
from kernel import aws, settings


def add(user_id: str, export_id: str) -> None:
    """Safe to repeat: the same name every time."""
    known = [
        rules.shown(orders().whole(order_id)).model_dump(mode="json") for order_id in orders().every_of_owner(user_id)
    ]
    text = json.dumps({"orders": known}, indent=2, ensure_ascii=False, sort_keys=True)
    aws.client("s3").put_object(
        Bucket=settings.env("EXPORTS"),
        Key=f"exports/{user_id}/{export_id}.orders.json",
        Body=text.encode(),
        ContentType="application/json",
    )
