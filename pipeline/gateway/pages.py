"""The page and its files, as they stand in the package. What is not listed in its folder is not there."""

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from aiohttp import web

from pipeline.gateway.problems import Refused

MEDIA_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".txt": "text/plain",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
PACKED = {".html", ".js", ".css", ".svg", ".json", ".txt"}
INDEX = "index.html"


async def index(request: web.Request) -> web.StreamResponse:
    """The page."""
    return _answer(request, INDEX)


async def static(request: web.Request) -> web.StreamResponse:
    """One of its files."""
    return _answer(request, request.match_info["path"])


def _answer(request: web.Request, path: str) -> web.Response:
    found, suffix = _find(path), PurePosixPath(path).suffix
    if found is None or suffix not in MEDIA_TYPES:
        raise Refused("not-found")
    content = found.read_bytes()
    etag = hashlib.sha256(content).hexdigest()[:32]
    # Nothing is fingerprinted in its name, so a browser asks each time whether it has changed: 304 mostly.
    headers = {"ETag": f'"{etag}"', "Cache-Control": "no-cache"}
    if any(one.value in (etag, "*") for one in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    media_type = MEDIA_TYPES[suffix]
    charset = "utf-8" if suffix in PACKED else None
    response = web.Response(body=content, content_type=media_type, charset=charset, headers=headers)
    if suffix in PACKED:
        response.enable_compression()
    return response


def _find(path: str) -> Traversable | None:
    """The file, step by step through the names that each folder lists: `..` is in none."""
    here: Traversable = files("pipeline.gateway").joinpath("static")
    for name in path.split("/"):
        if not here.is_dir():
            return None
        below = next((one for one in here.iterdir() if one.name == name), None)
        if below is None:
            return None
        here = below
    return here if here.is_file() else None
