"""Reading the JSON that Microsoft answers, within bounds."""

import json
from typing import Any, cast

import aiohttp

_MOST_BYTES = 4_000_000


async def object_in(response: aiohttp.ClientResponse) -> dict[str, Any]:
    """Return the JSON object in the body of *response*. Raises ValueError if it has none."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise ValueError("the answer is too long")
    return parsed(bytes(body))


def parsed(body: bytes) -> dict[str, Any]:
    """Return the JSON object in *body*. Raises ValueError if there is none."""
    try:
        said: object = json.loads(body)
        if b"\\ud" in body.lower():  # half of a character alone can be neither stored nor sent
            said = json.loads(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if isinstance(said, dict):
        return cast("dict[str, Any]", said)
    raise ValueError("not an object")
