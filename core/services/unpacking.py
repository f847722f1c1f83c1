"""A service's answer taken apart into layer-ready files and userdata."""

from __future__ import annotations

import json
import shutil
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Mapping, Optional

from sentinel_workbench.core.errors import UnexpectedAnswer
from sentinel_workbench.core.model.orders import JPEG, JSON_TYPE, PNG, TIFF, ImageOrder, Response
from sentinel_workbench.core.raster.band_labels import BandLabels
from sentinel_workbench.core.raster.gdalguard import storage_error
from sentinel_workbench.core.raster.writing import check_raster, georeference
from sentinel_workbench.core.services.bandnames import band_names, band_units, scale_notes

_ADVICE = "Try again; if it stays, the service or a proxy in between is at fault."
_MEMBER_SUFFIXES = {TIFF: ("tif", "tiff"), PNG: ("png",), JPEG: ("jpg", "jpeg"), JSON_TYPE: ("json",)}
_RESPONSE_SUFFIXES = {TIFF: "tiff", PNG: "png", JPEG: "jpg", JSON_TYPE: "json"}
_RESERVED = ("request", "response", "result")


@dataclass(frozen=True)
class Contents:
    """What an answer held.

    Attributes:
        rasters: output identifier to the GeoTIFF made of it.
        userdata: parsed, or None.
        empty: no raster has a pixel with a value.
    """

    rasters: Mapping[str, Path] = field(default_factory=dict)
    userdata: Optional[Any] = None
    empty: bool = False


def response_suffix(order: ImageOrder) -> str:
    """Of the file an answer is kept in: ``tar`` for several responses, else that of the only one."""
    return "tar" if len(order.responses) > 1 else _RESPONSE_SUFFIXES.get(order.responses[0].mime, "bin")


def raster_name(identifier: str) -> str:
    """Of the layer-ready file; never that of a file the cache keeps itself."""
    return f"{identifier}_.tif" if identifier in _RESERVED else f"{identifier}.tif"


def unpack(answer: Path, order: ImageOrder, folder: Path) -> Contents:
    """Check ``answer`` and write its rasters georeferenced into ``folder``.

    Args:
        answer: the body as served.
        order: as sent.
        folder: gets ``<identifier>.tif`` a raster; nothing else stays.

    Raises:
        DamagedFile: an image does not open, is cut short or has another size.
        UnexpectedAnswer: the archive or JSON is not what was asked for.
        DiskFull: there is no room.
    """
    if len(order.responses) == 1:
        files = {order.responses[0].identifier: answer}
        return _contents(files, order, folder)
    unpacked: Dict[str, Path] = {}
    try:
        _extract(answer, order, folder, unpacked)
        return _contents(unpacked, order, folder)
    finally:
        for path in unpacked.values():
            path.unlink()


def _contents(files: Mapping[str, Path], order: ImageOrder, folder: Path) -> Contents:
    rasters: Dict[str, Path] = {}
    userdata, empty = None, True
    for response in order.responses:
        path = files[response.identifier]
        if response.mime == JSON_TYPE:
            userdata = _read_json(path)
            continue
        facts = check_raster(path, order.grid.width, order.grid.height)
        labels = BandLabels(
            band_names(order.evalscript, response.identifier, facts.bands),
            band_units(order, response.identifier, facts.bands),
            scale_notes(order, response.identifier, facts.bands),
        )
        target = folder / raster_name(response.identifier)
        georeference(path, target, order.grid, labels)
        rasters[response.identifier] = target
        empty = empty and facts.empty
    return Contents(rasters, userdata, empty and bool(rasters))


def _read_json(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
        return json.loads(text) if text.strip() else None
    except (ValueError, OSError) as error:
        raise UnexpectedAnswer("The service's userdata is not JSON.", _ADVICE) from error


def _extract(archive: Path, order: ImageOrder, folder: Path, unpacked: Dict[str, Path]) -> None:
    """Copy the asked members out under names of our own; ``unpacked`` tells them even when it fails half-way."""
    expected = {
        f"{response.identifier}.{suffix}": response
        for response in order.responses
        for suffix in _MEMBER_SUFFIXES.get(response.mime, ())
    }
    try:
        with tarfile.open(str(archive), mode="r:") as tar:
            for member in tar:
                if not member.isdir():
                    _extract_member(tar, member, expected, folder, unpacked)
    except (tarfile.TarError, EOFError) as error:
        raise UnexpectedAnswer("The service's answer is not the TAR archive that was asked for.", _ADVICE) from error
    except OSError as error:
        raise storage_error(folder / archive.name, error) from error
    missing = [response.identifier for response in order.responses if response.identifier not in unpacked]
    if missing:
        raise UnexpectedAnswer(f"The service's answer lacks the output {', '.join(missing)}.", _ADVICE)


def _extract_member(
    tar: tarfile.TarFile,
    member: tarfile.TarInfo,
    expected: Mapping[str, Response],
    folder: Path,
    unpacked: Dict[str, Path],
) -> None:
    name = member.name[2:] if member.name.startswith("./") else member.name
    response = expected.get(name)
    # A sparse member may claim any size; a link may lead anywhere.
    if response is None or not member.isreg() or member.issparse() or response.identifier in unpacked:
        raise UnexpectedAnswer(f"The service's archive holds '{name[:80]}', which was not asked for.", _ADVICE)
    source = tar.extractfile(member)
    if source is None:
        raise UnexpectedAnswer(f"The service's archive holds '{name[:80]}' without content.", _ADVICE)
    target = folder / f".{response.identifier}.unpacked.{name.rsplit('.', 1)[1]}"
    unpacked[response.identifier] = target
    with source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
    if target.stat().st_size != member.size:
        raise UnexpectedAnswer("The service's archive is cut short.", _ADVICE)
