"""Results under readable names in a folder of the user's choice."""

from __future__ import annotations

import errno
import filecmp
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Dict, Optional

from sentinel_workbench.core.model.results import ImageResult, SeriesResult
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.raster.gdalguard import storage_error

_NO_HARD_LINKS = (errno.EXDEV, errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS)


def deliver(result: SeriesResult, folder: Path, progress: Progress = Silent()) -> SeriesResult:
    """Put the rasters of ``result`` into ``folder`` as ``2019-01-01_2019-01-31.tif``.

    Files are hard-linked where the disk allows it, else copied. A file of that name that differs is never touched:
    the new one gets ``_2`` and so on. The output's identifier is part of the name unless it is ``default``.

    Returns:
        The same result with the rasters' new paths.

    Raises:
        DiskFull: there is no room; what is delivered already stays, no file is half-written.
        StorageError: the folder can't be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(folder, error) from error
    images = []
    for number, image in enumerate(result.images):
        raise_if_cancelled(progress)
        progress.report(number / len(result.images), "Delivering")
        images.append(_deliver_image(image, folder))
    return replace(result, images=tuple(images))


def file_stem(time_range: Optional[TimeRange], identifier: str = "default") -> str:
    """``2019-01-01_2019-01-31``, with hours and minutes when the slot does not begin and end at midnight."""
    suffix = "" if identifier == "default" else f"_{identifier}"
    if time_range is None:
        return f"image{suffix}"
    start, end = time_range.start, time_range.end
    if (start.hour, start.minute, start.second, end.hour, end.minute, end.second) == (0,) * 6:
        first, last = time_range.wire_bounds()
        return f"{first[:10]}_{last[:10]}{suffix}"
    return f"{start:%Y-%m-%dT%H%M%S}_{end:%Y-%m-%dT%H%M%S}{suffix}"


def _deliver_image(image: ImageResult, folder: Path) -> ImageResult:
    rasters: Dict[str, Path] = {}
    for identifier, source in image.rasters.items():
        rasters[identifier] = _place(source, folder, file_stem(image.time_range, identifier))
    return replace(image, rasters=rasters)


def _place(source: Path, folder: Path, stem: str) -> Path:
    """The file ``stem`` in ``folder`` with the content of ``source``; takes the first name free or equal."""
    number = 1
    while True:
        target = folder / f"{stem}{'' if number == 1 else f'_{number}'}{source.suffix}"
        try:
            if _is_same(source, target) or _create(source, target):
                return target
        except OSError as error:
            raise storage_error(target, error) from error
        number += 1


def _is_same(source: Path, target: Path) -> bool:
    if not target.exists():
        return False
    return os.path.samefile(source, target) or filecmp.cmp(str(source), str(target), shallow=False)


def _create(source: Path, target: Path) -> bool:
    """Link or copy ``source`` to the free name ``target``; False when the name was taken meanwhile."""
    try:
        os.link(source, target)
        return True
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(str(source), str(temporary))
        return _rename_to_free_name(temporary, target)
    finally:
        if temporary.exists():
            temporary.unlink()


def _rename_to_free_name(temporary: Path, target: Path) -> bool:
    """Reserve the name first: a plain rename would replace another order's file."""
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    os.replace(temporary, target)
    return True
