"""Files: evidence for a dispute, somebody's document. # docs.stripe.com/api/files, docs.stripe.com/file-upload"""

from base64 import b64decode
from pathlib import PurePath

from local.stripe.call import Call
from local.stripe.routes import route
from local.stripe.wire import Document, a_list, invalid

LARGEST = {"dispute_evidence": 5 * 2**20, "identity_document": 10 * 2**20}  # docs.stripe.com/file-upload#purposes
ELSE = 16 * 2**20
BEGINNINGS = ((b"%PDF", "pdf"), (b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpg"))
OF_EVIDENCE = frozenset(("pdf", "png", "jpg"))


@route("POST", "/v1/files", "FileCreateParams")
def create(call: Call) -> Document:
    """Only its size and kind are kept: nobody reads it here."""
    sent, purpose = call.params["file"], call.params["purpose"]
    if not isinstance(sent, dict) or "base64" not in sent:
        raise invalid("Invalid file: must be a file.", param="file")
    content = b64decode(sent["base64"])
    kind = next((name for begins, name in BEGINNINGS if content.startswith(begins)), PurePath(sent["name"]).suffix[1:])
    if not content:
        raise invalid("The file is empty.", param="file")
    if len(content) > LARGEST.get(purpose, ELSE):
        raise invalid(f"The file is larger than {LARGEST.get(purpose, ELSE)} bytes.", param="file")
    if purpose == "dispute_evidence" and kind not in OF_EVIDENCE:
        raise invalid("Evidence is a PDF, PNG or JPEG file.", param="file")
    id = call.id("file")
    file: Document = {
        "id": id,
        "object": "file",
        "created": call.now,
        "expires_at": None,
        "filename": PurePath(sent["name"]).name,
        "links": a_list([], f"/v1/file_links?file={id}"),
        "purpose": purpose,
        "size": len(content),
        "title": None,
        "type": kind or None,
        "url": f"https://files.stripe.com/v1/files/{id}/contents",
    }
    return call.add(file)


@route("GET", "/v1/files", "FileListParams")
def listed(call: Call) -> Document:
    equal = {"purpose": call.params["purpose"]} if "purpose" in call.params else {}
    return call.listed("file", **equal)


@route("GET", "/v1/files/{id}", "FileRetrieveParams")
def retrieved(call: Call) -> Document:
    return call.named("file")
