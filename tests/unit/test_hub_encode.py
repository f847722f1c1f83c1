"""Images as the bytes of an answer: which format holds what, and that nothing is lost on the way."""

from __future__ import annotations

import io
import json
import tarfile

import numpy as np
import pytest
from osgeo import gdal

from sentinel_workbench.core.evalscript.conversion import SAMPLE_TYPES
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.localhub.encode import (
    JPEG,
    JSON,
    PNG,
    TIFF,
    check_format,
    encode_image,
    encode_user_data,
    pack,
)
from sentinel_workbench.localhub.records import HubError, ResponseFormat

gdal.UseExceptions()
GRID = PixelGrid(BBox(600000, 5000000, 600370, 5000230, "EPSG:32631"), 37, 23)
SUFFIX = {TIFF: "tif", PNG: "png", JPEG: "jpg"}


def ramp(bands, sample_type):
    """All corners of the type: its limits, and what lies between."""
    dtype = SAMPLE_TYPES[sample_type]
    low, high = (-1e30, 1e30) if dtype.kind == "f" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    values = np.linspace(low, high, bands * 23 * 37).reshape(bands, 23, 37)
    return np.floor(values).astype(dtype)


def encoded(pixels, mime, tmp_path, nodata=None, quality=90):
    target = tmp_path / f"image.{SUFFIX[mime]}"
    encode_image(pixels, ResponseFormat("default", mime, quality), GRID, nodata, target)
    return gdal.Open(str(target)), target


ALLOWED = {(TIFF, kind, bands) for kind in SAMPLE_TYPES for bands in (1, 2, 3, 4, 5, 13)}
ALLOWED |= {(PNG, kind, bands) for kind in ("AUTO", "UINT8", "UINT16") for bands in (1, 3, 4)}
ALLOWED |= {(JPEG, kind, bands) for kind in ("AUTO", "UINT8") for bands in (1, 3)}


@pytest.mark.parametrize("mime", [TIFF, PNG, JPEG])
@pytest.mark.parametrize("kind", list(SAMPLE_TYPES))
@pytest.mark.parametrize("bands", [1, 2, 3, 4, 5, 13])
def test_a_format_takes_what_it_can_hold_and_nothing_else(mime, kind, bands):
    response = ResponseFormat("default", mime)
    if (mime, kind, bands) in ALLOWED:
        check_format(response, bands, kind)
        return
    with pytest.raises(HubError) as caught:
        check_format(response, bands, kind)
    assert (caught.value.status, caught.value.code) == (400, "COMMON_BAD_PAYLOAD")
    assert mime in caught.value.message and str(bands) in caught.value.message


@pytest.mark.parametrize("mime, kind, bands", sorted(case for case in ALLOWED if case[0] != JPEG))
def test_every_value_comes_back(mime, kind, bands, tmp_path):
    pixels = ramp(bands, kind)
    dataset, target = encoded(pixels, mime, tmp_path)
    got = dataset.ReadAsArray().reshape(pixels.shape)
    assert got.dtype == pixels.dtype and np.array_equal(got, pixels)
    assert sorted(path.name for path in tmp_path.iterdir()) == [target.name]


def test_floats_that_are_no_numbers_come_back(tmp_path):
    pixels = ramp(2, "FLOAT32")
    pixels[0, 0, :3] = np.nan, np.inf, -np.inf
    assert np.array_equal(encoded(pixels, TIFF, tmp_path)[0].ReadAsArray(), pixels, equal_nan=True)


@pytest.mark.parametrize("kind, predictor", [("UINT8", b"2"), ("INT8", b"2"), ("INT16", b"2"), ("FLOAT32", None)])
def test_tiffs_are_compressed_in_a_way_simple_readers_know(kind, predictor, tmp_path):
    """tifffile without further packages reads Deflate and the integer predictor, not the one of floats."""
    dataset, _ = encoded(ramp(3, kind), TIFF, tmp_path)
    structure = dataset.GetMetadata("IMAGE_STRUCTURE")
    assert (structure["COMPRESSION"], structure["INTERLEAVE"]) == ("DEFLATE", "PIXEL")
    assert structure.get("PREDICTOR") == (predictor and predictor.decode())


