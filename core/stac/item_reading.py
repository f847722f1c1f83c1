"""Items as catalogs write them, read into records; and written again without what must not be kept."""

from __future__ import annotations

import copy
import datetime as dt
import math
import os
from typing import Any, Dict, List, Mapping, Optional, Tuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit
from urllib.request import url2pathname

from sentinel_workbench.core.errors import InvalidInput, UnexpectedAnswer
from sentinel_workbench.core.http.complaints import final
from sentinel_workbench.core.stac.records import StacAsset, StacCollection, StacItem
from sentinel_workbench.core.stac.times import parse_time

SIGNATURE_PARAMETERS = ("st", "se", "sp", "sv", "sr", "sig", "ske", "skoid", "sks", "skt", "sktid", "skv", "spr")
_SIGNED_PREFIXES = ("x-amz-", "x-goog-")
_PERMIT_PARAMETERS = ("awsaccesskeyid", "signature", "expires", "token", "access_token", "key-pair-id", "policy")
_READ = ("href", "type", "title", "roles")


def read_item(document: Any, base: str = "", catalog: str = "") -> StacItem:
    """One item.

    Args:
        document: as parsed from JSON.
        base: address or path of the item; relative addresses of its files begin there.
        catalog: where it was found.

    Raises:
        UnexpectedAnswer: it is no item.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("id"), (str, int)):
        raise final(UnexpectedAnswer(f"{catalog or base} sent something that is no STAC item.", "Report it."))
    properties = document.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    geometry = document.get("geometry")
    base = base or own_address(document)
    assets = document.get("assets")
    return StacItem(
        str(document["id"]),
        str(document.get("collection") or properties.get("collection") or ""),
        _date(properties),
        geometry if isinstance(geometry, Mapping) and geometry.get("type") else None,
        _bbox(document.get("bbox")),
        properties,
        {
            str(key): read_asset(str(key), entry, base)
            for key, entry in (assets.items() if isinstance(assets, Mapping) else ())
            if isinstance(entry, Mapping) and isinstance(entry.get("href"), str)
        },
        document,
        catalog,
    )


def read_asset(key: str, entry: Mapping[str, Any], base: str) -> StacAsset:
    """One asset; ``base`` as in ``read_item``."""
    roles = entry.get("roles")
    return StacAsset(
        key,
        resolve(base, entry["href"]),
        str(entry.get("type") or ""),
        str(entry.get("title") or ""),
        tuple(str(role) for role in roles) if isinstance(roles, list) else (),
        {name: value for name, value in entry.items() if name not in _READ},
    )


def read_collection(document: Mapping[str, Any]) -> StacCollection:
    """One collection; it has an id."""
    identifier = str(document["id"])
    title, description = document.get("title"), document.get("description")
    return StacCollection(identifier, str(title or identifier), str(description or ""), document)


def resolve(base: str, href: str) -> str:
    """``href`` as an absolute address, or as a path when ``base`` is one."""
    if "://" in href or os.path.isabs(href) or not base:  # noqa: PTH117
        return href
    if "://" in base:
        return urljoin(base, href)
    return os.path.normpath(os.path.join(os.path.dirname(base), href))  # noqa: PTH118, PTH120


def local_path(address: str) -> str:
    """The path an address without a server means."""
    return url2pathname(urlsplit(address).path) if address.startswith("file://") else address


def own_address(document: Mapping[str, Any]) -> str:
    """The document's ``self`` link, ``""`` when it has none."""
    for link in links_of(document):
        if link.get("rel") == "self":
            return str(link.get("href") or "")
    return ""


def links_of(document: Mapping[str, Any]) -> List[Mapping[str, Any]]:
    """The links that can be read."""
    links = document.get("links")
    return [link for link in links if isinstance(link, Mapping)] if isinstance(links, list) else []


def _date(properties: Mapping[str, Any]) -> Optional[dt.datetime]:
    moment = _moment(properties.get("datetime"))
    if moment is not None:
        return moment
    start, end = _moment(properties.get("start_datetime")), _moment(properties.get("end_datetime"))
    return start + (end - start) / 2 if start is not None and end is not None else start or end


def _moment(value: Any) -> Optional[dt.datetime]:
    try:
        return parse_time(value)
    except InvalidInput:
        return None


def _bbox(value: Any) -> Optional[Tuple[float, float, float, float]]:
    if not isinstance(value, list) or len(value) not in (4, 6):
        return None
    if not all(isinstance(number, (int, float)) and math.isfinite(number) for number in value):
        return None
    half = len(value) // 2
    return float(value[0]), float(value[1]), float(value[half]), float(value[half + 1])


def unsigned(url: str) -> str:
    """The address without signature and login; other parameters stay."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return url
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _is_permit(name)]
    query = parts.query if len(kept) == len(parse_qsl(parts.query, keep_blank_values=True)) else urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, parts.fragment))


def _is_permit(parameter: str) -> bool:
    name = parameter.lower()
    return name in SIGNATURE_PARAMETERS or name in _PERMIT_PARAMETERS or name.startswith(_SIGNED_PREFIXES)


def item_collection(items: Tuple[StacItem, ...]) -> Dict[str, Any]:
    """The items as a GeoJSON FeatureCollection that can be kept: no address in it is signed."""
    return {"type": "FeatureCollection", "features": [without_signatures(item.document) for item in items]}


def without_signatures(document: Any) -> Any:
    """A copy in which every ``href`` is unsigned."""
    if isinstance(document, Mapping):
        return {
            key: unsigned(value) if key == "href" and isinstance(value, str) else without_signatures(value)
            for key, value in document.items()
        }
    if isinstance(document, list):
        return [without_signatures(entry) for entry in document]
    return copy.copy(document)
