"""Do files belong together? The rules for the files of one tile and for the tiles of one collection (byoc, 3.1, 4)."""

from __future__ import annotations

from pathlib import PurePath
from typing import Dict, Iterator, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.model.byoc import MAX_BANDS, ByocBand, is_identifier
from sentinel_workbench.core.raster.cog_report import CogFacts, CogProblem, CogReport

Files = Mapping[str, CogReport]
"""The files of one tile by source: what stands in place of ``(BAND)``."""
_RENAME = "Rename it with letters, digits, _ or $, no digit first, and no word of JavaScript."
_SAME_GRID = "Cut all files of the tile to the same area."


def configured_bands(files: Files) -> Tuple[ByocBand, ...]:
    """The bands the service makes of a first tile: named like the source, with a number when a file has several.

    Files that could not be read are left out.
    """
    bands = []
    for source, report in files.items():
        facts = report.facts
        if facts is None:
            continue
        for index in range(1, facts.bands + 1):
            name = source if facts.bands == 1 else f"{source}_{index}"
            bands.append(ByocBand(name, source, index, max(facts.bit_depth, 8), facts.sample_format))
    return tuple(bands)


def check_tile_files(files: Files) -> Tuple[CogProblem, ...]:
    """Every rule that the files of one tile break together.

    Args:
        files: reports by source; the files' own problems are not repeated.
    """
    return (*_extensions(files), *_names(files), *_reference_systems(files), *_extents(files))


def check_collection_tiles(tiles: Mapping[str, Files]) -> Dict[str, Tuple[CogProblem, ...]]:
    """How tiles differ from the first one, by the tile's path; tiles that fit have no problems.

    Args:
        tiles: at least one; the first sets the bands, as it does at the service.
    """
    paths = list(tiles)
    first = tiles[paths[0]]
    return {path: tuple(_differences(first, tiles[path])) for path in paths}


def _extensions(files: Files) -> Iterator[CogProblem]:
    found = sorted({PurePath(report.path).suffix for report in files.values()})
    if len(found) > 1:
        yield CogProblem("extension", f"The files of the tile end with {' and '.join(found)}; one ending is allowed.",
                         "Rename them all to .tif or all to .tiff.")


def _names(files: Files) -> Iterator[CogProblem]:
    bands = configured_bands(files)
    if len(bands) > MAX_BANDS:
        yield CogProblem("bands", f"The tile has {len(bands)} bands; a collection holds {MAX_BANDS}.",
                         "Leave files out.")
    for source in files:
        if not is_identifier(source):
            yield CogProblem("band name", f"'{source}' can't be the name of a band.", _RENAME)
    names = [band.name for band in bands]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        yield CogProblem("band name", f"Two bands of the tile would be named '{twice[0]}'.", "Rename one of the files.")


def _reference_systems(files: Files) -> Iterator[CogProblem]:
    codes = {source: report.facts.epsg for source, report in files.items() if report.facts}
    if len(set(codes.values())) > 1:
        listed = ", ".join(f"{source} EPSG:{code}" if code else f"{source} none" for source, code in codes.items())
        yield CogProblem("crs", f"The files of the tile are in different CRSs: {listed}.",
                         "Convert them with Make COG to one CRS.")


def _extents(files: Files) -> Iterator[CogProblem]:
    """Every file's box within one of its own pixels of the intersection of all boxes."""
    placed = {source: report.facts for source, report in files.items() if report.facts}
    if len({facts.epsg for facts in placed.values()}) != 1:
        return
    boxes = [facts.bounds for facts in placed.values()]
    west, south, east, north = zip(*boxes)
    common = (max(west), max(south), min(east), min(north))
    if common[0] >= common[2] or common[1] >= common[3]:
        yield CogProblem("extent", "The files of the tile have no area in common.", _SAME_GRID)
        return
    for source, facts in placed.items():
        off = _pixels_off(facts, common)
        if off > 1:
            yield CogProblem("extent", f"'{source}' reaches {off:.4g} of its pixels beyond the area that all files of "
                                       "the tile share; 1 is allowed.", _SAME_GRID)


def _pixels_off(facts: CogFacts, common: Sequence[float]) -> float:
    """How far the file's box lies outside ``common`` at most, in its own pixels."""
    width, height = abs(facts.geotransform[1]), abs(facts.geotransform[5])
    steps = (width, height, width, height)
    return round(max(abs(edge - shared) / step for edge, shared, step in zip(facts.bounds, common, steps)), 6)


def _differences(first: Files, tile: Files) -> Iterator[CogProblem]:
    missing, more = sorted(set(first) - set(tile)), sorted(set(tile) - set(first))
    if missing:
        yield CogProblem("file set", f"The tile lacks the file for {', '.join(missing)}, which the first tile has.",
                         "Add the file, or leave the tile out.")
    if more:
        yield CogProblem("file set", f"The tile has the file {', '.join(more)}, which the first tile lacks.",
                         "Take the file out, or put the tile into another collection.")
    for source in first:
        yield from _band_differences(source, first[source].facts, tile[source].facts if source in tile else None)


def _band_differences(source: str, first: Optional[CogFacts], other: Optional[CogFacts]) -> Iterator[CogProblem]:
    if first is None or other is None:
        return
    if first.bands != other.bands:
        yield CogProblem("bands", f"'{source}' has {other.bands} bands, in the first tile {first.bands}.",
                         "Give every tile the same bands.")
    kinds = [f"{facts.sample_format} of {max(facts.bit_depth, 8)} bits" for facts in (first, other)]
    if kinds[0] != kinds[1]:
        yield CogProblem("sample type", f"'{source}' is {kinds[1]}, in the first tile {kinds[0]}.",
                         "Convert it with Make COG to the sample type of the first tile.")
