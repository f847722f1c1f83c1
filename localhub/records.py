"""Records that travel inside the local hub."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping, Optional, Protocol, Sequence, Tuple

from sentinel_workbench.core.model.grid import PixelGrid


class HubError(Exception):
    """An answer with an error status, in the words of the service.

    Attributes:
        status: HTTP status.
        code: such as ``COMMON_BAD_PAYLOAD`` or ``RENDERER_EXCEPTION``.
        message: for the user.
        errors: list of ``{"parameter", "violation"}``.
    """

    def __init__(
        self, status: int, code: str, message: str, errors: Sequence[Mapping[str, str]] = ()
    ) -> None:
        super().__init__(status, code, message, tuple(errors))
        self.status, self.code, self.message, self.errors = status, code, message, tuple(errors)


class OverTime(HubError):
    """The job took longer than its budget."""


@dataclass(frozen=True)
class InputData:
    """One validated entry of ``input.data``. Times are aware UTC, both inclusive, None when absent."""

    collection: str
    identifier: Optional[str] = None
    time_from: Optional[dt.datetime] = None
    time_to: Optional[dt.datetime] = None
    mosaicking_order: str = "mostRecent"
    max_cloud_percent: float = 100.0
    upsampling: str = "NEAREST"
    downsampling: str = "NEAREST"
    harmonize: bool = True
    filters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ResponseFormat:
    """One validated output: ``identifier``, ``mime`` and the JPEG quality 0..100."""

    identifier: str
    mime: str
    quality: int = 90


class PixelRequest(Protocol):
    """What any request for pixels has, whatever is made of them; ``RenderRequest`` says what its members are."""

    @property
    def grid(self) -> PixelGrid: ...

    @property
    def inputs(self) -> Tuple[InputData, ...]: ...

    @property
    def evalscript(self) -> str: ...

    @property
    def geometry(self) -> Optional[Mapping[str, Any]]: ...


@dataclass(frozen=True)
class RenderRequest:
    """A validated Process API request.

    Attributes:
        grid: bbox, CRS and size of the image.
        geometry: GeoJSON (Multi)Polygon in the grid's CRS, or None.
        inputs: at least one.
        evalscript: text as sent.
        responses: outputs asked for.
        container: ``application/x-tar`` or ``multipart/mixed`` when several outputs are asked for, else None.
        octet_stream: the answer is to be sent as ``application/octet-stream``, which costs more.
    """

    grid: PixelGrid
    inputs: Tuple[InputData, ...]
    evalscript: str
    responses: Tuple[ResponseFormat, ...]
    geometry: Optional[Mapping[str, Any]] = None
    container: Optional[str] = None
    octet_stream: bool = False


@dataclass(frozen=True)
class RenderedAnswer:
    """Body and headers of a successful render. ``body`` lies in a file the receiver deletes."""

    content_type: str
    body: Path
    processing_units: float


@dataclass(frozen=True)
class BandFile:
    """Where a band's pixels lie. Physical digital number = stored * scale + offset."""

    path: str
    band_index: int = 1
    scale: float = 1.0
    offset: float = 0.0
    nodata: Optional[float] = None


@dataclass(frozen=True)
class StoredScene:
    """A scene in the store.

    Attributes:
        scene_id: unique within its collection.
        collection: type id.
        date: sensing time, UTC.
        cloud_percent: 0..100 or None.
        footprint: GeoJSON in lon/lat.
        bands: band name to file.
        properties: further metadata, such as ``{"tile": "38LQK"}``.
        row_id: number in the store, stable; ``shId`` of the evalscript's tiles.
    """

    scene_id: str
    collection: str
    date: dt.datetime
    cloud_percent: Optional[float]
    footprint: Mapping[str, Any]
    bands: Mapping[str, BandFile]
    properties: Mapping[str, Any] = field(default_factory=dict)
    row_id: int = 0
