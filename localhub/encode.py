"""Image arrays and user data as the bytes of an answer."""

from __future__ import annotations

import json
import math
import tarfile
import uuid
from pathlib import Path
from typing import Any, Optional, Sequence, Tuple

import numpy as np
from osgeo import gdal, gdal_array

from sentinel_workbench.core.errors import StorageError
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.localhub.records import HubError, ResponseFormat

gdal.UseExceptions()

TIFF, PNG, JPEG, JSON = "image/tiff", "image/png", "image/jpeg", "application/json"
OCTETS = "application/octet-stream"
EXTENSIONS = {TIFF: "tif", PNG: "png", JPEG: "jpg", JSON: "json"}
USERDATA = "userdata"
_DRIVERS = {TIFF: "GTiff", PNG: "PNG", JPEG: "JPEG"}
_MULTIPART = "multipart/mixed"
_BIG_TIFF_BYTES = 4_000_000_000
_LOWEST_JPEG_QUALITY = 10
"""GDAL before 3.7 refuses less."""


def check_format(response: ResponseFormat, bands: int, sample_type: str) -> None:
    """Refuse what the format can't hold (process-api: Responses and formats).

    Raises:
        HubError: 400.
    """
    name, mime = response.identifier, response.mime
    if mime == JSON:
        raise _refused(name, f"Output '{name}' is an image and can't be sent as {JSON}; only '{USERDATA}' can.")
    if mime == JPEG and (sample_type not in ("AUTO", "UINT8") or bands not in (1, 3)):
        raise _refused(
            name, f"Output '{name}' ({bands} bands, {sample_type}) can't be encoded as {JPEG}:"
            " it takes 1 or 3 bands of 8 bits."
        )
    if mime == PNG and (sample_type not in ("AUTO", "UINT8", "UINT16") or bands not in (1, 3, 4)):
        raise _refused(
            name, f"Output '{name}' ({bands} bands, {sample_type}) can't be encoded as {PNG}:"
            " it takes 1, 3 or 4 bands of 8 or 16 bits, unsigned."
        )


def encode_image(
    pixels: np.ndarray, response: ResponseFormat, grid: PixelGrid, nodata: Optional[float], target: Path
) -> None:
    """Write one output.

    Args:
        pixels: (bands, rows, cols) of the type to be stored.
        response: names the format; ``check_format`` holds.
        grid: gives CRS and geotransform of a TIFF.
        nodata: for the nodata tag of a TIFF.
        target: file to write.

    Raises:
        StorageError: it can't be written.
    """
    source = gdal_array.OpenArray(np.ascontiguousarray(pixels.view(np.uint8) if _is_old_int8(pixels) else pixels))
    if response.mime == TIFF:
        source.SetSpatialRef(spatial_reference(grid.bbox.crs))
        source.SetGeoTransform(grid.geotransform)
        if nodata is not None:
            for number in range(source.RasterCount):
                source.GetRasterBand(number + 1).SetNoDataValue(nodata)
    gdal.SetThreadLocalConfigOption("GDAL_PAM_ENABLED", "NO")
    try:
        written = gdal.GetDriverByName(_DRIVERS[response.mime]).CreateCopy(
            str(target), source, options=_options(response, pixels)
        )
        written.FlushCache()
    except RuntimeError as error:
        raise StorageError(f"The image can't be written to {target}: {error}.", "Check the free space.") from error
    finally:
        gdal.SetThreadLocalConfigOption("GDAL_PAM_ENABLED", None)


def encode_user_data(value: Any, target: Path) -> None:
    """Write ``userData`` as JSON; not-a-number becomes null, as in ``JSON.stringify``.

    Raises:
        HubError: nested deeper than JSON readers can follow.
    """
    try:
        text = json.dumps(_finite({} if value is None else value), ensure_ascii=False, separators=(",", ":"))
    except RecursionError as error:
        raise HubError(400, "RENDERER_EXCEPTION", "The script's userData are nested too deep.") from error
    target.write_bytes(text.encode("utf-8", "replace"))


def pack(parts: Sequence[Tuple[ResponseFormat, Path]], container: Optional[str], target: Path) -> str:
    """Put the encoded outputs into one body.

    Args:
        parts: response and its file, in the order asked for.
        container: ``application/x-tar``, ``multipart/mixed``, or None for a single bare output.
        target: file of the body.

    Returns:
        The content type.
    """
    if container is None:
        (response, path), *others = parts
        if others:
            raise HubError(
                400, "COMMON_BAD_PAYLOAD",
                "Several responses need application/tar, application/x-tar or multipart/mixed to be accepted.",
            )
        path.replace(target)
        return response.mime
    if container == _MULTIPART:
        return _pack_multipart(parts, target)
    with tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as archive:
        for response, path in parts:
            member = tarfile.TarInfo(_member(response))
            member.size = path.stat().st_size
            with path.open("rb") as content:
                archive.addfile(member, content)
    return container


def _pack_multipart(parts: Sequence[Tuple[ResponseFormat, Path]], target: Path) -> str:
    boundary = uuid.uuid4().hex
    with target.open("wb") as body:
        for response, path in parts:
            head = f'Content-Disposition: attachment; name="{response.identifier}"; filename="{_member(response)}"'
            body.write(f"--{boundary}\r\n{head}\r\nContent-Type: {response.mime}\r\n\r\n".encode())
            body.write(path.read_bytes())
            body.write(b"\r\n")
        body.write(f"--{boundary}--\r\n".encode())
    return f"{_MULTIPART}; boundary={boundary}"


def _member(response: ResponseFormat) -> str:
    return f"{response.identifier}.{EXTENSIONS[response.mime]}"


def _is_old_int8(pixels: np.ndarray) -> bool:
    """GDAL before 3.7 has no type for signed bytes; it writes and reads them as bytes with a remark."""
    return pixels.dtype == np.int8 and not hasattr(gdal, "GDT_Int8")


def _options(response: ResponseFormat, pixels: np.ndarray) -> list:
    if response.mime == JPEG:
        return [f"QUALITY={max(response.quality, _LOWEST_JPEG_QUALITY)}"]
    if response.mime == PNG:
        return ["ZLEVEL=6"]
    is_colour = pixels.shape[0] == 3 and pixels.dtype == np.uint8
    return [
        "COMPRESS=DEFLATE", f"PREDICTOR={_predictor(pixels.dtype)}", "ZLEVEL=6", "TILED=NO", "INTERLEAVE=PIXEL",
        "BIGTIFF=YES" if pixels.nbytes > _BIG_TIFF_BYTES else "BIGTIFF=NO",
        "PHOTOMETRIC=RGB" if is_colour else "PHOTOMETRIC=MINISBLACK",
        *(["PIXELTYPE=SIGNEDBYTE"] if _is_old_int8(pixels) else []),
    ]


def _predictor(dtype: np.dtype) -> int:
    """None for floats: readers in common use, tifffile on its own among them, can't undo the predictor of floats."""
    return 1 if dtype.kind == "f" else 2


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    return value


def _refused(identifier: str, message: str) -> HubError:
    parameter = f"output->responses->{identifier}->format"
    return HubError(400, "COMMON_BAD_PAYLOAD", message, ({"parameter": parameter, "violation": message},))
