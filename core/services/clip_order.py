"""What to cut out of the scenes of a catalog, refused before a request is sent when it can't succeed; and what came."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Set, Tuple, Union

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.stac.bands import SENTINEL2, assets_by_band, type_of
from sentinel_workbench.core.stac.catalogs import catalog_of
from sentinel_workbench.core.stac.offsets import Calibration, calibration
from sentinel_workbench.core.stac.origin import origin
from sentinel_workbench.core.stac.records import StacAsset, StacConnection, StacItem

NATIVE, SHARED = "native", "shared"
_CLASSES = re.compile(
    r"(^|[_\-.])(scl|qa(_\w+)?|fmask|classification|cloud_?mask|land_?cover)($|[_\-.])", re.IGNORECASE
)
_REMOTE = ("http://", "https://", "s3://")
_LISTED = 12


@dataclass(frozen=True)
class ClipOrder:
    """What to cut out.

    Attributes:
        items: the scenes.
        bands: names of bands such as ``B04``, or keys of assets such as ``red`` or ``visual``.
        area: the pixels that touch its rectangle are taken, in each scene's own CRS.
        grid: ``native`` for a file a band, pixels as they are; ``shared`` for one file a scene, all bands on the
            scene's own pixels; or a grid of one's own for one file a scene on just that grid.
        resolution: pixel size of a shared grid in units of the scene's CRS; the finest of its bands when None.
        apply_offset: shift Sentinel-2 reflectance to what it was before processing baseline 04.00, where it is not.
        inside_only: pixels whose centre lies outside the area's polygon become no data.
        smooth: interpolate coarser bands on a finer grid; else their pixels are repeated. Never classes.
    """

    items: Tuple[StacItem, ...]
    bands: Tuple[str, ...]
    area: Area
    grid: Union[str, PixelGrid] = NATIVE
    resolution: Optional[float] = None
    apply_offset: bool = False
    inside_only: bool = False
    smooth: bool = False

    def __post_init__(self) -> None:
        if not self.items:
            raise InvalidInput("items", "There is no scene to cut.", "Search first.")
        if not self.bands or len(set(self.bands)) != len(self.bands):
            raise InvalidInput("bands", "Name every band once, and one at least.", "Such as B04 and B08.")
        if isinstance(self.grid, str) and self.grid not in (NATIVE, SHARED):
            raise InvalidInput("grid", f"'{self.grid}' is no grid.", f"Use {NATIVE}, {SHARED} or a grid.")
        if self.resolution is not None and not self.resolution > 0:
            raise InvalidInput("resolution", f"A pixel of {self.resolution} is not possible.", "Use a larger number.")
        if self.inside_only and self.area.geometry is None:
            raise InvalidInput("area", "The area is a rectangle, so nothing lies outside its polygon.",
                               "Choose a polygon.")


@dataclass(frozen=True)
class BandSource:
    """A file behind a band.

    Attributes:
        name: as the order names it.
        band: name of the Sentinel-2 band it is, else ``name``.
        asset: the file.
        numbers: how its numbers become reflectance; None for what is none.
        is_classes: its values are names, never to be averaged.
        catalog: whose rules hold for the file.
    """

    name: str
    band: str
    asset: StacAsset
    numbers: Optional[Calibration]
    is_classes: bool
    catalog: StacConnection


@dataclass(frozen=True)
class ClippedFile:
    """A file that was written.

    Attributes:
        path: the COG.
        bands: names of its bands.
        crs: ``EPSG:n``, or a description where it has no code.
        size: columns and rows.
        empty: no pixel has a value.
    """

    path: Path
    bands: Tuple[str, ...]
    crs: str
    size: Tuple[int, int]
    empty: bool = False


@dataclass(frozen=True)
class ClippedScene:
    """What became of a scene.

    Attributes:
        item: the scene.
        state: done only when all its bands were cut.
        files: written; some may be there of a scene that failed later.
        error: one sentence, when it failed.
        notes: sentences about a scene that is there but needs a word.
    """

    item: StacItem
    state: State
    files: Tuple[ClippedFile, ...] = ()
    error: Optional[str] = None
    notes: Tuple[str, ...] = ()

    @property
    def time_range(self) -> Optional[TimeRange]:
        """The day of the scene, UTC; None when it has no time."""
        return None if self.item.date is None else day_of(self.item.date)


@dataclass(frozen=True)
class ClipResult:
    """All scenes in the order's order, failed and cancelled ones included."""

    order: ClipOrder
    scenes: Tuple[ClippedScene, ...]

    def in_state(self, state: State) -> Tuple[ClippedScene, ...]:
        """The scenes that ended so."""
        return tuple(scene for scene in self.scenes if scene.state is state)

    @property
    def files(self) -> Tuple[ClippedFile, ...]:
        """All files that were written."""
        return tuple(file for scene in self.scenes for file in scene.files)

    def __str__(self) -> str:
        done, failed = len(self.in_state(State.DONE)), len(self.in_state(State.FAILED))
        return f"{done} of {len(self.scenes)} scenes cut" + (f", {failed} failed" if failed else "")


