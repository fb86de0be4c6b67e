"""Papers of stores as their owners send them in: announced, uploaded as S3 lets them, confirmed."""

from typing import Any

from kernel import settings
from kernel.authz import Principal
from tests.builders import cloud, staff, stores
from tests.builders.http import Answered, Caller

PDF = b"%PDF-1.7\n" + b"a passport " * 10


def announce(store_id: str, owner: str, content: bytes = PDF, **said: Any) -> Answered:
    body = {"kind": "identity", "name": "passport.pdf", "content_type": "application/pdf", "size_bytes": len(content)}
    return stores.as_user(owner)("POST", f"/v1/stores/{store_id}/verification/documents", body | said)


def upload(store_id: str, document_id: str, content: bytes = PDF) -> None:
    """What S3 does with a form that satisfies its policy, which no emulator in this process checks."""
    key = f"incoming/{store_id}/{document_id}"
    cloud.client("s3").put_object(Bucket=settings.env("BUCKET"), Key=key, Body=content)


def an_upload(store_id: str, owner: str, content: bytes = PDF, **said: Any) -> str:
    answer = announce(store_id, owner, content, **said)
    assert answer.status == 201, answer.text
    upload(store_id, answer.json["document_id"], content)
    return str(answer.json["document_id"])


def confirm(store_id: str, owner: str, document_id: str, **options: Any) -> Answered:
    path = f"/v1/stores/{store_id}/verification/documents/{document_id}/confirm"
    return stores.as_user(owner)("POST", path, **options)


def a_document(store_id: str, owner: str, **said: Any) -> str:
    document_id = an_upload(store_id, owner, **said)
    answer = confirm(store_id, owner, document_id)
    assert answer.status == 200, answer.text
    return document_id


def submit(store_id: str, owner: str, **options: Any) -> Answered:
    return stores.as_user(owner)("POST", f"/v1/stores/{store_id}/verification/submit", **options)


def submitted(store_id: str, owner: str) -> str:
    """The id of one of the documents."""
    document_id = a_document(store_id, owner)
    a_document(store_id, owner, kind="business")
    assert submit(store_id, owner).status == 200
    return document_id


def moderator(user_id: str) -> Caller:
    return stores.as_user(user_id, roles=("customer", "moderator"))


def judge(store_id: str, user_id: str, what: str, **options: Any) -> Answered:
    body = None if what.endswith(("claim", "link")) else {"reason": "The passport has expired"}
    return moderator(user_id)("POST", f"/v1/stores/{store_id}/verification/{what}", body, **options)


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> dict[str, str]:
    """What can be done only once, made anew for one call: the things that its path names."""
    if operation in ("confirm_document", "remove_document", "submit_verification"):
        store_id = staff.a_store_of(staff.a_person())
        staff.a_colleague(store_id, who.id, "owner")
        a_document(store_id, who.id)
        a_document(store_id, who.id, kind="business")
        extra = {} if operation == "submit_verification" else {"document_id": an_upload(store_id, who.id)}
        return things | {"store_id": store_id, **extra}
    if operation in ("claim_verification", "link_document", "approve_verification", "reject_verification"):
        owner = staff.a_person()
        store_id = staff.a_store_of(owner)
        document_id = submitted(store_id, owner)
        if operation != "claim_verification":
            assert judge(store_id, who.id, "claim").status == 200
        return things | {"store_id": store_id, "document_id": document_id}
    return things
