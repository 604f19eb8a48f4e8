"""Microsoft's clouds that a Teams bot can live in, and which addresses belong to each.

Tokens for a cloud are sent nowhere else: `serviceUrl` in an activity is only taken if it is one of
the hosts that Microsoft publishes for the cloud (microsoft.github.io/teams-sdk, service URL
validation). *.trafficmanager.net at large is anybody's.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit


@dataclass(frozen=True)
class Cloud:
    """Where a bot gets its tokens, who signs what is posted to it, and where it answers."""

    login_url: str
    home_tenant: str
    scope: str
    issuer: str
    openid_url: str
    hosts: frozenset[str]


PUBLIC = Cloud(
    login_url="https://login.microsoftonline.com/",
    home_tenant="botframework.com",
    scope="https://api.botframework.com/.default",
    issuer="https://api.botframework.com",
    openid_url="https://login.botframework.com/v1/.well-known/openidconfiguration",
    hosts=frozenset(
        {
            "smba.trafficmanager.net",
            "smba.onyx.prod.teams.trafficmanager.net",
            "smba.infra.gcc.teams.microsoft.com",
        }
    ),
)
"""Microsoft 365 worldwide, and the United States' GCC."""

US_GOVERNMENT = Cloud(
    login_url="https://login.microsoftonline.us/",
    home_tenant="MicrosoftServices.onmicrosoft.us",
    scope="https://api.botframework.us/.default",
    issuer="https://api.botframework.us",
    openid_url="https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
    hosts=frozenset({"smba.infra.gov.teams.microsoft.us", "smba.infra.dod.teams.microsoft.us"}),
)
"""The United States' GCC High and DoD."""

CLOUDS = {"public": PUBLIC, "usgov": US_GOVERNMENT}


def is_service_url(url: object, cloud: Cloud, *, loopback: bool = False) -> bool:
    """Tell whether *url* is the connector of *cloud*, or on this machine where *loopback* may be.

    Nothing else that a URL can say is taken: no user, no port of its own, no query, no fragment.
    """
    parts = _plain(url)
    if parts is None:
        return False
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "https" and port in (None, 443) and host in cloud.hosts:
        return True
    return loopback and parts.scheme in ("http", "https") and is_loopback(host)


def is_loopback(host: str) -> bool:
    """Tell whether *host* can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _plain(url: object) -> SplitResult | None:
    """Return the parts of *url* if it says no more than scheme, host, port and path."""
    if not isinstance(url, str) or not url.isascii() or not url.isprintable():
        return None
    if set(url) & set(" \\@?#%"):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return None
    return None if ".." in parts.path else parts
