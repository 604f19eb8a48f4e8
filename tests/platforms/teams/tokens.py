"""Signing activity tokens as Microsoft's connector does, and as a forger would."""

import functools
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

CHANNEL = "msteams"


@dataclass(frozen=True)
class SigningKey:
    """An RSA key with the id and the endorsements under which it is published."""

    kid: str
    private: rsa.RSAPrivateKey
    endorsements: Sequence[str] | None = (CHANNEL, "webchat")

    def published(self) -> dict[str, Any]:
        """Return the key as it stands in the key set."""
        jwk: dict[str, Any] = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        fields = {**jwk, "kid": self.kid, "use": "sig", "alg": "RS256"}
        if self.endorsements is not None:
            fields["endorsements"] = list(self.endorsements)
        return fields

    def public_pem(self) -> bytes:
        """Return what everybody may know of the key."""
        public = self.private.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def signing_key(
    number: int, kid: str = "", endorsements: Sequence[str] | None = (CHANNEL, "webchat")
) -> SigningKey:
    """Return the key of that number; the same in the whole run, as making one takes long."""
    return SigningKey(kid or f"key-{number}", _private(number), endorsements)


def signed(
    claims: Mapping[str, object],
    key: SigningKey,
    headers: Mapping[str, object] | None = None,
    algorithm: str = "RS256",
) -> str:
    """Return *claims* as a token signed with *key*; *headers* replace its own, None drops one."""
    changed = {"alg": algorithm, "typ": "JWT", "kid": key.kid, **(headers or {})}
    header = {name: value for name, value in changed.items() if value is not None}
    body = unsigned(claims, header).rstrip(".")
    # Not jwt.encode: it refuses to make some of what forgers make.
    return f"{body}.{part(jwt.get_algorithm_by_name(algorithm).sign(body.encode(), key.private))}"


def unsigned(
    claims: Mapping[str, object], header: Mapping[str, object], signature: str = ""
) -> str:
    """Return a token of those parts that nobody signed."""
    return f"{part(json.dumps(header))}.{part(json.dumps(claims))}.{signature}"


def part(content: str | bytes) -> str:
    """Return *content* as a part of a token."""
    raw = content.encode() if isinstance(content, str) else content
    return urlsafe_b64encode(raw).decode().rstrip("=")


@functools.cache
def _private(_number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
