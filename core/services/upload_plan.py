"""From a folder of files to what goes into a bucket: tiles that the service will take, and why others will not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.byoc import ByocTile
from sentinel_workbench.core.progress import Part, Progress, Silent
from sentinel_workbench.core.raster.cog_check import CogProblem, CogReport
from sentinel_workbench.core.services.cog_batch import CogOptions, check_files, check_together, make_files
from sentinel_workbench.core.services.tile_discovery import (
    ENDINGS,
    Discovery,
    FoundTile,
    Unmatched,
    discover_tiles,
    guess_template,
    guess_time_pattern,
)
from sentinel_workbench.core.services.upload import UploadFile, UploadOutcome, UploadReport

GUESS = "auto"


@dataclass(frozen=True)
class UploadPlan:
    """What to send and what to register.

    Attributes:
        files: to send.
        tiles: to register once their files are there.
        keys: of the files of each tile, by the tile's path.
        refused: names and tiles that are left out, and why.
        template: the one used.
        time_pattern: the one used, or None.
    """

    files: Tuple[UploadFile, ...]
    tiles: Tuple[ByocTile, ...]
    keys: Mapping[str, Tuple[str, ...]]
    refused: Tuple[Unmatched, ...]
    template: str
    time_pattern: Optional[str]

    def arrived(self, report: UploadReport) -> Tuple[ByocTile, ...]:
        """The tiles of which every file is in the bucket."""
        good = (UploadOutcome.SENT, UploadOutcome.THERE)
        there = {one.file.key for one in report.files if one.outcome in good}
        return tuple(tile for tile in self.tiles if there.issuperset(self.keys[tile.path]))


def list_folder(folder: Path) -> List[str]:
    """The names of all files below ``folder``, hidden ones left out, with ``/`` between folders.

    Raises:
        InvalidInput: there is no such folder.
    """
    if not folder.is_dir():
        raise InvalidInput("folder", f"'{folder}' is not a folder.", "Choose one that exists.")
    names = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [name.as_posix() for name in names if not any(part.startswith(".") for part in name.parts)]


def discover_folder(
    folder: Path, template: str = "", time_pattern: str = GUESS
) -> Tuple[Discovery, str, Optional[str]]:
    """The tiles of a folder, the template and the time pattern used; as ``discover_names``."""
    return discover_names(list_folder(folder), str(folder), template, time_pattern)


def discover_names(
    names: Sequence[str], place: str, template: str = "", time_pattern: str = GUESS
) -> Tuple[Discovery, str, Optional[str]]:
    """The tiles of the files listed in ``place``, the template and the time pattern used.

    Args:
        template: empty to guess it.
        time_pattern: ``auto`` to guess it, empty for tiles without a time.

    Raises:
        InvalidInput: no template fits, or there is no tile.
    """
    used = template.strip() or guess_template(names)
    if not used:
        raise InvalidInput("template", f"The names in {place} do not tell what is a band and what a tile.",
                           "Write a template such as */tile_(BAND).tif.")
    pattern: Optional[str] = time_pattern.strip() or None
    if pattern == GUESS:
        pattern = guess_time_pattern([tile.path for tile in discover_tiles(names, used).tiles])
    found = discover_tiles(names, used, pattern)
    if not found.tiles:
        rasters = [one for one in found.unmatched if one.name.lower().endswith(ENDINGS)]
        # a missing time is told last, and tells more than a name that does not fit
        reason = f" {rasters[-1].name}: {rasters[-1].reason}" if rasters else ""
        raise InvalidInput("template", f"No file in {place} fits '{used}'.{reason}", "Correct the template.")
    return found, used, pattern


def plan_upload(
    folder: Path,
    template: str = "",
    time_pattern: str = GUESS,
    prefix: str = "",
    work_folder: Optional[Path] = None,
    progress: Progress = Silent(),
) -> UploadPlan:
    """Check all tiles of ``folder``; only tiles without a problem are planned.

    Args:
        prefix: folder in the bucket.
        work_folder: where files that break a rule are converted to, unless they lie there from an earlier run; None
            leaves their tiles out.

    Raises:
        InvalidInput: as ``discover_folder``.
        Cancelled: at any time.
    """
    found, used, pattern = discover_folder(folder, template, time_pattern)
    names = [name for tile in found.tiles for name in tile.files.values()]
    paths = {name: folder / name for name in names}
    checks = check_files(list(paths.values()), progress=Part(progress, 0.0, 0.3 if work_folder else 1.0))
    reports = dict(zip(names, checks))
    kept: Mapping[str, str] = {}
    if work_folder is not None:
        kept = _repair(paths, reports, folder, work_folder, Part(progress, 0.3, 1.0))
    refused = [*found.unmatched, *_refusals(found, reports, kept)]
    bad = {one.name for one in refused}
    good = [tile for tile in found.tiles if tile.path not in bad]
    files, keys = _files(good, paths, prefix)
    return UploadPlan(files, tuple(tile.as_tile(prefix) for tile in good), keys, tuple(refused), used, pattern)


def _repair(
    paths: Dict[str, Path], reports: Dict[str, CogReport], folder: Path, work_folder: Path,
    progress: Progress,
) -> Mapping[str, str]:
    """Convert what breaks a rule, and put the results in the places of the originals; why others stayed, by name."""
    broken = [name for name, report in reports.items() if not report.is_good]
    kept: Dict[str, str] = {}
    if not broken:
        return kept
    sources = [paths[name] for name in broken]
    made = make_files(sources, work_folder, CogOptions(), root=folder, progress=progress, resume=True)
    for name, one in zip(broken, made):
        if one.targets:
            paths[name] = one.targets[0]
            checked = check_files([paths[name]])[0]
            reports[name] = replace(checked, path=str(Path(checked.path).with_suffix(Path(name).suffix)))
        else:
            kept[name] = one.sentence
    return kept


def _refusals(found: Discovery, reports: Mapping[str, CogReport], kept: Mapping[str, str]) -> List[Unmatched]:
    """The first problem of each tile that has one, with its remedy; that of a file in vain converted is in ``kept``."""
    together = check_together(found, reports)
    refused = []
    for tile in found.tiles:
        own = [f"{name}: {kept.get(name) or _sentence(reports[name].problems[0])}"
               for name in tile.files.values() if reports[name].problems]
        sentences = own or [_sentence(problem) for problem in together[tile.path]]
        if sentences:
            refused.append(Unmatched(tile.path, sentences[0]))
    return refused


def _sentence(problem: CogProblem) -> str:
    return f"{problem.message} {problem.remedy}".rstrip()


def _files(
    tiles: Sequence[FoundTile], paths: Mapping[str, Path], prefix: str
) -> Tuple[Tuple[UploadFile, ...], Mapping[str, Tuple[str, ...]]]:
    start = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
    files, keys = [], {}
    for tile in tiles:
        names = list(tile.files.values())
        files += [UploadFile(paths[name], f"{start}{name}") for name in names]
        keys[f"{start}{tile.path}"] = tuple(f"{start}{name}" for name in names)
    return tuple(files), keys
