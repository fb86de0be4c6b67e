"""Where files against a chargeback arrive, lie and are fetched, and how they come to Stripe."""

import io
from datetime import timedelta
from typing import Any

from functions.payments import stripe_api
from functions.payments.model.chargebacks import EvidenceFile, EvidenceFileRefused, EvidenceNotUploaded, FileKind
from functions.payments.rules import chargebacks as rules
from kernel import aws, settings, uploads

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def form_for(chargeback_id: str, contributor: str, file: EvidenceFile) -> uploads.Form:
    key, size_bytes = rules.incoming(chargeback_id, contributor, file.kind), file.size_bytes
    return uploads.form(key, file.content_type, least_bytes=size_bytes, most_bytes=size_bytes, life=rules.UPLOAD_LIFE)


def keep(chargeback_id: str, contributor: str, file: EvidenceFile) -> None:
    uploads.keep(
        rules.incoming(chargeback_id, contributor, file.kind),
        rules.kept_at(chargeback_id, contributor, file.kind),
        lambda arrived: rules.checked(file, arrived),
        missing=EvidenceNotUploaded,
        refused=EvidenceFileRefused,
    )


def remove(chargeback_id: str, contributor: str, kind: FileKind) -> None:
    """Where it lies and where it arrived. Safe to repeat."""
    uploads.remove(rules.kept_at(chargeback_id, contributor, kind), rules.incoming(chargeback_id, contributor, kind))


def link(chargeback_id: str, contributor: str, file: EvidenceFile, life: timedelta) -> str:
    """Saved to a file under a name of ours, as bytes of no kind: a browser shows nothing of it."""
    key = rules.kept_at(chargeback_id, contributor, file.kind)
    name = f"{file.kind}.{ENDINGS[file.content_type]}"
    return uploads.link(key, life=life, name=name, content_type="application/octet-stream")


def to_stripe(chargeback_id: str, contributor: str, kind: FileKind) -> str:
    """Stripe's id of it. Sent again, it is another copy there, of which one is used: no money moves by that."""
    found: Any = aws.client("s3").get_object(
        Bucket=settings.env("BUCKET"), Key=rules.kept_at(chargeback_id, contributor, kind)
    )
    content_type = str(found["ContentType"])
    sent = io.BytesIO(found["Body"].read())
    sent.name = f"{kind}.{ENDINGS.get(content_type, 'pdf')}"
    params: Any = {"purpose": "dispute_evidence", "file": sent}
    return str(stripe_api.ask(lambda stripe: stripe.v1.files.create(params))["id"])
