"""One request through the cache: answered from it when it can be, else sent, checked and kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Callable, Mapping, Optional, Protocol

from sentinel_workbench.core.cache.store import CacheEntry, PendingEntry, ResponseCache
from sentinel_workbench.core.errors import DamagedFile, UnexpectedAnswer
from sentinel_workbench.core.hub.process import accept_header, build_payload
from sentinel_workbench.core.hub.units import estimate_units
from sentinel_workbench.core.model.orders import ImageOrder
from sentinel_workbench.core.progress import Part, Progress, raise_if_cancelled
from sentinel_workbench.core.raster.gdalguard import storage_error
from sentinel_workbench.core.services import storedresult
from sentinel_workbench.core.services.storedresult import StoredResult
from sentinel_workbench.core.services.unpacking import response_suffix, unpack


class Answer(Protocol):
    """What this room reads of a good answer."""

    content_type: str
    processing_units: Optional[float]
    status: int
    headers: Mapping[str, str]
    elapsed_s: float


class ProcessClient(Protocol):
    """What this room needs of the hub's client."""

    def cache_url(self, collection: str) -> str:
        """Part of the cache key of requests for a collection."""

    def process(
        self, payload: Mapping[str, Any], accept: str, sink: BinaryIO, progress: Progress, units: float = 1.0
    ) -> Answer:
        """Send one request; the body goes to ``sink``."""


@dataclass(frozen=True)
class Fetched:
    """An image in the cache and what it took to get it there."""

    stored: StoredResult
    folder: Path
    requests: int = 0
    processing_units: Optional[float] = 0.0


class CachedFetch:
    """Fetches single requests; safe from many threads."""

    def __init__(self, client: ProcessClient, cache: ResponseCache) -> None:
        self._client, self._cache = client, cache

    def find(self, order: ImageOrder, suffix: str) -> Optional[Fetched]:
        """The layer-ready image kept by ``put`` with ``suffix``, or None. Decodes nothing."""
        entry = self._entry(order, suffix)
        stored = storedresult.load(entry.folder) if entry else None
        return Fetched(stored, entry.folder) if entry and stored else None

    def fetch(self, order: ImageOrder, progress: Progress) -> Fetched:
        """The image from the cache, remade from the kept response, or from the service.

        Raises:
            WorkbenchError: as the client; ``UnexpectedAnswer`` when the answer is not what was asked for;
                ``DiskFull``.
            Cancelled: nothing half-written stays.
        """
        payload = build_payload(order)
        entry = self._cache.find(_cache_url(self._client, order), payload, response_suffix(order))
        if entry is not None:
            stored = storedresult.load(entry.folder) or self._remade(order, entry)
            if stored is not None:
                return Fetched(stored, entry.folder)
        return self._sent(order, payload, progress)

    def put(self, order: ImageOrder, suffix: str, accept: str, fill: Callable[[PendingEntry], StoredResult]) -> Fetched:
        """Keep an image made by ``fill`` under the key of ``order``, in place of one that ``find`` does not take."""
        unfit = self._entry(order, suffix)
        if unfit is not None:
            self._cache.remove(unfit)
        with self._cache.begin(_cache_url(self._client, order), build_payload(order), accept) as pending:
            stored = fill(pending)
            storedresult.save(stored, pending.folder)
            pending.response_path(suffix)
            return _kept(pending.commit({}, 200, 0.0), stored)

    def _entry(self, order: ImageOrder, suffix: str) -> Optional[CacheEntry]:
        return self._cache.find(_cache_url(self._client, order), build_payload(order), suffix)

    def _remade(self, order: ImageOrder, entry: CacheEntry) -> Optional[StoredResult]:
        """From the response as served, when a layer-ready file is missing or damaged; None when that is damaged too."""
        try:
            stored = storedresult.of_contents(unpack(entry.response, order, entry.folder))
        except (DamagedFile, UnexpectedAnswer):
            self._cache.remove(entry)
            return None
        storedresult.save(stored, entry.folder)
        return stored

    def _sent(self, order: ImageOrder, payload: Mapping[str, Any], progress: Progress) -> Fetched:
        raise_if_cancelled(progress)
        with self._cache.begin(_cache_url(self._client, order), payload, accept_header(order)) as pending:
            path = pending.response_path(response_suffix(order))
            answer = self._receive(order, payload, path, progress)
            progress.report(0.9, "Checking")
            try:
                stored = storedresult.of_contents(unpack(path, order, pending.folder))
            except DamagedFile as error:
                sentence = f"The image the service sent can't be used: {error.message}"
                raise UnexpectedAnswer(sentence, "Try again.") from error
            storedresult.save(stored, pending.folder)
            entry = pending.commit(answer.headers, answer.status, answer.elapsed_s)
        return replace(_kept(entry, stored), requests=1, processing_units=answer.processing_units)

    def _receive(self, order: ImageOrder, payload: Mapping[str, Any], path: Path, progress: Progress) -> Answer:
        try:
            with path.open("w+b") as sink:
                units = estimate_units(order)
                return self._client.process(payload, accept_header(order), sink, Part(progress, 0.0, 0.9), units)
        except OSError as error:
            raise storage_error(path, error) from error


def _cache_url(client: ProcessClient, order: ImageOrder) -> str:
    return client.cache_url(order.sources[0].collection)


def _kept(entry: CacheEntry, stored: StoredResult) -> Fetched:
    return Fetched(storedresult.in_folder(stored, entry.folder), entry.folder)
