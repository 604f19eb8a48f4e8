"""The page's files, read once from the package."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from string import Template

from aiohttp import web

_FOLDER = Path(__file__).parent / "static"

# Fixed here because the registry of the operating system may say something else about .js, which
# browsers then refuse to run.
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """A static file; `tag` changes with its content."""

    body: bytes
    content_type: str
    tag: str


def read_assets() -> Mapping[str, Asset]:
    """Read every stylesheet, script and image, by file name."""
    files = (path for path in _FOLDER.iterdir() if path.suffix in _TYPES)
    return {path.name: _asset(path) for path in files}


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, _TYPES[path.suffix], sha256(body).hexdigest()[:16])


def asset_response(asset: Asset, request: web.Request) -> web.Response:
    """Return the file, or 304 if the browser has it."""
    fresh = any(tag.value == asset.tag for tag in request.if_none_match or ())
    response = web.Response(status=304) if fresh else _full(asset)
    response.etag = asset.tag
    response.headers["Cache-Control"] = "no-cache"
    return response


def _full(asset: Asset) -> web.Response:
    charset = None if asset.content_type.startswith("image/") else "utf-8"
    return web.Response(body=asset.body, content_type=asset.content_type, charset=charset)


def read_page(name: str, **values: str) -> str:
    """Read an HTML page and fill in its `$names`; *values* are ours, never what people wrote."""
    return Template((_FOLDER / name).read_text("utf-8")).substitute(values)


def page_response(html: str) -> web.Response:
    """Return an HTML page."""
    return web.Response(text=html, content_type="text/html")
