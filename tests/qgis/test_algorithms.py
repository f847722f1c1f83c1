"""The Processing door: parameters, refusals, outputs, layers, and the command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import processing
import pytest
from osgeo import gdal
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms.parameters import read_script_text
from sentinel_workbench.core.errors import InvalidInput

pytestmark = pytest.mark.usefixtures("provider", "own_cache")

ROOT = Path(__file__).resolve().parents[2]
QGIS_PROCESS = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
AREA = "46.20,46.40,-16.10,-15.80 [EPSG:4326]"


@pytest.fixture()
def values(small_hub, small_scenes, tmp_path):
    return {
        "CONNECTION": "local hub", "HUB_DATA": str(small_scenes), "COLLECTION": "sentinel-2-l2a",
        "EVALSCRIPT": "true_colour", "EXTENT": AREA, "RESOLUTION": 600.0, "START": "2019-01-01", "END": "2019-03-31",
    }


def test_an_image_from_a_local_hub_of_its_own(values, tmp_path):
    target = tmp_path / "image.tif"
    outputs = processing.run("sentinelworkbench:image", {**values, "OUTPUT": str(target)})
    dataset = gdal.Open(outputs["OUTPUT"])
    assert (dataset.RasterXSize, dataset.RasterYSize, dataset.RasterCount) == (36, 55, 3)
    assert "of the image" in outputs["TILES"] and outputs["REQUESTS"] >= 1
    again = processing.run("sentinelworkbench:image", {**values, "OUTPUT": str(tmp_path / "again.tif")})
    assert again["REQUESTS"] == 0
    assert target.read_bytes() == (tmp_path / "again.tif").read_bytes()


def test_a_series_loads_as_one_group(values, tmp_path, qgis_new_project):
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    outputs = processing.run(
        "sentinelworkbench:series", {**values, "TITLE": "Quarter", "FOLDER": str(tmp_path / "out")}, context=context
    )
    assert (outputs["SUCCEEDED"], outputs["FAILED"]) == (3, 0)
    assert sorted(path.name for path in (tmp_path / "out").iterdir() if path.suffix == ".tif") == [
        "2019-01-01_2019-01-31.tif", "2019-02-01_2019-02-28.tif", "2019-03-01_2019-03-31.tif"
    ]
    assert QgsVectorLayer(outputs["TILES"], "tiles", "ogr").featureCount() >= 3
    details = context.layersToLoadOnCompletion()
    assert len(details) == 5
    for uri, detail in details.items():
        layer = QgsVectorLayer(uri, "t", "ogr") if "|" in uri else QgsRasterLayer(uri, "r")
        QgsProject.instance().addMapLayer(layer)
        detail.postProcessor().postProcessLayer(layer, context, QgsProcessingFeedback())
    group = QgsProject.instance().layerTreeRoot().findGroup("Quarter")
    assert len(group.findLayers()) == 5
    dated = [node.layer() for node in group.findLayers() if isinstance(node.layer(), QgsRasterLayer)]
    assert all(layer.temporalProperties().isActive() for layer in dated)
    assert sorted(layer.name()[:7] for layer in dated) == ["2019-01", "2019-02", "2019-03"]


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"START": "2019-05-01"}, "before the first"),
        ({"START": None}, "not a date"),
        ({"EVALSCRIPT": "no_such"}, "no script 'no_such'"),
        ({"EVALSCRIPT": "/nowhere/x.js"}, "no evalscript file"),
        ({"EXTENT": "46.2,46.2,-16.1,-15.8 [EPSG:4326]"}, "no width"),
        ({"EXTENT": "179.9,-179.9,-16.1,-15.8 [EPSG:4326]"}, "antimeridian"),
        ({"RESOLUTION": 90000.0}, "larger than the area"),
        ({"COLLECTION": ""}, "No collection|COLLECTION|Collection"),
        ({"SLOTS": "days", "SLOT_NUMBER": 0}, "SLOT_NUMBER|number of slots"),
    ],
)
def test_what_cannot_succeed_is_refused_before_it_runs(values, tmp_path, change, sentence):
    with pytest.raises(QgsProcessingException, match=sentence):
        processing.run("sentinelworkbench:series", {**values, "FOLDER": str(tmp_path / "out"), **change})
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_an_unknown_connection_is_named(values, tmp_path):
    with pytest.raises(QgsProcessingException, match="no connection 'Nobody'"):
        processing.run("sentinelworkbench:image", {**values, "CONNECTION": "Nobody", "OUTPUT": str(tmp_path / "x.tif")})


def test_a_broken_script_ends_as_its_own_sentence(values, tmp_path):
    script = (
        "//VERSION=3\nfunction setup() { return {input: ['B04'], output: {bands: 1}}; }\n"
        "function evaluatePixel(s) { return [s.B04.x.y]; }"
    )
    with pytest.raises(QgsProcessingException, match="TypeError|undefined"):
        processing.run("sentinelworkbench:image", {**values, "EVALSCRIPT": script, "OUTPUT": str(tmp_path / "x.tif")})
    assert not (tmp_path / "x.tif").exists()


def test_no_secret_among_the_parameters(provider):
    for algorithm in provider.algorithms():
        names = " ".join(parameter.name() for parameter in algorithm.parameterDefinitions()).lower()
        assert "secret" not in names and "password" not in names


def test_scripts_by_name_by_file_and_as_text(tmp_path):
    path = tmp_path / "mine.js"
    path.write_text("//VERSION=3\n// mine", encoding="utf-8")
    assert read_script_text(str(path)) == "//VERSION=3\n// mine"
    assert read_script_text("true_colour") == api.library_script("true_colour")
    assert read_script_text("//VERSION=3\nx") == "//VERSION=3\nx"
    with pytest.raises(InvalidInput):
        read_script_text("")


@pytest.mark.skipif(QGIS_PROCESS is None, reason="this QGIS has no qgis_process")
def test_qgis_process_runs_it(values, tmp_path):
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    (plugins / "sentinel_workbench").symlink_to(ROOT, target_is_directory=True)
    environment = {
        **os.environ, "QGIS_PLUGINPATH": str(plugins), "QGIS_CUSTOM_CONFIG_PATH": str(tmp_path / "profile"),
        "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": "", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path),
    }

    def run(*arguments):
        return subprocess.run(
            [QGIS_PROCESS, "--json", *arguments], env=environment, capture_output=True, text=True, timeout=120
        )

    enabled = run("plugins", "enable", "sentinel_workbench")
    assert enabled.returncode == 0, enabled.stderr[-2000:]
    assigned = [f"{name}={value}" for name, value in {**values, "FOLDER": str(tmp_path / "out")}.items()]
    done = run("run", "sentinelworkbench:series", "--", *assigned)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert json.loads(done.stdout[done.stdout.index("{"):])["results"]["SUCCEEDED"] == 3