def test_jpeg_quality_and_its_limits(tmp_path):
    chance = np.random.default_rng(7)
    pixels = chance.integers(0, 255, (3, 23, 37)).astype(np.uint8)
    sizes = []
    for quality in (0, 10, 50, 90, 100):
        dataset, target = encoded(pixels, JPEG, tmp_path, quality=quality)
        assert (dataset.RasterCount, dataset.RasterXSize, dataset.RasterYSize) == (3, 37, 23)
        sizes.append(target.stat().st_size)
    assert sizes[0] == sizes[1] < sizes[2] < sizes[3] < sizes[4]
    flat = np.full((1, 23, 37), 77, np.uint8)
    assert np.abs(encoded(flat, JPEG, tmp_path, quality=100)[0].ReadAsArray().astype(int) - 77).max() <= 1


def test_the_fourth_band_of_a_png_is_alpha(tmp_path):
    for kind in ("UINT8", "UINT16"):
        dataset, _ = encoded(ramp(4, kind), PNG, tmp_path)
        assert dataset.GetRasterBand(4).GetColorInterpretation() == gdal.GCI_AlphaBand


@pytest.mark.parametrize("nodata", [0, -5.0, 1e6, float("nan"), float("inf")])
def test_nodata_is_a_tag_of_tiffs_only(nodata, tmp_path):
    dataset, _ = encoded(ramp(1, "FLOAT32"), TIFF, tmp_path, nodata)
    assert dataset.GetRasterBand(1).GetNoDataValue() == pytest.approx(nodata, nan_ok=True)
    assert dataset.GetGeoTransform() == GRID.geotransform
    assert encoded(ramp(1, "UINT8"), PNG, tmp_path, nodata)[0].GetRasterBand(1).GetNoDataValue() is None


@pytest.mark.parametrize(
    "value, text",
    [
        (None, "{}"),
        ({"a": [float("nan"), float("inf"), 1.5], "b": {"c": None}}, '{"a":[null,null,1.5],"b":{"c":null}}'),
        ("\u017elu\u0165 \U0001f6f0", '"\u017elu\u0165 \U0001f6f0"'),
        ({"half": "\ud800"}, '{"half":"?"}'),
    ],
)
def test_user_data_are_json(value, text, tmp_path):
    encode_user_data(value, tmp_path / "userdata.json")
    assert (tmp_path / "userdata.json").read_bytes().decode("utf-8") == text
    json.loads(text)


def test_user_data_nested_too_deep_are_refused(tmp_path):
    value: list = []
    for _ in range(5000):
        value = [value]
    with pytest.raises(HubError) as caught:
        encode_user_data(value, tmp_path / "userdata.json")
    assert caught.value.status == 400 and "userData" in caught.value.message


PARTS = [(ResponseFormat("default", TIFF), b"II*\0 pixels"), (ResponseFormat("NDVI \u00e9", PNG), b"\x89PNG"),
         (ResponseFormat("u" * 60, JPEG), b"\xff\xd8"), (ResponseFormat("userdata", JSON), b"{}")]
NAMES = ["default.tif", "NDVI \u00e9.png", "u" * 60 + ".jpg", "userdata.json"]


def files(tmp_path):
    made = []
    for number, (response, content) in enumerate(PARTS):
        path = tmp_path / f"part{number}"
        path.write_bytes(content)
        made.append((response, path))
    return made


def test_a_tar_names_its_members_by_output_and_format(tmp_path):
    assert pack(files(tmp_path), "application/x-tar", tmp_path / "body") == "application/x-tar"
    with tarfile.open(tmp_path / "body") as archive:
        assert archive.getnames() == NAMES
        assert [archive.extractfile(name).read() for name in NAMES] == [content for _, content in PARTS]


def test_a_mixed_body_names_its_parts_by_output_and_format(tmp_path):
    kind = pack(files(tmp_path), "multipart/mixed", tmp_path / "body")
    from email.parser import BytesParser
    from email.policy import HTTP

    head = f"Content-Type: {kind}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parse(io.BytesIO(head + (tmp_path / "body").read_bytes()))
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == [response.mime for response, _ in PARTS]
    assert [part.get_payload(decode=True) for part in parts] == [content for _, content in PARTS]
    assert parts[0].get_filename() == "default.tif"


def test_several_outputs_need_a_container(tmp_path):
    with pytest.raises(HubError, match="application/tar"):
        pack(files(tmp_path), None, tmp_path / "body")
