"""A search in the words a service understands; what it does not understand is left out and told."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Tuple

from sentinel_workbench.core.stac.asking import Question
from sentinel_workbench.core.stac.comparisons import cql2_json, cql2_text, query_extension
from sentinel_workbench.core.stac.records import StacQuery
from sentinel_workbench.core.stac.service import FIELDS, FILTER, QUERY, SORT, StacService


def first_question(query: StacQuery, service: StacService, posts: bool) -> Question:
    """The request for the first page."""
    if posts:
        return Question("POST", service.search_url, body=search_body(query, service))
    return Question("GET", service.search_url, search_parameters(query, service))


def search_body(query: StacQuery, service: StacService) -> Dict[str, Any]:
    """The JSON body of a search by POST (stac, 2)."""
    body = _plain(query)
    if query.comparisons and service.can(QUERY):
        body["query"] = query_extension(query.comparisons)
    elif query.comparisons and service.can(FILTER):
        body.update({"filter": cql2_json(query.comparisons), "filter-lang": "cql2-json"})
    if query.sort and service.can(SORT):
        body["sortby"] = [
            {"field": key.field, "direction": "desc" if key.descending else "asc"} for key in query.sort
        ]
    if (query.include or query.exclude) and service.can(FIELDS):
        body["fields"] = {"include": list(query.include), "exclude": list(query.exclude)}
    return body


def search_parameters(query: StacQuery, service: StacService) -> Dict[str, str]:
    """The parameters of a search by GET; to be percent-encoded."""
    parameters = {}
    for name, value in _plain(query).items():
        if name == "intersects":
            parameters[name] = json.dumps(value, separators=(",", ":"))
        else:
            parameters[name] = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    if query.comparisons and service.can(QUERY):
        parameters["query"] = json.dumps(query_extension(query.comparisons), separators=(",", ":"))
    elif query.comparisons and service.can(FILTER):
        parameters.update({"filter": cql2_text(query.comparisons), "filter-lang": "cql2-text"})
    if query.sort and service.can(SORT):
        parameters["sortby"] = ",".join(("-" if key.descending else "+") + key.field for key in query.sort)
    if (query.include or query.exclude) and service.can(FIELDS):
        parameters["fields"] = ",".join(["+" + name for name in query.include] + ["-" + name for name in query.exclude])
    return parameters


def _plain(query: StacQuery) -> Dict[str, Any]:
    """What every STAC API understands."""
    body: Dict[str, Any] = {}
    if query.collections:
        body["collections"] = list(query.collections)
    if query.ids:
        body["ids"] = list(query.ids)
    if query.bbox is not None:
        body["bbox"] = list(query.bbox)
    if query.intersects is not None:
        body["intersects"] = dict(query.intersects)
    if query.period:
        body["datetime"] = query.period
    body["limit"] = query.page_size if query.max_results is None else min(query.page_size, query.max_results)
    return body


def left_out(query: StacQuery, service: StacService) -> Tuple[str, ...]:
    """Sentences about what the service does not understand and is done here."""
    notes: List[str] = []
    if query.comparisons and not (service.can(QUERY) or service.can(FILTER)):
        names = ", ".join(sorted({entry.field for entry in query.comparisons}))
        notes.append(f"{service.title} can't filter by {names}; its answers were filtered here.")
    if query.sort and not service.can(SORT):
        notes.append(f"{service.title} can't sort; the items found were sorted here.")
    return tuple(notes)
