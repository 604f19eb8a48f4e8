"""The outgoing side of the page: it has none. What is open for people stands on the page itself."""

from bot.messages import Delivery


class PageSender:
    """Takes what is sent for delivered: the page reads the store whenever it is looked at."""

    async def send(self, delivery: Delivery) -> str:
        """See `bot.ports.Sender.send`."""
        return delivery.key

    async def find(self, delivery: Delivery) -> str | None:
        """See `bot.ports.Sender.find`."""
        return delivery.key
