"""Logging in with the page's password: signed sessions, and patience for those who guess."""

import hmac
from collections.abc import Callable
from hashlib import scrypt
from ipaddress import IPv6Address, ip_address
from math import ceil
from secrets import token_urlsafe

SESSION_SECONDS = 14 * 24 * 3600

_FREE_FAILURES = 3
_LONGEST_WAIT = 60.0
_ADDRESSES = 10_000


class Sessions:
    """Issues and checks session tokens.

    The signing key derives from the password: sessions survive a restart, hold on every replica,
    and all end when the password changes.
    """

    def __init__(self, password: str, seconds: Callable[[], float]) -> None:
        """Guard the page with *password*; *seconds* gives the time since the epoch."""
        self._key = scrypt(password.encode(), salt=b"coach web session", n=2**14, r=8, p=1)
        self._password = self._sign(password)
        self._seconds = seconds

    def opens(self, password: str) -> bool:
        """Tell whether *password* is right, in a time that does not depend on it."""
        return hmac.compare_digest(self._sign(password), self._password)

    def issue(self) -> str:
        """Return a new session token."""
        claim = f"{int(self._seconds()) + SESSION_SECONDS}.{token_urlsafe(12)}"
        return f"{claim}.{self._sign(claim)}"

    def valid(self, token: str) -> bool:
        """Tell whether *token* was issued here and has not expired."""
        claim, _, signature = token.rpartition(".")
        if not signature.isascii() or not hmac.compare_digest(self._sign(claim), signature):
            return False
        return int(claim.partition(".")[0]) > self._seconds()

    def _sign(self, text: str) -> str:
        return hmac.new(self._key, text.encode(errors="replace"), "sha256").hexdigest()


class Throttle:
    """Makes an address that keeps guessing wait, twice as long each time, a minute at most."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        """Measure with *seconds*."""
        self._seconds = seconds
        self._failures: dict[str, tuple[int, float]] = {}

    def wait(self, address: str) -> int:
        """Return how many seconds *address* has to wait before its next attempt."""
        _, until = self._failures.get(_network(address), (0, 0.0))
        return max(0, ceil(until - self._seconds()))

    def failed(self, address: str) -> None:
        """Note a wrong password."""
        network = _network(address)
        count = self._failures.pop(network, (0, 0.0))[0] + 1
        self._failures[network] = (count, self._seconds() + _pause(count))
        if len(self._failures) > _ADDRESSES:
            del self._failures[next(iter(self._failures))]

    def passed(self, address: str) -> None:
        """Forget the failures of *address*."""
        self._failures.pop(_network(address), None)


def _pause(failures: int) -> float:
    doublings = min(failures - _FREE_FAILURES, 16)
    return min(_LONGEST_WAIT, 2.0**doublings) if doublings >= 0 else 0.0


def _network(address: str) -> str:
    """Return what one household holds: the address, or the /64 of an IPv6 address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(int(parsed) >> 64) if isinstance(parsed, IPv6Address) else address
