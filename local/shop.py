"""What CloudFront does with /shop: the files of web/, one frame for all pages, strict headers."""

import json
import mimetypes
from pathlib import Path

from aiohttp import web

from local.home import ROOT

PAGES = ROOT / "web"
FRAME = "shop/index.html"
HEADERS = "headers.json"  # the edge's stack reads it, too: what a browser may do here and there is one thing


def routes() -> list[web.RouteDef]:
    return [web.get("/shop", serve), web.get("/shop/{path:.*}", serve)]


async def serve(request: web.Request) -> web.Response:
    """Read anew each time: on a laptop a saved page is a live page."""
    found = found_below(PAGES, request.path)
    if found is None:
        return web.Response(status=404, text="There is no such page here.\n", headers=_headers())
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    charset = "utf-8" if kind.startswith("text/") or kind.endswith("javascript") else None
    return web.Response(body=found.read_bytes(), content_type=kind, charset=charset, headers=_headers())


def found_below(folder: Path, path: str) -> Path | None:
    """`/shop/basket` is `shop/index.html`, as at the edge. Nothing beside the folder is ever found."""
    file = (folder / (path.lstrip("/") if "." in path else FRAME)).resolve()
    return file if file.is_file() and file.is_relative_to(folder.resolve()) else None


def _headers() -> dict[str, str]:
    return {"Cache-Control": "no-cache", **json.loads((PAGES / HEADERS).read_text())}
