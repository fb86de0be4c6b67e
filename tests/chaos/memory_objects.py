"""S3 in memory, as our code uses it: each call passes through the wire. Held against moto by test_memory_objects.py."""

import hashlib
import io
from dataclasses import dataclass
from typing import Any

from tests.chaos.faults import client_error
from tests.chaos.memory_services import Client
from tests.chaos.wire import Parameters, Wire


@dataclass(frozen=True)
class Kept:
    body: bytes
    content_type: str

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'


class MemoryObjects(Client):
    service = "s3"

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self.objects: dict[str, Kept] = {}

    def sent_to(self, key: str, body: bytes, content_type: str) -> None:
        """By a form: not one of our own calls."""
        self.objects[key] = Kept(body, content_type)

    def put_object(self, **parameters: Any) -> dict[str, Any]:
        return self._send("PutObject", parameters, self._put)

    def get_object(self, **parameters: Any) -> dict[str, Any]:
        return self._send("GetObject", parameters, self._get)

    def copy_object(self, **parameters: Any) -> dict[str, Any]:
        return self._send("CopyObject", parameters, self._copy)

    def delete_object(self, **parameters: Any) -> dict[str, Any]:
        return self._send("DeleteObject", parameters, self._delete)

    def generate_presigned_post(self, **parameters: Any) -> dict[str, Any]:
        return {"url": "https://files.example.com/", "fields": {"key": parameters["Key"]}}

    def generate_presigned_url(self, _operation: str, **parameters: Any) -> str:
        return f"https://files.example.com/{parameters['Params']['Key']}?signed"

    def _found(self, key: str, operation: str) -> Kept:
        if key not in self.objects:
            raise client_error("NoSuchKey", operation=operation)
        return self.objects[key]

    def _put(self, parameters: Parameters) -> dict[str, Any]:
        self.objects[parameters["Key"]] = Kept(parameters["Body"], parameters["ContentType"])
        return {}

    def _get(self, parameters: Parameters) -> dict[str, Any]:
        kept = self._found(parameters["Key"], "GetObject")
        told = {"ContentType": kept.content_type, "ETag": kept.etag}
        if "Range" not in parameters:
            return {**told, "Body": io.BytesIO(kept.body)}
        first, last = (int(number) for number in parameters["Range"].removeprefix("bytes=").split("-"))
        if first >= len(kept.body):
            raise client_error("InvalidRange", operation="GetObject")
        part = kept.body[first : last + 1]
        content_range = f"bytes {first}-{first + len(part) - 1}/{len(kept.body)}"
        return {**told, "Body": io.BytesIO(part), "ContentRange": content_range}

    def _copy(self, parameters: Parameters) -> dict[str, Any]:
        source = self._found(parameters["CopySource"]["Key"], "CopyObject")
        if parameters["CopySourceIfMatch"] != source.etag:
            raise client_error("PreconditionFailed", operation="CopyObject")
        self.objects[parameters["Key"]] = Kept(source.body, parameters["ContentType"])
        return {}

    def _delete(self, parameters: Parameters) -> dict[str, Any]:
        self.objects.pop(parameters["Key"], None)
        return {}
