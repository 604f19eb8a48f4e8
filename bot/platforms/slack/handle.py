"""What Slack has to know again when an answer is sent; travels as `Message.handle`."""

from typing import Self

from bot.messages import Frozen


class SharedFile(Frozen):
    """A file that came with a message; `name` ends in what Slack says of its type."""

    name: str
    url: str = ""
    size: int = 0


class Handle(Frozen):
    """The platform's own reference for answering.

    `after`: only messages after this timestamp can be the answer. `response_url`: where Slack
    takes answers to this interaction. `private`: nobody but the asker may see the answer,
    whatever the reply says. `home`: the answer is the person's App Home. `files` came with the
    message.
    """

    after: str = ""
    response_url: str = ""
    private: bool = False
    home: bool = False
    files: tuple[SharedFile, ...] = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the handle that `str` wrote."""
        return cls.model_validate_json(text or "{}")

    def __str__(self) -> str:
        """Write it as `Message.handle`."""
        return self.model_dump_json(exclude_defaults=True)
