"""BYOC API: the user's own collections of COGs (byoc, 1 to 3). Writes never lose what they do not mention."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Iterator, List, Mapping, Optional, Tuple
from urllib.parse import quote, urlencode

from sentinel_workbench.core.errors import (
    AlreadyThere,
    InvalidInput,
    NetworkError,
    PermissionDenied,
    QuotaExhausted,
    RequestRejected,
    ServiceUnavailable,
    UnexpectedAnswer,
)
from sentinel_workbench.core.http.retry import RetryPolicy
from sentinel_workbench.core.hub.asking import TellingClient
from sentinel_workbench.core.hub.byoc_bodies import (
    changed_collection_body,
    changed_tile_body,
    new_collection_body,
    new_tile_body,
)
from sentinel_workbench.core.hub.byoc_records import collection_of, tile_of
from sentinel_workbench.core.model.byoc import STATUSES, ByocBand, ByocCollection, ByocTile
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled, wait

PAGE = 100
"""Largest ``count`` of the service."""
OLDEST_FIRST, NEWEST_FIRST, BY_PATH = "created:asc", "created:desc", "path:asc"
NOT_TWICE = RetryPolicy(attempts=1)
"""For what would be done twice when only its answer got lost."""
_CREATION_WAITS_S = (0.5, 1.5)


@dataclass(frozen=True)
class TileQuery:
    """Which tiles of a collection, in which order.

    Attributes:
        path: exactly this one, or None.
        status: one of ``STATUSES``, or None.
        sort: ``created:asc``, ``created:desc``, ``path:asc``, ``path:desc``, or None for the service's order.
    """

    path: Optional[str] = None
    status: Optional[str] = None
    sort: Optional[str] = None

    def __post_init__(self) -> None:
        if self.status is not None and self.status not in STATUSES:
            raise InvalidInput("status", f"'{self.status}' is no status of a tile.", f"It is one of {STATUSES}.")


class ByocClient:
    """Every call of the BYOC API. Thread-safe.

    All calls raise ``ServiceError`` (``NotThere``, ``AlreadyThere``, ``PermissionDenied`` among them) when refused,
    ``NetworkError`` when no usable answer arrives, and ``Cancelled``. Each one but the reading ones costs a unit.
    """

    def __init__(self, client: TellingClient) -> None:
        self._client = client

    @property
    def url(self) -> str:
        """Of all collections."""
        return self._client.connection.url("byoc") + "/collections"

    def collections(self, search: str = "", progress: Progress = Silent()) -> Iterator[ByocCollection]:
        """All collections whose name contains ``search``, page by page as they are wanted."""
        for entries in self._pages(self.url, {"search": search or None}, progress):
            yield from (collection_of(entry) for entry in entries)

    def collection(self, collection_id: str, progress: Progress = Silent()) -> ByocCollection:
        """One collection."""
        return collection_of(self._data("GET", self._address(collection_id), None, progress))

    def create_collection(
        self,
        name: str,
        bucket: str,
        bands: Tuple[ByocBand, ...] = (),
        no_data: Optional[float] = None,
        progress: Progress = Silent(),
    ) -> ByocCollection:
        """A new collection; without ``bands`` the first tile brings them.

        Raises:
            InvalidInput: no name, no bucket, or bands the service would refuse.
        """
        body = new_collection_body(name, bucket, bands, no_data)
        return collection_of(self._data("POST", self.url, body, progress, NOT_TWICE))

    def update_collection(
        self, before: ByocCollection, after: ByocCollection, progress: Progress = Silent()
    ) -> ByocCollection:
        """Change what differs between the two; everything else stays as the service has it now.

        The service replaces the whole collection: a PUT without no-data deletes it, bands that are not listed are
        removed. So the collection is read first, and a band that gets another name keeps its file.

        Raises:
            InvalidInput: a value the service would refuse; ``conflict`` when someone else changed the same meanwhile.
        """
        now = self.collection(before.collection_id, progress)
        body = changed_collection_body(before, after, now)
        self._tell("PUT", self._address(before.collection_id), body, progress)
        return self.collection(before.collection_id, progress)

    def delete_collection(self, collection_id: str, progress: Progress = Silent()) -> None:
        """Delete a collection with all its tiles; files in the bucket stay."""
        self._tell("DELETE", self._address(collection_id), None, progress)

    def copy_tiles(self, source_id: str, target_id: str, progress: Progress = Silent()) -> None:
        """Let the service copy all tiles of one collection into another."""
        if source_id == target_id:
            raise InvalidInput("collection", "A collection can't be copied into itself.", "Choose another one.")
        url = f"{self._address(source_id)}/copyTiles?{urlencode({'toCollection': target_id})}"
        self._tell("POST", url, None, progress, NOT_TWICE)

    def tile_pages(
        self, collection_id: str, query: TileQuery = TileQuery(), progress: Progress = Silent()
    ) -> Iterator[Tuple[ByocTile, ...]]:
        """Pages of at most 100 tiles, asked for as they are wanted."""
        wanted = {"sort": query.sort, "path": query.path, "status": query.status}
        for entries in self._pages(self._address(collection_id) + "/tiles", wanted, progress):
            yield tuple(tile_of(entry) for entry in entries)

    def tiles(
        self, collection_id: str, query: TileQuery = TileQuery(), progress: Progress = Silent()
    ) -> Iterator[ByocTile]:
        """The same one by one."""
        for page in self.tile_pages(collection_id, query, progress):
            yield from page

    def newest_tile(self, collection_id: str, progress: Progress = Silent()) -> Optional[ByocTile]:
        """The tile that was created last, or None when there is none. One request."""
        wanted = {"count": "1", "sort": NEWEST_FIRST}
        entries = next(self._pages(self._address(collection_id) + "/tiles", wanted, progress))
        return tile_of(entries[0]) if entries else None

    def tile(self, collection_id: str, tile_id: str, progress: Progress = Silent()) -> ByocTile:
        """One tile as it is now."""
        return tile_of(self._data("GET", self._address(collection_id, tile_id), None, progress))

    def create_tile(self, collection_id: str, tile: ByocTile, progress: Progress = Silent()) -> ByocTile:
        """Register a tile by its path, sensing time and cover; ingestion starts by itself.

        Raises:
            InvalidInput: a path the service would refuse.
            AlreadyThere: the collection has a tile at this path.
        """
        body = new_tile_body(tile)
        url = self._address(collection_id) + "/tiles"
        for delay_s in (*_CREATION_WAITS_S, None):
            try:
                return tile_of(self._data("POST", url, body, progress, NOT_TWICE))
            except AlreadyThere as error:
                raise _taken(tile.path, error) from error
            except (NetworkError, ServiceUnavailable):
                there = next(self.tiles(collection_id, TileQuery(path=tile.path), progress), None)
                if there is not None:
                    return there  # only the answer got lost
                if delay_s is None:
                    raise
            wait(progress, delay_s)
        raise UnexpectedAnswer(f"{url} did not take the tile.", "Try again later.")

    def update_tile(
        self, collection_id: str, before: ByocTile, after: ByocTile, progress: Progress = Silent()
    ) -> ByocTile:
        """Change sensing time or cover, nothing else can be changed.

        Raises:
            InvalidInput: someone else changed the same meanwhile.
        """
        now = self.tile(collection_id, before.tile_id, progress)
        body = changed_tile_body(before, after, now)
        self._tell("PUT", self._address(collection_id, before.tile_id), body, progress)
        return self.tile(collection_id, before.tile_id, progress)

    def delete_tile(self, collection_id: str, tile_id: str, progress: Progress = Silent()) -> None:
        """Delete a tile; its files stay."""
        self._tell("DELETE", self._address(collection_id, tile_id), None, progress)

    def reingest_tile(self, collection_id: str, tile_id: str, progress: Progress = Silent()) -> None:
        """Let the service read the tile's files anew; needed after they changed."""
        self._tell("POST", self._address(collection_id, tile_id) + "/reingest", None, progress)

    def _address(self, collection_id: str, tile_id: Optional[str] = None) -> str:
        if not collection_id or tile_id == "":
            raise InvalidInput("collection", "No collection or tile is named.", "Choose one.")
        address = f"{self.url}/{quote(collection_id, safe='')}"
        return address if tile_id is None else f"{address}/tiles/{quote(tile_id, safe='')}"

    def _pages(self, url: str, wanted: Mapping[str, Optional[str]], progress: Progress) -> Iterator[List[Any]]:
        values = {"count": str(PAGE), **{key: value for key, value in wanted.items() if value}}
        seen = set()
        while True:
            raise_if_cancelled(progress)
            with _clear_about_refusals():
                answer = self._client.ask_json("GET", f"{url}?{urlencode(values)}", None, progress)
            entries = answer.get("data")
            if not isinstance(entries, list):
                raise UnexpectedAnswer(f"{url} sent no list.", "Check the base URL of the connection.")
            yield entries
            links = answer.get("links")
            following = links.get("nextToken") if isinstance(links, Mapping) else None
            if not following:
                return
            if following in seen:
                raise UnexpectedAnswer(f"{url} repeats the page '{following}' without end.", "Try again later.")
            seen.add(following)
            values["viewtoken"] = str(following)

    def _data(
        self,
        method: str,
        url: str,
        body: Optional[Mapping[str, Any]],
        progress: Progress,
        policy: Optional[RetryPolicy] = None,
    ) -> Any:
        with _clear_about_refusals():
            units = 0.0 if method == "GET" else 1.0
            return self._client.ask_json(method, url, body, progress, policy, units).get("data")

    def _tell(
        self,
        method: str,
        url: str,
        body: Optional[Mapping[str, Any]],
        progress: Progress,
        policy: Optional[RetryPolicy] = None,
    ) -> None:
        with _clear_about_refusals():
            self._client.tell(method, url, body, progress, policy, 1.0)


@contextmanager
def _clear_about_refusals() -> Iterator[None]:
    """Say what a refusal of BYOC may mean."""
    try:
        yield
    except QuotaExhausted:
        raise
    except PermissionDenied as error:
        error.advice = (
            "Only the owner may do this; the Copernicus Data Space needs a Copernicus Service account for own data."
        )
        raise
    except RequestRejected as error:
        if error.status == 400:
            bucket = "bucket" in error.message.lower()
            error.advice = "Check the bucket's name, and that the service may read it." if bucket else "Correct it."
        raise


def _taken(path: str, error: AlreadyThere) -> AlreadyThere:
    return AlreadyThere(
        f"The collection already has a tile at '{path}'.",
        "Re-ingest that tile when its files changed, or choose another path.",
        status=error.status, code=error.code, url=error.url,
    )  # fmt: skip
