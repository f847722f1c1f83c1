"""The whole hub, put together: store, catalog, tokens, render processes and the HTTP server."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Mapping, Optional, Sequence, Type

from sentinel_workbench.core.errors import InvalidInput, LocalHubError
from sentinel_workbench.localhub.byoc import Byoc
from sentinel_workbench.localhub.byoc_buckets import Buckets
from sentinel_workbench.localhub.byoc_store import ByocStore
from sentinel_workbench.localhub.catalog import Catalog
from sentinel_workbench.localhub.cbm import Cbm, CbmSettings
from sentinel_workbench.localhub.cbm_parcels import OWN_PARCELS
from sentinel_workbench.localhub.collection_finder import CollectionFinder
from sentinel_workbench.localhub.hub import LOGIN_PATH, Hub
from sentinel_workbench.localhub.oauth import DEFAULT_LIFETIME_S, HubClientAccount, TokenIssuer
from sentinel_workbench.localhub.server import ADDRESS, HubServer
from sentinel_workbench.localhub.sources import HubPlaces, Sources, open_sources
from sentinel_workbench.localhub.stac_source import StacSettings
from sentinel_workbench.localhub.statistics_service import StatisticsService
from sentinel_workbench.localhub.workers import REAL_JOBS, RenderBudget, RenderPool

BUCKETS = "buckets"
"""Folder of the buckets in the hub's folder."""


class LocalHub:
    """A context: the hub answers inside it and is gone, render processes included, after it.

    Raises:
        LocalHubError: the folder does not exist, or the port is taken.
    """

    def __init__(
        self,
        data: Path,
        account: HubClientAccount,
        port: int = 0,
        workers: int = 2,
        budget: Optional[RenderBudget] = None,
        token_lifetime_s: int = DEFAULT_LIFETIME_S,
        jobs: Mapping[str, str] = REAL_JOBS,
        buckets: Optional[Path] = None,
        stac: Sequence[StacSettings] = (),
        cbm: Optional[CbmSettings] = None,
    ) -> None:
        if not data.is_dir():
            raise LocalHubError(f"The folder '{data}' does not exist.", "Make demo scenes or ingest a folder first.")
        if buckets is not None and not buckets.is_dir():
            raise LocalHubError(f"The folder '{buckets}' does not exist.", "Name the folder that holds the buckets.")
        self._account = account
        scenes = HubPlaces(data, tuple(stac))
        sources = open_sources(scenes)
        finder = CollectionFinder(sources)
        self._store = sources.store
        self._cbm = Cbm(cbm, sources, account) if cbm else _own_parcels(data, sources, account)
        self._pool = RenderPool(workers, scenes, budget, jobs)
        statistics = StatisticsService(sources, finder, self._pool)
        issuer = TokenIssuer(account, token_lifetime_s)
        places = Buckets(buckets or data / BUCKETS)
        self._byoc = Byoc(ByocStore(sources.store, places), places)
        hub = Hub(issuer, finder, Catalog(sources, finder), statistics, self._pool, self._byoc, self._cbm)
        try:
            self._server = HubServer(hub, port)
        except OSError as error:
            self._pool.close()
            self._close_cbm()
            message = f"Port {port} of {ADDRESS} can't be used: {error.strerror}."
            raise LocalHubError(message, "Choose another, or 0 for any free one.") from error
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    @property
    def url(self) -> str:
        """Base URL."""
        return self._server.url

    def address(self) -> Mapping[str, Any]:
        """What a client needs: ``url``, ``token_url``, ``client_id``, ``client_secret``, and what ``scenes`` stand for.

        A cache made from the same ``scenes`` is good whatever the port. ``parcels`` tells whether it is a CbM server.
        """
        return {
            "url": self.url,
            "token_url": self.url + LOGIN_PATH,
            "client_id": self._account.client_id,
            "client_secret": self._account.client_secret,
            "scenes": self._store.identity(),
            "parcels": self._cbm is not None,
        }

    def __enter__(self) -> LocalHub:
        self._byoc.start()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._byoc.close()
        self._close_cbm()
        self._pool.close()
        self._thread.join()

    def _close_cbm(self) -> None:
        if self._cbm is not None:
            self._cbm.close()


def _own_parcels(data: Path, sources: Sources, account: HubClientAccount) -> Optional[Cbm]:
    """The parcels in the hub's folder, where there are any; that they can't be served hinders nothing else."""
    if not (data / OWN_PARCELS).is_file():
        return None
    try:
        return Cbm(CbmSettings(data / OWN_PARCELS), sources, account)
    except InvalidInput as error:
        print(f"The parcels of the folder are not served: {error}", file=sys.stderr, flush=True)
        return None
