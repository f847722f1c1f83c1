"""``make demo``: the report, the files it names, and a project that opens anywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtGui import QImage

ROOT = Path(__file__).resolve().parents[2]
KEYS = [
    "slots", "succeeded", "failed", "from_cache", "tiles", "size_px", "requests", "processing_units", "seconds",
    "peak_rss_mb", "project", "rasters", "tables",
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Two runs one after the other: (folder, report of the second)."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    environment = {**os.environ, "QGIS_CUSTOM_CONFIG_PATH": str(folder.parent / "profile")}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, str(ROOT / "scripts" / "demo.py"), "--output", str(folder)],
            env=environment, capture_output=True, text=True, timeout=300,
        )
        assert done.returncode == 0, done.stderr[-3000:]
    return folder, json.loads((folder / "report.json").read_text(encoding="utf-8"))


def test_the_second_run_answers_from_the_cache(demo):
    _, report = demo
    assert list(report) == KEYS
    assert (report["slots"], report["succeeded"], report["failed"]) == (12, 12, 0)
    assert (report["from_cache"], report["requests"], report["processing_units"]) == (12, 0, 0.0)
    assert report["size_px"] == [631, 1047] and report["tiles"] >= 12


def test_the_rasters_are_what_was_asked_for(demo):
    _, report = demo
    assert len(report["rasters"]) == 12
    for path in report["rasters"]:
        dataset = gdal.Open(path)
        assert (dataset.RasterXSize, dataset.RasterYSize, dataset.RasterCount) == (631, 1047, 3)
        assert [dataset.GetRasterBand(i).GetDescription() for i in (1, 2, 3)] == ["B04", "B03", "B02"]
        assert dataset.GetSpatialRef().GetAuthorityCode(None) == "4326"


def test_the_project_opens_where_it_was_moved_to(demo, tmp_path, qgis_new_project):
    folder, report = demo
    moved = tmp_path / "elsewhere"
    shutil.copytree(folder, moved)
    project = QgsProject.instance()
    assert project.read(str(moved / "demo.qgz"))
    (group,) = project.layerTreeRoot().children()
    layers = [node.layer() for node in group.findLayers()]
    assert len(layers) == 14 and all(layer.isValid() for layer in layers)
    assert all(str(moved) in layer.source() for layer in layers)
    rasters = [layer for layer in layers if isinstance(layer, QgsRasterLayer)]
    assert [layer.name()[:7] for layer in rasters] == [f"2019-{month:02}" for month in range(1, 13)]
    (relation,) = project.relationManager().relations().values()
    assert relation.isValid() and relation.referencingLayer().featureCount() == report["tiles"]


def test_the_contact_sheet_shows_twelve_different_pictures(demo):
    folder, _ = demo
    sheet = QImage(str(folder / "overview.png"))
    assert sheet.width() > 1000 and sheet.height() > 1000
    across = [sheet.pixel(sheet.width() * i // 200, sheet.height() // 5) for i in range(200)]
    assert len(set(across)) > 60
