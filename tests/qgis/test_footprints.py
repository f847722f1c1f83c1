"""The footprints layer: one, styled, in time, refreshed where it is."""

from __future__ import annotations

import datetime as dt

import pytest
from byoc_stand_in import numbered_tile
from qgis.core import Qgis, QgsProject, QgsRectangle

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.hub.byoc_records import tile_of
from sentinel_workbench.core.model.byoc import ByocCollection
from sentinel_workbench.core.qgis.footprints import draft_path, find_footprints, show_footprints
from sentinel_workbench.core.services.byoc_footprints import Footprints, save_footprints

MOSAIC = ByocCollection("0074520d", "Mosaic", "bucket")


@pytest.fixture
def project():
    yield QgsProject.instance()
    QgsProject.instance().clear()


def documents(count):
    return [numbered_tile(number) for number in range(count)]


def show(tmp_path, project, entries):
    path = tmp_path / "0074520d.gpkg"
    written = save_footprints([tile_of(entry) for entry in entries], draft_path(path))
    return show_footprints(written, path, MOSAIC, project), path


def test_footprints_are_one_styled_layer_in_time(tmp_path, project):
    layer, path = show(tmp_path, project, documents(120))
    assert layer.featureCount() == 120 and layer.name() == "Mosaic (tiles)" and layer.readOnly()
    assert layer.crs().authid() == "EPSG:4326"
    assert QgsRectangle(-20, 60, -17, 65).intersects(layer.extent()) and layer.extent().width() < 5
    labels = {c.value(): c.label() for c in layer.renderer().categories()}
    assert labels["INGESTED"] == "Ingested" and labels["FAILED"] == "Failed" and len(labels) == 5
    time = layer.temporalProperties()
    assert time.isActive() and time.startField() == "sensing_time"
    assert time.mode() == Qgis.VectorTemporalMode.FeatureDateTimeInstantFromField
    first = next(layer.getFeatures())
    assert first["sensing_time"].toUTC().date().toPyDate() == dt.date(2019, 1, 1)
    assert sorted(p.name for p in tmp_path.glob("*.gpkg")) == ["0074520d.gpkg"]


def test_a_refresh_keeps_layer_name_and_style(tmp_path, project):
    layer, _ = show(tmp_path, project, documents(10))
    layer.setName("My tiles")
    layer.renderer().updateCategoryLabel(0, "In the queue")
    changed = documents(12)
    changed[3]["status"] = "FAILED"
    changed[4]["sensingTime"] = None
    again, _ = show(tmp_path, project, changed)
    assert again.id() == layer.id() and len(project.mapLayers()) == 1
    assert (again.name(), again.featureCount(), again.readOnly()) == ("My tiles", 12, True)
    assert again.renderer().categories()[0].label() == "In the queue"
    assert sum(feature["status"] == "FAILED" for feature in again.getFeatures()) == 1
    assert find_footprints(project, "0074520d").id() == layer.id()
    assert find_footprints(project, "other") is None


def test_tiles_without_time_are_not_put_in_time(tmp_path, project):
    entries = documents(2)
    for entry in entries:
        entry.pop("sensingTime")
    layer, _ = show(tmp_path, project, entries)
    assert not layer.temporalProperties().isActive()


def test_a_damaged_file_is_told(tmp_path, project):
    path = tmp_path / "x.gpkg"
    draft_path(path).write_bytes(b"no geopackage")
    with pytest.raises(DamagedFile, match="do not open"):
        show_footprints(Footprints(draft_path(path), 0, 0), path, MOSAIC, project)
    assert not project.mapLayers()
