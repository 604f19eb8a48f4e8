"""Handing files to Slack: texts that are sent along with a message, and pictures to show in one.

Until `share`, or a message with the picture, nobody sees anything: what fails may be repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.delivery import TryLater
from bot.messages import Delivery
from bot.platforms.slack.api import Api, Interrupted, NeedsAdmin, Refused
from bot.platforms.slack.marks import file_name
from bot.platforms.slack.remarks import TextFile

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Upload:
    """A file that Slack has and nobody sees yet."""

    id: str
    title: str


class Uploads:
    """Puts files into conversations."""

    def __init__(self, api: Api) -> None:
        """Call Slack through *api*."""
        self._api = api

    async def prepare(self, delivery: Delivery, files: Sequence[TextFile]) -> list[Upload] | None:
        """Hand *files* to Slack; None where Coach may not. Raises as `Api.call` does."""
        try:
            return [await self._prepare_one(delivery, file) for file in files]
        except (Refused, NeedsAdmin) as problem:
            log.warning("no_files", key=delivery.key, problem=str(problem))
            return None

    async def picture(self, title: str, content: bytes) -> str:
        """Hand a PNG to Slack and return the id to show it by. Raises as `Api.call` does."""
        upload = await self._hand_over("chart.png", title, content)
        files = [{"id": upload.id, "title": upload.title}]
        await self._api.call("files.completeUploadExternal", files=files)
        return upload.id

    async def share(self, delivery: Delivery, uploads: Sequence[Upload]) -> None:
        """Show *uploads* at the delivery's place; Interrupted if that may have to be repeated."""
        place = delivery.place
        where = {"channel_id": place.channel}
        where |= {"thread_ts": place.thread} if place.thread else {}
        files = [{"id": upload.id, "title": upload.title} for upload in uploads]
        try:
            await self._api.call("files.completeUploadExternal", files=files, **where)
        except TryLater as later:  # sending again would double the message before the files
            raise Interrupted("files not shown") from later
        except Refused as refused:
            log.warning("no_files", key=delivery.key, problem=str(refused))

    async def _prepare_one(self, delivery: Delivery, file: TextFile) -> Upload:
        return await self._hand_over(file_name(delivery, file.stem), file.title, file.text.encode())

    async def _hand_over(self, name: str, title: str, content: bytes) -> Upload:
        place = await self._api.call(
            "files.getUploadURLExternal", filename=name, length=len(content)
        )
        await self._api.upload(str(place["upload_url"]), content)
        return Upload(id=str(place["file_id"]), title=title)
