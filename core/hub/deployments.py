"""The known Sentinel Hub services: addresses, paths and collections (deployments, 1 to 3)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Mapping, Optional, Sequence, Tuple
from urllib.parse import urlsplit

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.collection import Collection

LOCAL, CUSTOM = "local", "custom"
_FILE = Path(__file__).resolve().parents[2] / "resources" / "deployments.json"


@dataclass(frozen=True)
class Deployment:
    """One service.

    Attributes:
        id: such as ``cdse``; ``local`` and ``custom`` have no addresses of their own.
        title: for people.
        base_url: without a slash at the end, or None.
        token_url: of the OAuth client credentials grant, or None.
        paths: API name (``process``, ``catalog``, ...) to its path below the base URL.
        requests_per_minute: of an ordinary account, or None when unlimited.
        units_per_minute: processing units of an ordinary account, or None.
        collections: type ids it serves; empty when only its catalog can tell.
        account_url: where a user makes an OAuth client, or None.
        choices: collection to option to the values this service takes, its usual one first, where they are fewer.
    """

    id: str
    title: str
    base_url: Optional[str] = None
    token_url: Optional[str] = None
    paths: Mapping[str, str] = field(default_factory=dict)
    requests_per_minute: Optional[float] = None
    units_per_minute: Optional[float] = None
    collections: Tuple[str, ...] = ()
    account_url: Optional[str] = None
    choices: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)

    @property
    def has_own_urls(self) -> bool:
        """False when the user, or the local hub, brings the URLs."""
        return self.base_url is not None


@lru_cache(maxsize=1)
def known_deployments() -> Tuple[Deployment, ...]:
    """All of them in the order to show, ``local`` and ``custom`` last."""
    content = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Deployment(**{**entry, "paths": content["paths"][entry["paths"]], "collections": tuple(entry["collections"])})
        for entry in content["deployments"]
    )


def find_deployment(deployment_id: str) -> Deployment:
    """The deployment of that id.

    Raises:
        InvalidInput: no such deployment.
    """
    for deployment in known_deployments():
        if deployment.id == deployment_id:
            return deployment
    raise InvalidInput("deployment", f"The deployment '{deployment_id}' is not known.", "Choose one of the list.")


def as_served(collection: Collection, deployment_id: str) -> Collection:
    """``collection`` with the values of its options that a service takes."""
    fewer = find_deployment(deployment_id).choices.get(collection.collection_id, {})
    options = tuple(
        replace(option, choices=tuple(fewer[option.name]), default=fewer[option.name][0])
        if option.name in fewer and option.kind == "choice" else option
        for option in collection.options
    )
    return replace(collection, options=options)


def mismatched_urls(base_url: str, token_url: str) -> bool:
    """True when both belong to known services that do not accept each other's tokens."""
    bases = {urlsplit(d.base_url).netloc: urlsplit(d.token_url or "").netloc for d in known_deployments() if d.base_url}
    token_host = urlsplit(token_url).netloc
    expected = bases.get(urlsplit(base_url).netloc)
    return expected is not None and token_host in bases.values() and token_host != expected