def day_of(moment: dt.datetime) -> TimeRange:
    """The UTC day of a moment."""
    start = moment.astimezone(dt.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    return TimeRange(start, start + dt.timedelta(days=1))


def check_clip(order: ClipOrder, connection: StacConnection) -> None:
    """Refuse what can't succeed before anything is sent.

    Raises:
        InvalidInput: a band no scene has, or files that can't be read by window.
    """
    for name in order.bands:
        found = [asset for asset in (find_asset(item, name)[1] for item in order.items) if asset is not None]
        if not found:
            raise unknown_band(order.items[0], name)
        readable = [asset for asset in found if refusal_of(asset) is None]
        if not readable:
            raise InvalidInput("bands", *refusal_of(found[0]) or ("",))
    if order.apply_offset and not any(_is_sentinel2(item, origin(item, connection)) for item in order.items):
        raise InvalidInput("apply_offset", "Only Sentinel-2 L2A scenes have an offset to apply, and none is here.",
                           "Leave it off.")


def sources_of(item: StacItem, bands: Sequence[str], connection: StacConnection) -> Tuple[BandSource, ...]:
    """The files of one scene behind ``bands``, in their order.

    Raises:
        InvalidInput: a band the scene does not have, or that can't be read by window.
    """
    found = []
    catalog = origin(item, connection)
    for name in bands:
        band, asset = find_asset(item, name)
        if asset is None:
            raise unknown_band(item, name)
        refusal = refusal_of(asset)
        if refusal is not None:
            raise InvalidInput("bands", *refusal)
        is_reflectance = _is_sentinel2(item, catalog)
        numbers = calibration(item, asset, band, catalog) if is_reflectance else None
        numbers = None if numbers is None or numbers.scale == 1.0 else numbers
        found.append(BandSource(name, band, asset, numbers, bool(_CLASSES.search(band)), catalog))
    return tuple(found)


def find_asset(item: StacItem, name: str) -> Tuple[str, Optional[StacAsset]]:
    """The Sentinel-2 band a name means, or the name itself, and its file; None when the item has none.

    A key of the item's assets comes first, then a band's name in any case.
    """
    by_band = assets_by_band(item)
    asset = item.assets.get(name)
    if asset is None:
        wanted = name.upper()
        return (wanted, by_band[wanted]) if wanted in by_band else (name, None)
    return next((band for band, other in by_band.items() if other is asset), name), asset


def band_choices(items: Sequence[StacItem]) -> Tuple[str, ...]:
    """Names of everything that can be cut out of all the items: bands first, then other rasters by their keys."""
    names: Optional[Set[str]] = None
    ordered: Dict[str, None] = {}
    for item in items:
        by_band = {band: asset for band, asset in assets_by_band(item).items() if refusal_of(asset) is None}
        keys = [key for key, asset in item.assets.items()
                if asset.is_tiff and refusal_of(asset) is None and asset not in by_band.values()]
        ordered.update(dict.fromkeys([*by_band, *keys]))
        names = set(by_band) | set(keys) if names is None else names & (set(by_band) | set(keys))
    return tuple(name for name in ordered if name in (names or ()))


def refusal_of(asset: StacAsset) -> Optional[Tuple[str, str]]:
    """Why a file can't be read by window, and what to do; None when it can."""
    scheme = asset.href.partition("://")[0].lower() if "://" in asset.href else "file"
    if asset.is_jp2 and scheme != "file":
        return (f"'{asset.key}' is a JPEG 2000 file, of which a window takes a hundred requests and more.",
                "Use a catalog of cloud-optimised GeoTIFFs, such as Earth Search.")
    if scheme not in ("http", "https", "s3", "file"):
        return f"'{asset.key}' lies at a {scheme}:// address, which can't be read.", "Use another catalog."
    if scheme != "file" and not asset.is_tiff:
        kind = asset.media_type or "no GeoTIFF"
        return f"'{asset.key}' is not a GeoTIFF ({kind}), so no window of it can be read.", "Choose a raster."
    return None


def unknown_band(item: StacItem, name: str) -> InvalidInput:
    """The error for a band an item does not have."""
    names: List[str] = list(band_choices([item])) or list(item.assets)
    listed = ", ".join(names[:_LISTED]) + (", ..." if len(names) > _LISTED else "")
    return InvalidInput("bands", f"{item.item_id} has no band or asset '{name}'.",
                        f"It has: {listed}." if listed else "It has no assets at all.")


def is_remote_asset(asset: StacAsset) -> bool:
    """Whether a file lies on a server."""
    return asset.href.startswith(_REMOTE)


def _is_sentinel2(item: StacItem, catalog: StacConnection) -> bool:
    known = catalog_of(catalog)
    listed = known.collection(item.collection) if known else None
    if listed is not None:
        return listed.type_id == SENTINEL2
    platform = str(item.properties.get("platform") or item.properties.get("constellation") or "").lower()
    is_mission = platform.replace(" ", "-").startswith("sentinel-2")
    return type_of(item.collection) == SENTINEL2 or (is_mission and {"B04", "SCL"} <= set(assets_by_band(item)))
