"""What sending can come to, for the platforms that send and the backlog that decides what next."""


class TryLater(Exception):
    """The platform asks for patience: try again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        """*seconds* as the platform's Retry-After says."""
        super().__init__(f"try again in {seconds:g} s")
        self.seconds = seconds


class Undeliverable(Exception):
    """The platform will never accept it, for instance because the channel is gone."""
