"""How the hub gets to a catalog: headers that sign in, proxy and certificates. Told by who starts it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Mapping, Optional
from urllib.request import getproxies_environment

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.http.transport import NetworkSettings

ENVIRONMENT_WAY = "SENTINEL_WORKBENCH_CATALOG_WAY"
"""JSON with ``headers``, ``proxies``, ``no_proxy``, ``verify``, ``read_timeout_s``, ``user_agent``; all optional."""


@dataclass(frozen=True)
class CatalogWay:
    """Headers go to the catalog alone; the network settings are for its files as well."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    network: NetworkSettings = field(default_factory=NetworkSettings)


def read_catalog_way(headers_file: Optional[Path] = None) -> CatalogWay:
    """What the environment tells; headers of a file go before.

    Without ``ENVIRONMENT_WAY``, as in a shell, ``HTTPS_PROXY``, ``NO_PROXY`` and ``REQUESTS_CA_BUNDLE`` count.

    Raises:
        WorkbenchError: the file or the variable holds something else.
    """
    way = os.environ.pop(ENVIRONMENT_WAY, None)
    told = _way_of_shell() if way is None else _object(way, ENVIRONMENT_WAY)
    if headers_file is not None:
        told = {**told, "headers": _object(headers_file.read_text(encoding="utf-8"), str(headers_file))}
    headers = told.get("headers", {})
    names = ("proxies", "no_proxy", "verify", "read_timeout_s", "user_agent")
    try:
        values = {name: told[name] for name in names if name in told}
        network = NetworkSettings(**{**values, "no_proxy": tuple(values.get("no_proxy", ()))})
        return CatalogWay({str(name): str(value) for name, value in headers.items()}, network)
    except (TypeError, AttributeError) as error:
        raise WorkbenchError(f"{ENVIRONMENT_WAY} does not say how to reach the catalog.") from error


def _way_of_shell() -> Mapping[str, Any]:
    proxies = dict(getproxies_environment())
    direct = tuple(name.strip() for name in proxies.pop("no", "").split(",") if name.strip())
    told: Dict[str, Any] = {"proxies": {} if "*" in direct else proxies, "no_proxy": direct}
    bundle = os.environ.get("REQUESTS_CA_BUNDLE")
    return {**told, "verify": bundle} if bundle else told


def _object(text: str, where: str) -> Mapping[str, Any]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise WorkbenchError(f"'{where}' is not JSON.") from error
    if not isinstance(document, dict):
        raise WorkbenchError(f"'{where}' does not hold a JSON object.")
    return document
