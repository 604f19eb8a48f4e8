"""The keys with which Microsoft signs what it posts to bots: fetched, kept, and fetched again.

The SDK's own keeping blocks the event loop without a timeout, fails with an IndexError on a key id
that it does not know, and looks for new keys once an hour at most.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from bot.platforms.teams.bounded import object_in

_FRESH = 12 * 3600.0
_GOOD = 24 * 3600.0  # Microsoft asks for new keys at least once a day
_COOLING = 60.0  # whoever forges key ids makes Coach fetch this often at most
_COOLING_AFTER_FAILURE = 2.0

log = structlog.get_logger(__name__)


class UnknownKey(Exception):
    """Microsoft has published no key of that id."""


class KeysUnavailable(Exception):
    """Microsoft's keys could not be fetched, so that nobody can say who posted."""


@dataclass(frozen=True)
class Key:
    """A public key, and the channels for which it signs."""

    public_key: RSAPublicKey
    endorsements: Sequence[str]


class Keys:
    """Microsoft's signing keys by id."""

    def __init__(
        self,
        openid_url: str,
        session: Callable[[], aiohttp.ClientSession],
        clock: Callable[[], float],
        timeout: float,
    ) -> None:
        """Find the keys from the OpenID configuration at *openid_url*, in *timeout* seconds."""
        self._timeout = timeout
        self._openid_url = openid_url
        self._session = session
        self._clock = clock
        self._keys: Mapping[str, Key] = {}
        self._fetched_at = -_GOOD
        self._failing = False
        self._not_before = clock()
        self._fetching = asyncio.Lock()

    async def get(self, key_id: object) -> Key:
        """Return the key of that id. Raises UnknownKey or KeysUnavailable."""
        if not isinstance(key_id, str):
            raise UnknownKey
        if self._age() > _FRESH or key_id not in self._keys:
            await self._refresh(key_id)
        if self._age() > _GOOD:
            raise KeysUnavailable
        if key_id not in self._keys:
            raise UnknownKey
        return self._keys[key_id]

    def _age(self) -> float:
        return self._clock() - self._fetched_at

    async def _refresh(self, key_id: str) -> None:
        async with self._fetching:
            if self._clock() < self._not_before:  # a moment ago; what it brought stands
                if self._failing and key_id not in self._keys:
                    raise KeysUnavailable
                return
            await self._replace(key_id)

    async def _replace(self, key_id: str) -> None:
        try:
            self._keys = await self._published()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.warning("teams_keys_not_fetched", error=type(error).__name__)
            self._failing = True
            self._not_before = self._clock() + _COOLING_AFTER_FAILURE
            if key_id not in self._keys:
                raise KeysUnavailable from error
        else:
            self._failing = False
            self._fetched_at = self._clock()
            self._not_before = self._fetched_at + _COOLING

    async def _published(self) -> Mapping[str, Key]:
        async with asyncio.timeout(self._timeout):
            configuration = await self._fetch(self._openid_url)
            return _keys_in(await self._fetch(str(configuration.get("jwks_uri", ""))))

    async def _fetch(self, url: str) -> dict[str, Any]:
        async with self._session().get(url, raise_for_status=True) as response:
            return await object_in(response)


def _keys_in(key_set: Mapping[str, Any]) -> Mapping[str, Key]:
    """Return the keys of a key set by id. Raises ValueError if there are none."""
    listed: object = key_set.get("keys")
    found = map(_key, cast("list[Any]", listed)) if isinstance(listed, list) else ()
    keys = dict(filter(None, found))
    if not keys:
        raise ValueError("the key set has no usable keys")
    return keys


def _key(fields: object) -> tuple[str, Key] | None:
    """Return a published key and its id, or None if it signs for no channel."""
    if not isinstance(fields, dict):
        return None
    jwk = cast("dict[str, Any]", fields)
    endorsements: object = jwk.get("endorsements")
    try:
        public: object = PyJWK(jwk, "RS256").key
    except (PyJWTError, ValueError, TypeError, KeyError):
        return None
    if not isinstance(public, RSAPublicKey) or not isinstance(jwk.get("kid"), str):
        return None
    if not isinstance(endorsements, list) or not endorsements:
        return None
    return jwk["kid"], Key(public, tuple(map(str, cast("list[Any]", endorsements))))
