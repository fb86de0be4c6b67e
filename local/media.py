"""What CloudFront does with /media: everyone may get what lies below public/ of catalog's bucket, and nothing else."""

import asyncio
from typing import Any

from aiohttp import web
from botocore.exceptions import ClientError

from local.cloud import Cloud
from local.home import STAGE

BUCKET = f"/metco/{STAGE}/catalog/media-bucket"
NOWHERE = {"", ".", ".."}  # to S3 these are names like any other; to a folder that stands in for it they are ways out


class Media:
    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._bucket: str | None = None

    async def serve(self, request: web.Request) -> web.Response:
        """A refusal is also how S3 says that there is no such thing, to whoever may not list what there is."""
        path = request.match_info["path"]
        found = None if NOWHERE & set(path.split("/")) else await asyncio.to_thread(self._read, f"public/media/{path}")
        if found is None:
            return web.Response(status=403)
        headers = {"ETag": found["ETag"], "X-Content-Type-Options": "nosniff"}
        if "CacheControl" in found:
            headers["Cache-Control"] = found["CacheControl"]
        if request.headers.get("If-None-Match") == found["ETag"]:
            return web.Response(status=304, headers=headers)
        return web.Response(body=found["content"], content_type=found["ContentType"], headers=headers)

    def _read(self, key: str) -> dict[str, Any] | None:
        self._bucket = self._bucket or self._cloud.parameter(BUCKET)
        if not self._bucket:
            return None
        try:
            found = self._cloud.client("s3").get_object(Bucket=self._bucket, Key=key)
        except ClientError:
            return None
        return {**found, "content": found["Body"].read()}
