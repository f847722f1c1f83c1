"""A catalog search as the client wrote it, validated."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, FrozenSet, List, Mapping, Optional, Tuple

from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.catalog_area import Area, read_area
from sentinel_workbench.localhub.catalog_filter import All, Condition, parse_filter
from sentinel_workbench.localhub.instants import parse_rfc3339
from sentinel_workbench.localhub.payload import read_integer, read_list, read_object, read_text

DEFAULT_LIMIT, MAX_LIMIT = 10, 100
MAX_OFFSET = 10**9
Fields = Tuple[Optional[List[str]], Optional[List[str]]]
Instants = Tuple[Optional[dt.datetime], Optional[dt.datetime]]


@dataclass(frozen=True)
class CatalogQuery:
    """One search.

    Attributes:
        collection: id or legacy name as sent.
        time_from: inclusive, None when open.
        time_to: inclusive, None when open.
        area: what an item's footprint must meet, None for everywhere.
        condition: must hold for an item's properties.
        ids: item ids, or None for any.
        limit: 1..100.
        offset: ``next`` of the page before.
        fields: None for whole items, else (include, exclude), each None when not given.
        distinct: property whose distinct values are asked for, or None.
    """

    collection: str
    time_from: Optional[dt.datetime]
    time_to: Optional[dt.datetime]
    area: Optional[Area] = None
    condition: Condition = All()
    ids: Optional[FrozenSet[str]] = None
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    fields: Optional[Fields] = None
    distinct: Optional[str] = None


def read_query(body: Mapping[str, Any]) -> CatalogQuery:
    """The query of a search body.

    Raises:
        HubError: says which member is wrong.
    """
    collections = read_list(body, "collections", "collections") or []
    if len(collections) != 1 or not isinstance(collections[0], str):
        raise bad_payload("`collections` must name exactly one collection.", "collections")
    moment = read_text(body, "datetime", "datetime")
    if not moment:
        raise bad_payload("`datetime` must be set.", "datetime")
    time_from, time_to = read_datetime(moment)
    read_text(body, "filter-crs", "filter-crs")
    return CatalogQuery(
        collections[0],
        time_from,
        time_to,
        read_area(body),
        parse_filter(body.get("filter"), read_text(body, "filter-lang", "filter-lang") or ""),
        _read_ids(body),
        read_integer(body, "limit", "limit", 1, MAX_LIMIT) or DEFAULT_LIMIT,
        read_integer(body, "next", "next", 0, MAX_OFFSET) or 0,
        _read_fields(body),
        read_text(body, "distinct", "distinct"),
    )


def query_of_parameters(parameters: Mapping[str, str], collection: Optional[str] = None) -> Mapping[str, Any]:
    """The search body that says the same as the parameters of a GET request."""
    body: dict = {"datetime": parameters.get("datetime")}
    wanted = collection or parameters.get("collections")
    body["collections"] = wanted.split(",") if wanted else []
    if parameters.get("bbox"):
        body["bbox"] = [_number(part, "bbox") for part in parameters["bbox"].split(",")]
    for name in ("limit", "next"):
        if parameters.get(name):
            body[name] = _number(parameters[name], name)
    return body


def read_datetime(text: str) -> Instants:
    """An instant, or an interval with ``..`` or nothing for an open end; both bounds inclusive."""
    parts = text.split("/")
    if len(parts) > 2:
        raise bad_payload(f"'{text[:60]}' is not an instant or an interval.", "datetime")
    ends = [None if len(parts) == 2 and part in ("", "..") else parse_rfc3339(part, "datetime") for part in parts]
    time_from, time_to = ends[0], ends[-1]
    if time_from is not None and time_to is not None and time_from > time_to:
        raise bad_payload("The interval ends before it begins.", "datetime")
    return time_from, time_to


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise bad_payload(f"`{name}` must be a number.", name) from error


def _read_ids(body: Mapping[str, Any]) -> Optional[FrozenSet[str]]:
    ids = read_list(body, "ids", "ids")
    if ids is not None and not all(isinstance(value, str) for value in ids):
        raise bad_payload("`ids` must be an array of strings.", "ids")
    return None if ids is None else frozenset(ids)


def _read_fields(body: Mapping[str, Any]) -> Optional[Fields]:
    fields = read_object(body, "fields", "fields")
    if fields is None:
        return None
    include, exclude = (read_list(fields, key, f"fields->{key}") for key in ("include", "exclude"))
    for key, names in (("include", include), ("exclude", exclude)):
        if not all(isinstance(name, str) for name in names or ()):
            raise bad_payload(f"`{key}` must be an array of strings.", f"fields->{key}")
    return include, exclude
