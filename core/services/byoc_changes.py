"""What a change of a collection would do beside what the user means, told before it is sent (byoc, 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Iterator, List, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.byoc_bodies import check_bands, check_bucket, renamed_band
from sentinel_workbench.core.model.byoc import ByocBand, ByocCollection

BAND_COLUMNS = ("name", "source", "index", "depth", "format", "no_data")
"""The columns of a band table, where it is written as one."""


@dataclass(frozen=True)
class Trap:
    """A consequence in one sentence; ``forbidden`` when the service refuses it."""

    sentence: str
    forbidden: bool = False


def find_traps(before: ByocCollection, after: ByocCollection, has_tiles: bool) -> Tuple[Trap, ...]:
    """Everything worth saying about the change from ``before`` to ``after``; forbidden ones first.

    Args:
        before: as the service has it.
        after: as the user wants it.
        has_tiles: whether a tile was ingested: then bands can only be renamed or removed, and the bucket stays.
    """
    found: List[Trap] = list(_refusals(after))
    if before.bucket != after.bucket and has_tiles:
        found.append(Trap("The bucket can only be changed while the collection has no tiles.", True))
    found += _no_data_traps(before, after)
    found += _band_traps(before.bands, after.bands, has_tiles)
    return tuple(sorted(found, key=lambda trap: not trap.forbidden))


def _refusals(after: ByocCollection) -> Iterator[Trap]:
    if not after.name.strip():
        yield Trap("The collection needs a name.", True)
    for check in (lambda: check_bucket(after.bucket), lambda: check_bands(after.bands, after.no_data)):
        try:
            check()
        except InvalidInput as error:
            yield Trap(str(error), True)


def _no_data_traps(before: ByocCollection, after: ByocCollection) -> Iterator[Trap]:
    if before.no_data is not None and after.no_data is None:
        yield Trap(f"The no-data value {before.no_data:g} is deleted; those pixels become data.")
    elif before.no_data != after.no_data and after.no_data is not None:
        yield Trap(f"Pixels of the value {after.no_data:g} become empty in every image made from now on.")


def _band_traps(before: Sequence[ByocBand], after: Sequence[ByocBand], has_tiles: bool) -> Iterator[Trap]:
    old, new = {_key(band): band for band in before}, {_key(band): band for band in after}
    if before and not after:
        yield Trap("An empty band table changes nothing: the service keeps the bands it has.", True)
        return
    for key, band in old.items():
        if key not in new:
            yield Trap(f"Band {band.name} is removed; scripts that read it fail, and it can't be added again.")
        elif new[key].name != band.name:
            yield Trap(f"Scripts have to read {new[key].name} instead of {band.name}.")
    if not has_tiles:
        return
    for key, band in new.items():
        if not band.name:
            continue
        if key not in old:
            sentence = "after the first tile, bands are only renamed or removed."
            yield Trap(f"Band {band.name} can't be added: {sentence}", True)
        elif _kind(band) != _kind(old[key]):
            yield Trap(f"The type of band {band.name} can't be changed any more: it is that of the files.", True)


def _key(band: ByocBand) -> Tuple[str, int]:
    """Which part of which file: what stays when a band is renamed."""
    return band.source or band.name, band.band_index


def _kind(band: ByocBand) -> Tuple[object, object]:
    return band.bit_depth, band.sample_format


def band_table(rows: Sequence[Dict[str, object]], before: Sequence[ByocBand]) -> Tuple[ByocBand, ...]:
    """Bands from rows of a form: ``name``, ``source``, ``index``, ``depth``, ``format``, ``no_data``.

    A row keeps what the service said beyond these about the band that reads the same part of the same file.
    """
    known = {_key(band): band.document for band in before}
    bands = []
    for row in rows:
        name, source, index = str(row["name"]), str(row.get("source") or ""), int(str(row.get("index") or 1))
        depth, no_data = row.get("depth"), row.get("no_data")
        bands.append(
            ByocBand(
                name,
                source if source and source != name else None,
                index,
                int(str(depth)) if depth else None,
                str(row["format"]) if row.get("format") else None,
                float(str(no_data)) if no_data not in (None, "") else None,
                known.get((source or name, index), {}),
            )
        )
    return tuple(bands)


def read_band_cells(cells: Sequence[object]) -> Tuple[ByocBand, ...]:
    """Bands of a table whose cells come row by row in the order of ``BAND_COLUMNS``; empty rows are left out.

    Raises:
        InvalidInput: a row is cut off, or a number can't be read; the band is told.
    """
    texts = [_cell_text(cell) for cell in cells]
    width = len(BAND_COLUMNS)
    if not any(texts):
        return ()
    if len(texts) % width:
        raise InvalidInput("bands", f"The band table has {len(texts)} cells, which are no rows of {width}.",
                           "Give each band name, file, number in the file, bits, kind of numbers and no-data value.")
    bands: List[ByocBand] = []
    for start in range(0, len(texts), width):
        row: Dict[str, object] = dict(zip(BAND_COLUMNS, texts[start : start + width]))
        if not any(row.values()):
            continue
        try:
            bands += band_table([{**row, "format": str(row["format"]).upper()}], ())
        except ValueError as error:
            place = f"Row {start // width + 1}, band '{row['name']}'"
            raise InvalidInput("bands", f"{place}: a no-data value, number or bit depth is not a number.",
                               "Correct it.") from error
    return tuple(bands)


def _cell_text(cell: object) -> str:
    """A table read from text makes 16 to 16.0."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def renamed_bands(bands: Sequence[ByocBand], lines: str) -> Tuple[ByocBand, ...]:
    """``bands`` after changes as people write them: ``B04 = RED`` renames, ``B08 =`` removes, one a line.

    Raises:
        InvalidInput: a line that can't be read, or a band that is not there.
    """
    changes: Dict[str, str] = {}
    for number, line in enumerate(lines.splitlines(), start=1):
        name, sign, new = (part.strip() for part in line.partition("="))
        if not line.strip():
            continue
        if not sign or not any(band.name == name for band in bands):
            there = ", ".join(band.name for band in bands) or "none"
            raise InvalidInput("bands", f"Line {number}: '{line.strip()}' changes no band of the collection.",
                               f"Write B04 = RED to rename, B04 = to remove. Its bands: {there}.")
        changes[name] = new
    kept = (band for band in bands if changes.get(band.name, band.name))
    return tuple(renamed_band(band, changes[band.name]) if band.name in changes else band for band in kept)
