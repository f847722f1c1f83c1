"""The hub's addresses: which part answers which method and path. Knows no sockets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, List, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.localhub.answers import (
    Answer,
    bad_payload,
    catalog_error_answer,
    error_answer,
    json_answer,
    not_found,
    rendered_answer,
)
from sentinel_workbench.localhub.byoc import Byoc
from sentinel_workbench.localhub.catalog import Catalog
from sentinel_workbench.localhub.cbm import Cbm
from sentinel_workbench.localhub.cbm_answers import failure_page
from sentinel_workbench.localhub.collection_finder import CollectionFinder
from sentinel_workbench.localhub.hub_request import HubRequest
from sentinel_workbench.localhub.oauth import TokenIssuer
from sentinel_workbench.localhub.process_request import read_process_request
from sentinel_workbench.localhub.records import HubError
from sentinel_workbench.localhub.statistics_service import StatisticsService
from sentinel_workbench.localhub.workers import PROCESS, RenderPool

LOGIN_PATH = "/auth/realms/main/protocol/openid-connect/token"
_CATALOG_ROOT = r"/(?:api/v1/catalog/1\.0\.0|catalog/v1)"
_BELOW_CATALOG = re.compile(_CATALOG_ROOT + r"(?:/|$)")
_BYOC_ROOT = r"/(?:api/v1/byoc|byoc/v1)"


@dataclass(frozen=True)
class Route:
    """One address: ``answer`` gets the request and the groups of ``pattern``."""

    method: str
    pattern: re.Pattern[str]
    answer: Callable[..., Answer]
    needs_token: bool = True
    error_body: Callable[[HubError], Answer] = error_answer


class Hub:
    """All parts of the hub behind their addresses."""

    def __init__(
        self,
        issuer: TokenIssuer,
        finder: CollectionFinder,
        catalog: Catalog,
        statistics: StatisticsService,
        pool: RenderPool,
        byoc: Optional[Byoc] = None,
        cbm: Optional[Cbm] = None,
    ) -> None:
        self._issuer, self._finder, self._pool = issuer, finder, pool
        self._routes: List[Route] = []
        self._add("GET", r"/?", self._landing, needs_token=False)
        self._add("POST", LOGIN_PATH, self._token, needs_token=False)
        self._add("POST", r"/auth/realms/[^/]+/protocol/openid-connect/token", self._token, needs_token=False)
        self._add("POST", r"/oauth/token", self._token, needs_token=False)
        self._add("POST", r"/(?:api/v1/process|process/v1)/?", self._process)
        for method, path, answer, needs_token in statistics.addresses():
            self._add(method, path, answer, needs_token)
        for method, path, answer, needs_token in catalog.addresses():
            self._add(method, _CATALOG_ROOT + path, answer, needs_token, catalog_error_answer)
        for method, path, answer, needs_token in byoc.addresses() if byoc else ():
            self._add(method, _BYOC_ROOT + path, answer, needs_token)
        for method, path, answer, needs_token in cbm.addresses() if cbm else ():
            self._add(method, path, answer, needs_token, failure_page)

    def answer(self, request: HubRequest) -> Answer:
        """The answer to any request.

        Raises:
            ClientGone: the client left meanwhile.
            PoolClosed: the hub is ending.
        """
        in_catalog = _BELOW_CATALOG.match(request.path)
        error_body: Callable[[HubError], Answer] = catalog_error_answer if in_catalog else error_answer
        try:
            route, groups = self._find(request)
            error_body = route.error_body
            if route.needs_token:
                self._issuer.check(request.header("authorization"))
            return route.answer(request, *groups)
        except HubError as error:
            return error_body(error)
        except InvalidInput as error:
            return error_body(bad_payload(error.message))
        except WorkbenchError as error:
            return error_body(HubError(500, "COMMON_EXCEPTION", error.message))

    def _add(
        self,
        method: str,
        pattern: str,
        answer: Callable[..., Answer],
        needs_token: bool = True,
        error_body: Callable[[HubError], Answer] = error_answer,
    ) -> None:
        self._routes.append(Route(method, re.compile(pattern), answer, needs_token, error_body))

    def _find(self, request: HubRequest) -> Tuple[Route, Tuple[str, ...]]:
        known_path = False
        for route in self._routes:
            match = route.pattern.fullmatch(request.path)
            if match and route.method == request.method:
                return route, match.groups()
            known_path = known_path or match is not None
        if known_path:
            message = f"The method {request.method[:20]} is not allowed at {request.path[:200]}."
            raise HubError(405, "COMMON_METHOD_NOT_ALLOWED", message)
        raise not_found(request.path[:200])

    def _landing(self, request: HubRequest) -> Answer:
        paths = {
            "token": LOGIN_PATH,
            "process": "/api/v1/process",
            "statistics": "/api/v1/statistics",
            "catalog": "/api/v1/catalog/1.0.0",
            "byoc": "/api/v1/byoc",
        }
        links = {name: request.base_url + path for name, path in paths.items()}
        return json_answer({"title": "Sentinel Workbench local hub", "links": links})

    def _token(self, request: HubRequest) -> Answer:
        issuer = f"{request.base_url}/auth/realms/main"
        return self._issuer.answer(request.body, request.header("authorization"), issuer)

    def _process(self, request: HubRequest) -> Answer:
        order = read_process_request(
            request.body, request.header("content-type"), request.header("accept"), self._finder.find
        )
        return rendered_answer(self._pool.run(PROCESS, order, request.abandoned))
