"""One image of any size, with the tiles it was made of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Callable, List, Optional, Sequence, Tuple

from sentinel_workbench.core.cache.store import PendingEntry, ResponseCache
from sentinel_workbench.core.errors import RequestRejected, WorkbenchError
from sentinel_workbench.core.evalscript.instrumentation import parse_tiles
from sentinel_workbench.core.model.grid import GridTile
from sentinel_workbench.core.model.orders import JSON_TYPE, ImageOrder, Response, TileMetadata
from sentinel_workbench.core.model.results import ImageResult, State, TileRecord
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Part, Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.raster.merging import MergePart, merge_tiles
from sentinel_workbench.core.services import storedresult
from sentinel_workbench.core.services.availability import AvailabilityService
from sentinel_workbench.core.services.checks import USERDATA, check_order, instrumented
from sentinel_workbench.core.services.cloud import cloud_order, cloud_percent
from sentinel_workbench.core.services.fetching import CachedFetch, Fetched, ProcessClient
from sentinel_workbench.core.services.parallel import Crew, Shares, Stoppable
from sentinel_workbench.core.services.storedresult import StoredResult
from sentinel_workbench.core.services.tiles import combine_userdata, join_scenes
from sentinel_workbench.core.services.unpacking import raster_name

MERGED = "json"
"""Suffix of the response kept for a merged image: a list of its parts, since no single answer made it."""
_EMPTY = "The image is empty: no pixel has a value. There may be no scene in this time, area and cloud limit."


class ImageService:
    """Fetches images through the cache.

    Args:
        client: sends; its ``search`` is used for footprints and candidates.
        cache: keeps what was served and the layer-ready files made of it.
        max_parallel_parts: requests at once for an image that is split.
    """

    def __init__(self, client: ProcessClient, cache: ResponseCache, max_parallel_parts: int = 4) -> None:
        self._cached = CachedFetch(client, cache)
        self._availability = AvailabilityService(client)  # type: ignore[arg-type]
        self._max_parallel_parts = max_parallel_parts

    def fetch(self, order: ImageOrder, progress: Progress = Silent()) -> ImageResult:
        """The image of ``order``, from the cache when it is there.

        Larger than the service allows, it is fetched in parts on one grid and merged; parts already in the cache are
        not asked for again.

        Raises:
            InvalidInput: refused before anything is sent; the field is named.
            WorkbenchError: the service, the network or the disk failed.
            Cancelled: parts that are done stay in the cache.
        """
        check_order(order)
        wire = _as_sent(order)
        fetched = self._fetch_whole(wire, Part(progress, 0.0, 0.9))
        known, requests, units = self._completed(order, fetched, Part(progress, 0.9, 1.0))
        if known != fetched.stored:
            storedresult.save(known, fetched.folder)
        progress.report(1.0, "Done")
        return _as_result(order, known, fetched.requests + requests, _sum((fetched.processing_units, units)))

    def _fetch_whole(self, wire: ImageOrder, progress: Progress) -> Fetched:
        parts = tuple(wire.grid.tiles())
        if len(parts) == 1:
            return self._cached.fetch(wire, progress)
        return self._cached.find(wire, MERGED) or self._merged(wire, parts, progress)

    def _merged(self, wire: ImageOrder, parts: Sequence[GridTile], progress: Progress) -> Fetched:
        fetched = self._fetch_parts([replace(wire, grid=part.grid) for part in parts], Part(progress, 0.0, 0.8))

        def fill(pending: PendingEntry) -> StoredResult:
            listing = pending.response_path(MERGED)
            listing.write_text('["' + '", "'.join(part.folder.name for part in fetched) + '"]\n', encoding="utf-8")
            return _merge(wire, parts, fetched, listing.parent, Part(progress, 0.8, 1.0))

        kept = self._cached.put(wire, MERGED, JSON_TYPE, fill)
        units = _sum([part.processing_units for part in fetched])
        return replace(kept, requests=sum(part.requests for part in fetched), processing_units=units)

    def _fetch_parts(self, orders: Sequence[ImageOrder], progress: Progress) -> List[Fetched]:
        """All parts in order; the first failure stops the others."""
        shares = Shares(progress, len(orders))
        found: List[Optional[Fetched]] = [None] * len(orders)

        def job(number: int) -> Callable[[], Fetched]:
            message = f"Part {number + 1} of {len(orders)}"

            def run() -> Fetched:
                watched = Stoppable(progress, crew.stop, lambda fraction, _: shares.report(number, fraction, message))
                part = self._cached.fetch(orders[number], watched)
                shares.report(number, 1.0, message)
                return part

            return run

        crew: Crew[Fetched] = Crew(self._max_parallel_parts, "part")
        with crew:
            crew.start([job(number) for number in range(len(orders))])
            for ended in crew.ended():
                raise_if_cancelled(progress)
                for number, future in ended:
                    found[number] = future.result()
        return [part for part in found if part is not None]

    def _completed(
        self, order: ImageOrder, fetched: Fetched, progress: Progress
    ) -> Tuple[StoredResult, int, Optional[float]]:
        """What the order wants to know beside the pixels; requests and units that took."""
        known, requests, units = fetched.stored, 0, 0.0  # type: Tuple[StoredResult, int, Optional[float]]
        if order.tile_metadata is not TileMetadata.NONE and known.tiles is None:
            progress.report(0.0, "Asking the catalog")
            known = replace(known, tiles=self._tiles(order, known, progress))
        if order.tile_metadata is TileMetadata.EXACT and not known.cloud_known:
            progress.report(0.5, "Measuring the cloud")
            known, requests, units = self._with_cloud(order, known, progress)
        return known, requests, units

    def _tiles(self, order: ImageOrder, known: StoredResult, progress: Progress) -> Optional[Tuple[TileRecord, ...]]:
        """Exact tiles need the Catalog only for footprints; without it they are told as the script saw them."""
        exact = order.tile_metadata is TileMetadata.EXACT
        try:
            scenes = self._availability.scenes_of(order, progress)
        except WorkbenchError:
            return join_scenes(parse_tiles(known.userdata)[0], ()) if exact else None
        if exact:
            return join_scenes(parse_tiles(known.userdata)[0], scenes)
        return tuple(TileRecord(s.scene_id, s.date, s.cloud_percent, None, s.geometry) for s in scenes)

    def _with_cloud(
        self, order: ImageOrder, known: StoredResult, progress: Progress
    ) -> Tuple[StoredResult, int, Optional[float]]:
        """The cloud over the area, when the collection tells; failing to learn it spoils no image."""
        small = cloud_order(order)
        if small is None:
            return replace(known, cloud_known=True), 0, 0.0
        try:
            fetched = self._cached.fetch(small, progress)
            percent = cloud_percent(fetched.stored.rasters[small.responses[0].identifier])
        except RequestRejected:
            return replace(known, cloud_known=True), 1, 0.0
        except WorkbenchError:
            return known, 0, 0.0
        return replace(known, cloud_known=True, cloud_percent=percent), fetched.requests, fetched.processing_units


def _as_sent(order: ImageOrder) -> ImageOrder:
    """The order as the service sees it: instrumented for exact tiles."""
    if order.tile_metadata is not TileMetadata.EXACT:
        return order
    wants_userdata = any(response.identifier == USERDATA for response in order.responses)
    responses = order.responses if wants_userdata else (*order.responses, Response(USERDATA, JSON_TYPE))
    return replace(order, evalscript=instrumented(order.evalscript), responses=responses)


def _merge(
    wire: ImageOrder, parts: Sequence[GridTile], fetched: Sequence[Fetched], folder: Path, progress: Progress
) -> StoredResult:
    identifiers = list(fetched[0].stored.rasters)
    rasters = {}
    for number, identifier in enumerate(identifiers):
        pieces = [
            MergePart(part.col, part.row, piece.stored.rasters[identifier]) for part, piece in zip(parts, fetched)
        ]
        target = folder / raster_name(identifier)
        merge_tiles(pieces, wire.grid, target,
                    Part(progress, number / len(identifiers), (number + 1) / len(identifiers)))
        rasters[identifier] = target
    userdata = combine_userdata([piece.stored.userdata for piece in fetched])
    return StoredResult(rasters, userdata, all(piece.stored.empty for piece in fetched))


def _as_result(order: ImageOrder, known: StoredResult, requests: int, units: Optional[float]) -> ImageResult:
    userdata = known.userdata
    if order.tile_metadata is TileMetadata.EXACT:
        wanted = any(response.identifier == USERDATA for response in order.responses)
        userdata = parse_tiles(userdata)[1] if wanted else None
    return ImageResult(
        order,
        time_range_of(order),
        State.DONE,
        rasters=known.rasters,
        userdata=userdata,
        tiles=known.tiles or () if order.tile_metadata is not TileMetadata.NONE else (),
        area_cloud_percent=known.cloud_percent,
        processing_units=units,
        from_cache=requests == 0,
        requests=requests,
        notes=(_EMPTY,) if known.empty else (),
    )


def time_range_of(order: ImageOrder) -> Optional[TimeRange]:
    """Of the first source that has one."""
    return next((source.time_range for source in order.sources if source.time_range), None)


def _sum(units: Sequence[Optional[float]]) -> Optional[float]:
    """None when any of them is not told."""
    return None if any(unit is None for unit in units) else sum(unit for unit in units if unit is not None)
