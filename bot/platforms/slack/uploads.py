"""Sending text files along with a message: fetched ready first, shown in one call.

Until `share`, nobody sees anything: what fails before may be repeated.
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
        content = file.text.encode()
        place = await self._api.call(
            "files.getUploadURLExternal",
            filename=file_name(delivery, file.stem),
            length=len(content),
        )
        await self._api.upload(str(place["upload_url"]), content)
        return Upload(id=str(place["file_id"]), title=file.title)
