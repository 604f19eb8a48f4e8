"""Requests that are turned away, each with a sentence that the page shows."""

from collections.abc import Mapping

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
        return web.json_response(self._content(), status=self.status, headers=self.headers)

    def _content(self) -> dict[str, object]:
        return {"problem": self.sentence}


class FieldsRefused(Refused):
    """A form that can't be taken in: a sentence for each field that needs another answer."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        """Answer with what is wrong by the names of the *fields*."""
        super().__init__(422, " ".join(fields.values()))
        self._fields = fields

    def _content(self) -> dict[str, object]:
        return {"fields": dict(self._fields)}
