"""What a check of a COG says: records only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional, Tuple

FORMAT_RULES = ("file", "format", "header", "unreadable", "truncated", "tiling", "overview order",
                "external overviews", "layout", "pixels")
"""The rules every reader of COGs has; the others are those of the BYOC service."""


@dataclass(frozen=True)
class CogProblem:
    """One broken rule.

    Attributes:
        rule: its short name, such as ``compression``.
        message: what is wrong, one sentence.
        remedy: what to do about it, one sentence.
    """

    rule: str
    message: str
    remedy: str


@dataclass(frozen=True)
class CogFacts:
    """What a COG's header says.

    Attributes:
        width: pixels.
        height: pixels.
        bands: their number.
        sample_type: such as ``UINT8``, ``UINT16`` or ``FLOAT32``.
        bit_depth: of a sample as stored: 1, 2, 4, 8, 16 or 32 in good files.
        epsg: code of the CRS, None without.
        geotransform: GDAL's six numbers, CRS units, easting/lon first.
        tile_width: pixels; of the strips when the image is not tiled.
        tile_height: pixels.
        overview_count: inside the file.
        compression: such as ``DEFLATE``, ``NONE``; ``code 7`` for one without a name.
        nodata: from GDAL's TIFF tag, None without or when it is no number.
        footprint: GeoJSON Polygon or MultiPolygon, lon/lat WGS84, at most 100 points; None without a place.
        header_bytes: from the start of the file to the end of its last directory.
    """

    width: int
    height: int
    bands: int
    sample_type: str
    bit_depth: int
    epsg: Optional[int]
    geotransform: Tuple[float, ...]
    tile_width: int
    tile_height: int
    overview_count: int
    compression: str
    nodata: Optional[float]
    footprint: Optional[Mapping[str, Any]]
    header_bytes: int

    @property
    def sample_format(self) -> str:
        """``UINT``, ``INT`` or ``FLOAT``."""
        return self.sample_type.rstrip("0123456789")

    @property
    def bounds(self) -> Tuple[float, float, float, float]:
        """min x, min y, max x, max y in the file's CRS."""
        left, step_x, _, top, _, step_y = self.geotransform
        xs = sorted((left, left + step_x * self.width))
        ys = sorted((top, top + step_y * self.height))
        return xs[0], ys[0], xs[1], ys[1]


@dataclass(frozen=True)
class CogReport:
    """The verdict over one file.

    Attributes:
        path: as it was asked.
        problems: broken rules; the service refuses the file or may do so.
        warnings: what is allowed but unwise, such as a large image without overviews.
        facts: None where the header can't be read.
    """

    path: str
    problems: Tuple[CogProblem, ...]
    facts: Optional[CogFacts]
    warnings: Tuple[CogProblem, ...] = ()

    @property
    def is_good(self) -> bool:
        """Does it keep every rule of the service?"""
        return not self.problems

    @property
    def is_cog(self) -> bool:
        """Is it a readable COG, whether the service takes it or not?"""
        return not any(problem.rule in FORMAT_RULES for problem in self.problems)
