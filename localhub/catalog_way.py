"""How the hub gets to a catalog and its files: headers that sign in, keys, proxy and certificates.

Whoever starts the hub tells it in one line on its standard input, where no other process can read it. In a shell the
usual variables count: ``HTTPS_PROXY``, ``NO_PROXY``, ``REQUESTS_CA_BUNDLE``, and those of access keys on request.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Mapping, Optional
from urllib.request import getproxies_environment

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.http.s3_signing import S3Keys
from sentinel_workbench.core.http.transport import NetworkSettings
from sentinel_workbench.core.stac.s3_access import S3Account

_NETWORK = ("proxies", "no_proxy", "verify", "read_timeout_s", "user_agent")
_KEY_ID, _KEY, _SESSION = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")


@dataclass(frozen=True)
class CatalogWay:
    """Headers go to the catalog alone, keys to the storage alone; the network settings are for all."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    account: Optional[S3Account] = None


def read_catalog_way(
    line: Optional[str] = None, headers_file: Optional[Path] = None, keyed: bool = False
) -> CatalogWay:
    """What was told, or what the shell says; headers of a file go before.

    Args:
        line: JSON with ``headers``, ``storage`` (``endpoint``, ``region``, ``access_key``, ``secret_key``,
            ``session_key``, ``requester_pays``), ``proxies``, ``no_proxy``, ``verify``, ``read_timeout_s`` and
            ``user_agent``; all optional. None when nobody told.
        headers_file: JSON with headers.
        keyed: take the access key of the environment.

    Raises:
        WorkbenchError: the file or the line holds something else, or there is no key.
    """
    told = _way_of_shell(keyed) if line is None else _object(line, "the standard input")
    if headers_file is not None:
        told = {**told, "headers": _object(headers_file.read_text(encoding="utf-8"), str(headers_file))}
    try:
        values = {name: told[name] for name in _NETWORK if name in told}
        network = NetworkSettings(**{**values, "no_proxy": tuple(values.get("no_proxy", ()))})
        headers = {str(name): str(value) for name, value in told.get("headers", {}).items()}
        return CatalogWay(headers, network, _account(told.get("storage")))
    except (TypeError, AttributeError, KeyError) as error:
        raise WorkbenchError("The hub was not told how to reach the catalog.") from error


def _account(storage: Optional[Mapping[str, Any]]) -> Optional[S3Account]:
    if not storage:
        return None
    keys = None
    if "access_key" in storage or "secret_key" in storage:
        keys = S3Keys(str(storage["access_key"]), str(storage["secret_key"]), str(storage.get("session_key") or ""))
    endpoint, region = (str(storage.get(name) or "") for name in ("endpoint", "region"))
    return S3Account(endpoint, region, keys, storage.get("requester_pays") is True)


def _way_of_shell(keyed: bool) -> Mapping[str, Any]:
    proxies = dict(getproxies_environment())
    direct = tuple(name.strip() for name in proxies.pop("no", "").split(",") if name.strip())
    told: Dict[str, Any] = {"proxies": {} if "*" in direct else proxies, "no_proxy": direct}
    bundle = os.environ.get("REQUESTS_CA_BUNDLE")
    told.update({"verify": bundle} if bundle else {})
    return {**told, "storage": _storage_of_shell()} if keyed else told


def _storage_of_shell() -> Mapping[str, Any]:
    if not os.environ.get(_KEY_ID) or not os.environ.get(_KEY):
        raise WorkbenchError("There is no access key for the storage.", f"Set {_KEY_ID} and {_KEY}.")
    endpoint, region = (next(filter(None, map(os.environ.get, names)), "") for names in (_ENDPOINTS, _REGIONS))
    return {
        "access_key": os.environ[_KEY_ID], "secret_key": os.environ[_KEY], "session_key": os.environ.get(_SESSION, ""),
        "endpoint": endpoint, "region": region, "requester_pays": os.environ.get("AWS_REQUEST_PAYER") == "requester",
    }


def _object(text: str, where: str) -> Mapping[str, Any]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise WorkbenchError(f"'{where}' is not JSON.") from error
    if not isinstance(document, dict):
        raise WorkbenchError(f"'{where}' does not hold a JSON object.")
    return document
