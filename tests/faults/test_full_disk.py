"""A full disk ends as one sentence and leaves nothing half-written under a final name."""

from __future__ import annotations

import os
import subprocess

import numpy as np
import pytest
from osgeo import gdal

from sentinel_workbench.core.errors import DiskFull
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.core.raster.cog_making import CogOptions, make_cog
from sentinel_workbench.core.raster.merging import MergePart, merge_tiles
from sentinel_workbench.core.raster.writing import georeference

GRID = PixelGrid(BBox(0, 0, 10000, 10000, "EPSG:32738"), 1000, 1000)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MB; needs root, as on the build machine."""
    mount = tmp_path / "small"
    mount.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(mount)]).returncode:
        pytest.skip("a small file system can't be mounted here")
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=True)


@pytest.fixture
def noise_image(tmp_path):
    """A PNG of 3 MB that does not compress."""
    pixels = np.random.default_rng(3).integers(0, 255, (3, 1000, 1000)).astype("uint8")
    memory = gdal.GetDriverByName("MEM").Create("", 1000, 1000, 3, gdal.GDT_Byte)
    memory.WriteRaster(0, 0, 1000, 1000, pixels.tobytes())
    gdal.GetDriverByName("PNG").CreateCopy(str(tmp_path / "noise.png"), memory)
    return tmp_path / "noise.png"


def test_georeferencing_on_a_full_disk(small_disk, noise_image):
    with pytest.raises(DiskFull, match="no space left"):
        georeference(noise_image, small_disk / "default.tif", GRID)
    assert list(small_disk.iterdir()) == []


def test_merging_on_a_full_disk(small_disk, noise_image):
    with pytest.raises(DiskFull):
        merge_tiles([MergePart(0, 0, noise_image)], GRID, small_disk / "default.tif")
    assert list(small_disk.iterdir()) == []


def test_making_a_cog_on_a_full_disk(small_disk, noise_image):
    with pytest.raises(DiskFull, match="no space left"):
        placed = str(noise_image.with_name("placed.tif"))
        georeference(noise_image, noise_image.with_name("placed.tif"), GRID)
        make_cog(placed, small_disk / "made.tif", CogOptions(), Silent())
    assert list(small_disk.iterdir()) == []
