"""Endpoints that no inspection sees, as their owner declares them in ``portfolio.yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from quarterdeck.settings.surveys import Account


def endpoints(account: Account) -> list[dict[str, Any]]:
    """Records of ``cloud_endpoints``; of an address only its host, as the rest may be a secret."""
    return [
        {
            "endpoint": endpoint.id,
            "kind": endpoint.kind,
            "host": urlsplit(endpoint.url).hostname,
            "auth": endpoint.auth,
        }
        for endpoint in account.endpoints
    ]
