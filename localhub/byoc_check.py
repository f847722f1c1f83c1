"""What ingestion reads of a tile's files, and every reason why it refuses them. Headers only; pixels stay unread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Tuple, Union

from sentinel_workbench.core.model.byoc import MAX_BANDS, is_identifier
from sentinel_workbench.core.raster.cog_check import CogFacts, check_cog
from sentinel_workbench.core.raster.cog_rules import overviews_of
from sentinel_workbench.core.raster.tiff_directory import read_layout
from sentinel_workbench.localhub.bounds import METRES_PER_DEGREE
from sentinel_workbench.localhub.byoc_buckets import Buckets, PathRefused, TileFiles

LEAST_OVERVIEW_PX = 256
_GEOGRAPHIC_EPSG = 4326
Box = Tuple[float, float, float, float]


class IngestionFailed(Exception):
    """The tile can't be ingested; the text is its cause, one or more sentences."""


@dataclass(frozen=True)
class TileFacts:
    """What the files of a good tile say.

    Attributes:
        path: of the tile, with ``(BAND)`` and extension.
        files: source to key in the bucket.
        headers: source to what its file says.
        etags: source to a mark that changes with the file.
        epsg: CRS of all files.
        box: min x, min y, max x, max y of all files together, in that CRS.
        cover: the box all files share.
        min_metres: finest pixel, metres.
        max_metres: pixel of the coarsest overview that counts, metres.
        warnings: what is allowed but unwise.
    """

    path: str
    files: Mapping[str, str]
    headers: Mapping[str, CogFacts]
    etags: Mapping[str, str]
    epsg: int
    box: Box
    cover: Box
    min_metres: float
    max_metres: float
    warnings: Tuple[str, ...] = ()


def examine_tile(buckets: Buckets, bucket: str, path: str, bands: Mapping[str, Mapping[str, Any]]) -> TileFacts:
    """Read and check a tile's files.

    Args:
        buckets: where they lie.
        bucket: of the collection.
        path: of the tile.
        bands: the collection's; empty while it is not configured, then every file that fits is read.

    Raises:
        IngestionFailed: says why.
    """
    sources = sorted({source_of(name, spec) for name, spec in bands.items()}) if bands else None
    try:
        found = buckets.files(bucket, path, sources)
    except PathRefused as error:
        raise IngestionFailed(str(error)) from error
    missing = [source for source in sources or () if source not in found.files]
    if missing:
        raise IngestionFailed(f"No file for the band{'s' * (len(missing) > 1)} {', '.join(missing)} of the collection.")
    headers, warnings, coarsest = _read_headers(found)
    epsg, box, cover = _common_place(headers)
    _check_bands(headers, bands)
    return TileFacts(
        found.path,
        {source: buckets.key(bucket, file) for source, file in found.files.items()},
        headers,
        {source: _etag(file) for source, file in found.files.items()},
        epsg, box, cover,
        min(_metres(facts, 1.0) for facts in headers.values()),
        max(_metres(facts, coarsest[source]) for source, facts in headers.items()),
        warnings,
    )


def source_of(name: str, spec: Mapping[str, Any]) -> str:
    """What stands for ``(BAND)`` in the file of a band: the band's name unless its spec says otherwise."""
    return spec.get("source") or name


def automatic_bands(headers: Mapping[str, CogFacts]) -> Tuple[Dict[str, Dict[str, Any]], Optional[float]]:
    """The bands of a collection as its first tile says, and the nodata value all its files agree on.

    Files of several bands give ``RGB_1``, ``RGB_2`` and so on. Where files disagree, each band has its own value.
    """
    values = [_whole(facts.nodata) for facts in headers.values()]
    common = values[0] if all(value == values[0] for value in values) else None
    bands = {}
    for source, facts in headers.items():
        for index in range(1, facts.bands + 1):
            spec: Dict[str, Any] = {"bitDepth": kept_depth(facts), "source": source, "bandIndex": index,
                                    "sampleFormat": facts.sample_format}
            if common is None and _whole(facts.nodata) is not None:
                spec["noData"] = _whole(facts.nodata)
            bands[source if facts.bands == 1 else f"{source}_{index}"] = spec
    return bands, common


def _whole(value: Optional[float]) -> Optional[Union[int, float]]:
    """A finite number, written without a point where it needs none."""
    if value is None or not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else value


