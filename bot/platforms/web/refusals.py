"""Requests that are turned away, each with a sentence that the page shows."""

from aiohttp import web


class Refused(Exception):
    """A request that is not served; the sentence says what to do next."""

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        """Answer with HTTP *status*, *sentence* and *headers*."""
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = headers or {}

    def response(self) -> web.Response:
        """Return the refusal as JSON."""
        return web.json_response(
            {"problem": self.sentence}, status=self.status, headers=self.headers
        )
