"""Files before they are sent: what each breaks, what they break together, and COGs made of those that do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Iterator, List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.progress import Part, Progress, Silent
from sentinel_workbench.core.raster.cog_check import CogProblem, CogReport
from sentinel_workbench.core.raster.cog_rules import MAX_CHUNKY_BANDS
from sentinel_workbench.core.services.cog_batch import (
    CogOptions,
    MadeFile,
    check_files,
    check_together,
    gather_files,
    make_files,
)
from sentinel_workbench.core.services.tile_discovery import ENDINGS, discover_tiles, guess_template


@dataclass(frozen=True)
class Finding:
    """A row of the answer: one rule that a file or tile breaks, or that it breaks none.

    Attributes:
        name: of the file below the common folder, or the path of a tile.
        path: of the file, None for a tile.
        problem: None where all is well.
        allowed: a warning, or all is well.
        made: the COG that was made of the file, or None.
    """

    name: str
    path: Optional[Path]
    problem: Optional[CogProblem]
    allowed: bool = False
    made: Optional[Path] = None


@dataclass(frozen=True)
class CheckedFiles:
    """What was looked at.

    Attributes:
        root: the folder the names are below.
        reports: by file, in order.
    """

    root: Path
    reports: Mapping[Path, CogReport]

    @property
    def bad(self) -> Tuple[Path, ...]:
        """Files that break a rule."""
        return tuple(path for path, report in self.reports.items() if not report.is_good)


Hear = Callable[[Sequence[Finding]], None]


def check_chosen(
    files: Sequence[str], folder: str, thorough: bool = False, as_tiles: bool = False, progress: Progress = Silent(),
    hear: Hear = lambda found: None,
) -> CheckedFiles:
    """Check ``files`` and the TIFFs below ``folder``.

    Args:
        thorough: decode every block.
        as_tiles: also together, as tiles of one collection, where their names make tiles.
        progress: of the whole.
        hear: called in the calling thread with the findings of each file as it ends, then with those of the tiles.

    Raises:
        InvalidInput: there is nothing to check.
        Cancelled: on request.
    """
    paths = gather_files(files, folder, ENDINGS)
    root = Path(folder) if folder and not files else common_folder(paths)
    reports = check_files(paths, thorough, progress, lambda report: hear(tuple(findings(report, root))))
    checked = CheckedFiles(root, dict(zip(paths, reports)))
    together = tuple(_findings_together(checked)) if as_tiles else ()
    if together:
        hear(together)
    return checked


def findings(report: CogReport, root: Path) -> Iterator[Finding]:
    """The rows of one file: broken rules first, then warnings; one row where there is neither."""
    path = Path(report.path)
    name = path.relative_to(root).as_posix() if root in path.parents else path.name
    for problem in report.problems:
        yield Finding(name, path, problem)
    for warning in report.warnings:
        yield Finding(name, path, warning, allowed=True)
    if not report.problems and not report.warnings:
        yield Finding(name, path, None, allowed=True)


def mend_files(
    checked: CheckedFiles, sources: Sequence[Path], target: Path, progress: Progress = Silent(),
    hear: Hear = lambda found: None,
) -> List[MadeFile]:
    """Make COGs of ``sources`` in the folder ``target``, under their names; the sources stay as they are.

    A file of more bands than a COG may hold becomes a file for each band.

    Args:
        hear: called in the calling thread with the findings of each source, now those of what was made of it.

    Raises:
        InvalidInput, DiskFull: as ``make_files``.
        Cancelled: what was made stays.
    """
    many = [path for path in sources if _bands(checked.reports.get(path)) > MAX_CHUNKY_BANDS]
    few = [path for path in sources if path not in many]
    made: List[MadeFile] = []
    for group, split, start, end in ((few, False, 0.0, len(few)), (many, True, len(few), len(sources))):
        part = Part(progress, start / max(len(sources), 1), end / max(len(sources), 1))
        if group:
            made += make_files(group, target, CogOptions(), split, checked.root, part,
                               lambda one: hear(tuple(_mended(one, checked.root))))
    return made


def _mended(made: MadeFile, root: Path) -> Iterator[Finding]:
    name = made.source.relative_to(root).as_posix() if root in made.source.parents else made.source.name
    if not made.targets:
        yield Finding(name, made.source, CogProblem("not made", made.sentence, ""))
    trouble = False
    for target, report in zip(made.targets, check_files(made.targets)):
        for one in findings(report, target.parent):
            if one.problem is not None:
                trouble = True
                yield replace(one, name=name, path=made.source, made=target)
    if made.targets and not trouble:
        yield Finding(name, made.source, None, allowed=True, made=made.targets[0])


def _findings_together(checked: CheckedFiles) -> Iterator[Finding]:
    named = {path.relative_to(checked.root).as_posix(): report for path, report in checked.reports.items()
             if checked.root in path.parents}
    template = guess_template(list(named))
    try:
        discovery = discover_tiles(list(named), template) if template else None
    except InvalidInput:
        return
    if discovery is None or not discovery.tiles:
        return
    for tile, problems in check_together(discovery, named).items():
        for problem in problems:
            yield Finding(tile, None, problem)


def _bands(report: Optional[CogReport]) -> int:
    return report.facts.bands if report is not None and report.facts is not None else 1


def common_folder(paths: Sequence[Path]) -> Path:
    """The innermost folder that all files lie in or below."""
    shared = paths[0].parent
    while not all(shared in path.parents for path in paths):
        shared = shared.parent
    return shared
