"""The pages of a search, one after the other, whatever the service does with them (stac, 1 and 8)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Dict, Iterator, List, Mapping, Optional
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from sentinel_workbench.core.errors import RequestRejected, ServiceUnavailable, TimedOut, UnexpectedAnswer
from sentinel_workbench.core.http.complaints import final, shown_url
from sentinel_workbench.core.http.retry import RetryPolicy
from sentinel_workbench.core.progress import Progress, raise_if_cancelled
from sentinel_workbench.core.stac.asking import Asker, Question
from sentinel_workbench.core.stac.item_reading import links_of
from sentinel_workbench.core.stac.records import StacQuery
from sentinel_workbench.core.stac.service import StacService
from sentinel_workbench.core.stac.wording import first_question

SMALLEST_PAGE = 5
_TWICE = RetryPolicy(attempts=2, first_delay_s=0.5, rate_limit_attempts=5, longest_total_s=90.0)
"""A page that is too large fails every time: fewer tries, then a smaller page."""
_NOT_BY_POST = (404, 405, 501)
_JSON_TYPES = ("application/geo+json", "application/json", "")


class Pages:
    """Iterates over the answers of a search, each an object with a list of ``features``.

    Attributes:
        repeated: the service led back to a page that was there before; the iteration ended.
    """

    def __init__(self, asker: Asker, service: StacService, query: StacQuery, progress: Progress) -> None:
        self._asker, self._service, self._query, self._progress = asker, service, query, progress
        self._limit: Optional[int] = None
        self.repeated = False

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        question: Optional[Question] = first_question(self._query, self._service, self._service.posts)
        asked = set()
        while question is not None:
            raise_if_cancelled(self._progress)
            if _fingerprint(question) in asked:
                self.repeated = True
                return
            asked.add(_fingerprint(question))
            following = self._smaller(question)
            try:
                document = self._asker.ask(following, self._progress, _TWICE)
            except (ServiceUnavailable, TimedOut) as error:
                question = self._after_failure(question, error)
                asked.clear()
                continue
            except RequestRejected as error:
                if following.method != "POST" or error.status not in _NOT_BY_POST or len(asked) > 1:
                    raise
                question = first_question(self._query, self._service, posts=False)
                continue
            yield _checked(document, following.url)
            question = _next(document, following) if document["features"] else None

    def _smaller(self, question: Question) -> Question:
        return question if self._limit is None else _with_limit(question, self._limit)

    def _after_failure(self, question: Question, error: Exception) -> Question:
        """The same page with half the items; pages that are counted begin anew, or items would be left out."""
        limit = self._limit or self._query.page_size
        if limit // 2 < SMALLEST_PAGE:
            raise error
        self._limit = limit // 2
        counted = "page" in (question.body or {}) or "page" in dict(parse_qsl(urlsplit(question.url).query))
        return first_question(self._query, self._service, question.method == "POST") if counted else question


def _checked(document: Dict[str, Any], url: str) -> Dict[str, Any]:
    if not isinstance(document.get("features"), list):
        raise final(UnexpectedAnswer(f"{shown_url(url)} is not the search of a STAC API.", "Check the address."))
    return document


def _fingerprint(question: Question) -> str:
    return json.dumps([question.method, question.url, question.parameters, question.body], sort_keys=True, default=str)


def _next(document: Mapping[str, Any], asked: Question) -> Optional[Question]:
    links: List[Mapping[str, Any]] = [
        link for link in links_of(document) if link.get("rel") == "next" and isinstance(link.get("href"), str)
    ]
    links.sort(key=lambda link: str(link.get("type") or "").partition(";")[0] not in _JSON_TYPES)
    if not links:
        return None
    link = links[0]
    url, headers = urljoin(asked.url, str(link["href"])), link.get("headers")
    extra = {str(k): str(v) for k, v in headers.items()} if isinstance(headers, Mapping) else None
    if str(link.get("method") or "GET").upper() != "POST":
        return Question("GET", url, headers=extra)
    body = link.get("body")
    body = dict(body) if isinstance(body, Mapping) else {}
    if link.get("merge") or not body:
        body = {**(asked.body or {}), **body}
    return Question("POST", url, body=body, headers=extra)


def _with_limit(question: Question, limit: int) -> Question:
    if question.body is not None:
        return replace(question, body={**question.body, "limit": limit})
    if question.parameters is not None:
        return replace(question, parameters={**question.parameters, "limit": str(limit)})
    parts = urlsplit(question.url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "limit"]
    return replace(question, url=urlunsplit(parts._replace(query=urlencode([*query, ("limit", str(limit))]))))