def kept_depth(facts: CogFacts) -> int:
    """The depth a band of this file has in a collection: 1, 2 and 4 bit samples are read as 8 bit ones."""
    return max(8, facts.bit_depth)


def _read_headers(found: TileFiles) -> Tuple[Dict[str, CogFacts], Tuple[str, ...], Dict[str, float]]:
    headers: Dict[str, CogFacts] = {}
    problems: List[str] = []
    warnings: List[str] = []
    coarsest: Dict[str, float] = {}
    for source, file in found.files.items():
        report = check_cog(str(file))
        problems += [f"{file.name}: {problem.message}" for problem in report.problems]
        warnings += [f"{file.name}: {problem.message}" for problem in report.warnings]
        if report.facts is not None:
            headers[source] = report.facts
            coarsest[source] = _coarsest_factor(str(file))
    if problems:
        raise IngestionFailed(" ".join(problems))
    return headers, tuple(warnings), coarsest


def _coarsest_factor(path: str) -> float:
    """How many full pixels a pixel of the coarsest overview is wide; small overviews do not count."""
    layout = read_layout(path)
    full = layout.images[0]
    counting = [image for image in overviews_of(layout) if max(image.width, image.height) >= LEAST_OVERVIEW_PX]
    return max((full.width / image.width for image in counting if image.width), default=1.0)


def _common_place(headers: Mapping[str, CogFacts]) -> Tuple[int, Box, Box]:
    codes = sorted({facts.epsg or 0 for facts in headers.values()})
    if len(codes) > 1:
        raise IngestionFailed(f"The files of the tile have different CRSs: {', '.join(f'EPSG:{c}' for c in codes)}.")
    boxes = [facts.bounds for facts in headers.values()]
    if not all(math.isfinite(value) for box in boxes for value in box):
        raise IngestionFailed("A file of the tile does not say where it lies.")
    cover = (max(b[0] for b in boxes), max(b[1] for b in boxes), min(b[2] for b in boxes), min(b[3] for b in boxes))
    union = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    for source, facts in headers.items():
        step = (abs(facts.geotransform[1]), abs(facts.geotransform[5]))
        if any(abs(a - b) > step[i % 2] * (1 + 1e-9) for i, (a, b) in enumerate(zip(facts.bounds, cover))):
            raise IngestionFailed(
                f"The files of the tile do not cover the same area: that of {source} differs by more than one pixel."
            )
    return codes[0], union, cover


def _check_bands(headers: Mapping[str, CogFacts], bands: Mapping[str, Mapping[str, Any]]) -> None:
    if not bands:
        _check_automatic(headers)
    for name, spec in bands.items():
        _check_band(name, spec, headers[source_of(name, spec)])


def _check_automatic(headers: Mapping[str, CogFacts]) -> None:
    names = list(automatic_bands(headers)[0])
    if len(names) > MAX_BANDS:
        raise IngestionFailed(f"The tile has {len(names)} bands; a collection can have at most {MAX_BANDS}.")
    for name in names:
        if not is_identifier(name):
            raise IngestionFailed(f"The band name '{name}' is not a valid JavaScript identifier.")


def _check_band(name: str, spec: Mapping[str, Any], facts: CogFacts) -> None:
    index = spec.get("bandIndex", 1)
    if index > facts.bands:
        raise IngestionFailed(f"Band {name}: the file has {facts.bands} band(s), not {index}.")
    if kept_depth(facts) != spec["bitDepth"]:
        raise IngestionFailed(
            f"Band {name}: the file has bit depth {kept_depth(facts)}, the collection has {spec['bitDepth']}."
        )
    expected = spec.get("sampleFormat")
    if expected and facts.sample_format != expected:
        raise IngestionFailed(
            f"Band {name}: the file has sample format {facts.sample_format}, the collection has {expected}."
        )


def _metres(facts: CogFacts, factor: float) -> float:
    """Pixel size in metres, ``factor`` pixels wide."""
    step = max(abs(facts.geotransform[1]), abs(facts.geotransform[5]))
    unit = METRES_PER_DEGREE if facts.epsg == _GEOGRAPHIC_EPSG else 1.0
    return round(step * unit * factor, 6) if math.isfinite(step) else 0.0


def _etag(file: Path) -> str:
    state = file.stat()
    return f'"{state.st_mtime_ns:x}-{state.st_size:x}"'
