"""Checking and making COGs, many at a time: one that fails stops no other."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import DiskFull, InvalidInput, StorageError, WorkbenchError
from sentinel_workbench.core.model.byoc import BAND_PLACEHOLDER
from sentinel_workbench.core.progress import Part, Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.raster.cog_check import CogProblem, CogReport, check_cog
from sentinel_workbench.core.raster.cog_making import (
    COMPRESSIONS,
    KINDS,
    SAMPLE_TYPES,
    TILE_SIZES,
    CogOptions,
    make_band_cogs,
    make_cog,
)
from sentinel_workbench.core.raster.tile_check import check_collection_tiles, check_tile_files
from sentinel_workbench.core.services.tile_discovery import Discovery

__all__ = ["COMPRESSIONS", "KINDS", "RASTERS", "SAMPLE_TYPES", "TILE_SIZES", "CogOptions", "MadeFile",
           "as_document", "check_files", "check_together", "gather_files", "make_files"]

RASTERS = (".tif", ".tiff", ".jp2", ".img", ".vrt", ".asc", ".png", ".jpg")
"""Endings of the files that a folder is searched for when COGs are made."""


def gather_files(files: Sequence[str], folder: str, endings: Sequence[str]) -> List[Path]:
    """``files``, and what lies below ``folder`` with one of ``endings``, hidden files left out; each once, in order.

    Raises:
        InvalidInput: the folder is none, or there is no file at all.
    """
    found = [Path(file) for file in files]
    if folder:
        if not Path(folder).is_dir():
            raise InvalidInput("folder", f"'{folder}' is not a folder.", "Choose one that exists.")
        below = (path for path in sorted(Path(folder).rglob("*")) if path.suffix.lower() in endings)
        found += [path for path in below if path.is_file() and not _is_hidden(path.relative_to(folder))]
    if not found:
        raise InvalidInput("files", "There is no raster to work on.", "Choose files, or a folder that holds some.")
    return list(dict.fromkeys(found))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def check_files(
    paths: Sequence[Path],
    thorough: bool = False,
    progress: Progress = Silent(),
    on_report: Optional[Callable[[CogReport], None]] = None,
) -> List[CogReport]:
    """A report for each file; ``thorough`` decodes every block.

    Raises:
        Cancelled: on_report has been told of the files before.
    """
    reports = []
    for number, path in enumerate(paths):
        raise_if_cancelled(progress)
        part = Part(progress, number / len(paths), (number + 1) / len(paths))
        reports.append(check_cog(str(path), thorough, part))
        part.report(1.0, f"{number + 1} of {len(paths)} files")
        if on_report is not None:
            on_report(reports[-1])
    return reports


def check_together(discovery: Discovery, reports: Mapping[str, CogReport]) -> Dict[str, Tuple[CogProblem, ...]]:
    """What the files of each tile break together and against the first good tile, by the tile's path.

    Args:
        discovery: at least one tile.
        reports: by the names in ``discovery``.
    """
    tiles = {tile.path: {band: reports[name] for band, name in tile.files.items()} for tile in discovery.tiles}
    usual = set(discovery.bands)
    models = (path for path, files in tiles.items()
              if set(files) == usual and all(report.is_good for report in files.values()))
    model = next(models, None)
    if model is not None:
        tiles = {model: tiles[model], **tiles}
    among = check_collection_tiles(tiles)
    return {path: (*check_tile_files(files), *among[path]) for path, files in tiles.items()}


def as_document(report: CogReport) -> Mapping[str, Any]:
    """The report as JSON members."""
    return {"path": report.path, "good": report.is_good, **_members(report)}


def _members(report: CogReport) -> Mapping[str, Any]:
    facts = asdict(report.facts) if report.facts else None
    listed = {"problems": report.problems, "warnings": report.warnings}
    return {**{name: [asdict(one) for one in found] for name, found in listed.items()}, "facts": facts}


def write_documents(reports: Sequence[CogReport], path: Path) -> None:
    """All reports as one JSON list.

    Raises:
        StorageError: it can't be written.
    """
    text = json.dumps([as_document(report) for report in reports], indent=1, ensure_ascii=False)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"The report {path} can't be written: {error.strerror}.", "Choose another place.") from error


@dataclass(frozen=True)
class MadeFile:
    """What became of one source: the COGs made of it, or why there are none."""

    source: Path
    targets: Tuple[Path, ...] = ()
    sentence: str = ""


def make_files(
    sources: Sequence[Path],
    folder: Path,
    options: CogOptions,
    split: bool = False,
    root: Optional[Path] = None,
    progress: Progress = Silent(),
    on_made: Optional[Callable[[MadeFile], None]] = None,
    resume: bool = False,
) -> List[MadeFile]:
    """Make each source into ``folder``, under its name, with the folders it lies in below ``root``.

    Args:
        split: a folder of its source's name with a file for each band instead of one file.
        resume: a file gets the time of its source, and one that has it already is not made again; not with ``split``.

    Raises:
        InvalidInput: two sources would become one file, or a target would replace its source.
        DiskFull: the rest can't succeed either; on_made has been told of the files before.
        Cancelled: likewise.
    """
    targets = _targets(sources, folder, split, root)
    made = []
    for number, (source, target) in enumerate(zip(sources, targets)):
        raise_if_cancelled(progress)
        part = Part(progress, number / len(sources), (number + 1) / len(sources))
        work = _make_unless_there if resume and not split else _make_one
        made.append(work(source, target, options, split, part))
        if on_made is not None:
            on_made(made[-1])
    return made


def _make_one(source: Path, target: Path, options: CogOptions, split: bool, progress: Progress) -> MadeFile:
    try:
        if split:
            return MadeFile(source, tuple(make_band_cogs(str(source), target, options, progress).values()))
        return MadeFile(source, (make_cog(str(source), target, options, progress),))
    except DiskFull:
        raise
    except WorkbenchError as error:
        return MadeFile(source, (), str(error))


def _make_unless_there(source: Path, target: Path, options: CogOptions, split: bool, progress: Progress) -> MadeFile:
    try:
        time_ns = source.stat().st_mtime_ns
        if target.is_file() and target.stat().st_mtime_ns == time_ns:
            return MadeFile(source, (target,))
        made = _make_one(source, target, options, split, progress)
        if made.targets:
            # last, so that a file whose making was cut off has another time
            os.utime(target, ns=(time_ns, time_ns))
    except OSError as error:
        return MadeFile(source, (), f"{source.name} can't be converted: {error.strerror or error}.")
    return made


def _targets(sources: Sequence[Path], folder: Path, split: bool, root: Optional[Path]) -> List[Path]:
    targets: Dict[Path, Path] = {}
    for source in sources:
        inside = source.parent.relative_to(root) if root and root in source.parents else Path()
        name = Path(source.stem) / f"{BAND_PLACEHOLDER}.tif" if split else Path(f"{source.stem}.tif")
        target = folder / inside / name
        if target in targets:
            raise InvalidInput("files", f"{targets[target]} and {source} would become the same file {target}.",
                               "Convert them into different folders.")
        if target.resolve() == source.resolve():
            raise InvalidInput("folder", f"{target} would replace its source.", "Choose another folder.")
        targets[target] = source
    return list(targets)
