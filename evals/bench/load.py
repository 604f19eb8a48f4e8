"""`python -m evals.bench.load PORT FIRST COUNT`: signed mentions as fast as they are taken.

The requests are written before the clock starts, and the client does as little as a client can:
it shares its machine with the server that is measured.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import cast

from evals.bench.slack import mention, signed

CONNECTIONS = 32

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class _Connection(asyncio.Protocol):
    """One keep-alive connection: sends a request when the last one is answered."""

    def __init__(self, requests: Iterator[bytes], times: list[float]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.statuses: Counter[str] = Counter()
        self._requests = requests
        self._times = times
        self._received = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionResetError())

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, rest = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if end and length and len(rest) >= int(length[1]):
            self._times.append(time.perf_counter() - self._sent_at)
            self.statuses[head[9:12].decode()] += 1
            self._received = b""
            self.send()

    def send(self) -> None:
        """Send the next request, or be done."""
        request = next(self._requests, None)
        assert self._transport, "connected"  # noqa: S101
        if request is None:
            self.done.set_result(None)
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)


def _request(number: int) -> bytes:
    body = mention(
        f"Ev{number}",
        channel=f"C{number % 50}",
        ts=f"{1_700_000_000 + number}.000100",
        text="Who should own data labelling in a team of five?",
    )
    headers = {"Host": "coach", **signed(body), "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /slack/events HTTP/1.1\r\n{head}\r\n{body}".encode()


async def _load(port: int, first: int, count: int) -> dict[str, object]:
    requests = iter([_request(number) for number in range(first, first + count)])
    loop, times = asyncio.get_running_loop(), list[float]()
    connections = [
        (await loop.create_connection(lambda: _Connection(requests, times), "127.0.0.1", port))[1]
        for _ in range(CONNECTIONS)
    ]
    started = time.perf_counter()
    for connection in connections:
        connection.send()
    await asyncio.gather(*(connection.done for connection in connections))
    seconds = time.perf_counter() - started
    statuses = sum((connection.statuses for connection in connections), Counter[str]())
    return {"seconds": seconds, "statuses": statuses, "times": times}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_load(*map(int, sys.argv[1:4])))))
