"""A series becomes one group of layers that the Temporal Controller can step through."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from osgeo import ogr
from qgis.core import (
    Qgis,
    QgsDateTimeRange,
    QgsInterval,
    QgsProject,
    QgsRasterLayer,
    QgsTemporalNavigationObject,
    QgsTemporalUtils,
    QgsUnitTypes,
)
from sample_series import series

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.qgis.layers import SeriesLayering, add_series, layer_name, measure_series
from sentinel_workbench.core.qgis.temporal import to_qdatetime
from sentinel_workbench.core.services.tables import write_tables


def two_tables(path):
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    for name, column in (("images", "file"), ("tiles", "date")):
        layer = source.CreateLayer(name, geom_type=ogr.wkbNone)
        key = "id" if name == "images" else "image_id"
        layer.CreateField(ogr.FieldDefn(key, ogr.OFTInteger))
        layer.CreateField(ogr.FieldDefn(column, ogr.OFTString))
        for image_id in (1, 1, 2)[: 3 if name == "tiles" else 2]:
            feature = ogr.Feature(layer.GetLayerDefn())
            feature[key] = image_id
            layer.CreateFeature(feature)
    return path


@pytest.fixture()
def project(qgis_new_project):
    return QgsProject.instance()


def rasters(group):
    return [node.layer() for node in group.findLayers() if isinstance(node.layer(), QgsRasterLayer)]


def test_a_series_is_one_group_in_slot_order(project, tmp_path):
    group = add_series(series(tmp_path, 3), project, two_tables(tmp_path / "t.gpkg"))
    assert project.layerTreeRoot().children()[0].name() == group.name() == "True colour, Betsiboka, 2019"
    assert [layer.name() for layer in rasters(group)] == [
        "2019-01 (12 Jan, 3 % cloud)", "2019-02 (12 Feb, 3 % cloud)", "2019-03 (12 Mar, 3 % cloud)"
    ]


def frames(project):
    """The frames of the Temporal Controller as its panel makes them from the project's settings."""
    controller = QgsTemporalNavigationObject()
    controller.setNavigationMode(QgsTemporalNavigationObject.NavigationMode.Animated)
    controller.setTemporalExtents(project.timeSettings().temporalRange())
    controller.setAvailableTemporalRanges(QgsTemporalUtils.usedTemporalRangesForProject(project))
    controller.setFrameDuration(QgsInterval(1, project.timeSettings().timeStepUnit()))
    return [controller.dateTimeRangeForFrameNumber(i) for i in range(controller.totalFrameCount())]


def shown_by_frame(project, layers):
    return [
        [layer.name()[:7] for layer in layers if layer.temporalProperties().isVisibleInTemporalRange(frame)]
        for frame in frames(project)
    ]


MONTHS = [["2019-01"], ["2019-02"], ["2019-03"]]


def test_the_temporal_controller_steps_through_the_slots(project, tmp_path):
    layers = rasters(add_series(series(tmp_path, 3), project))
    assert shown_by_frame(project, layers) == MONTHS


def test_it_still_does_in_a_reopened_project(project, tmp_path):
    add_series(series(tmp_path, 3), project)
    assert project.write(str(tmp_path / "saved.qgs"))
    assert project.read(str(tmp_path / "saved.qgs"))
    assert shown_by_frame(project, rasters(project.layerTreeRoot())) == MONTHS


def test_a_slots_end_belongs_to_the_next_slot_alone(project, tmp_path):
    layers = rasters(add_series(series(tmp_path, 3), project))
    edge = to_qdatetime(dt.datetime(2019, 2, 1, tzinfo=dt.timezone.utc))
    instant = QgsDateTimeRange(edge, edge)
    assert [n.temporalProperties().isVisibleInTemporalRange(instant) for n in layers] == [False, True, False]
    assert all(layer.temporalProperties().isActive() for layer in layers)
    assert layers[0].temporalProperties().mode() == Qgis.RasterTemporalMode.FixedTemporalRange
    assert layers[1].temporalProperties().fixedTemporalRange().begin() == edge


def test_project_time_covers_the_series(project, tmp_path):
    add_series(series(tmp_path, 3), project)
    settings = project.timeSettings()
    assert settings.temporalRange().begin() == to_qdatetime(dt.datetime(2019, 1, 1, tzinfo=dt.timezone.utc))
    assert settings.temporalRange().end() == to_qdatetime(dt.datetime(2019, 3, 31, 23, 59, 59, tzinfo=dt.timezone.utc))
    assert settings.timeStepUnit() == QgsUnitTypes.TemporalUnit.TemporalIrregularStep


def test_tables_are_related(project, tmp_path):
    add_series(series(tmp_path, 2), project, two_tables(tmp_path / "t.gpkg"))
    (relation,) = project.relationManager().relations().values()
    assert relation.isValid()
    images, tiles = relation.referencedLayer(), relation.referencingLayer()
    assert (images.name(), tiles.name()) == ("images", "tiles")
    first = next(images.getFeatures('"id" = 1'))
    assert len(list(relation.getRelatedFeatures(first))) == 2


def test_user_data_is_a_table_of_its_own(project, tmp_path):
    result = series(tmp_path, 2)
    images = (dataclasses.replace(result.images[0], userdata=[{"n": 1}, {"n": 2}]), result.images[1])
    write_tables(dataclasses.replace(result, images=images), tmp_path / "t.gpkg")
    group = add_series(result, project, tmp_path / "t.gpkg")
    names = [node.layer().name() for node in group.findLayers()]
    assert names[-3:] == ["images", "tiles", "userdata"]
    relation = next(r for r in project.relationManager().relations().values() if r.name() == "User data of the image")
    assert relation.isValid()
    first = next(relation.referencedLayer().getFeatures('"id" = 1'))
    assert [row["n"] for row in relation.getRelatedFeatures(first)] == [1, 2]


def test_eight_bit_colours_are_shown_as_they_are(project, tmp_path):
    renderer = rasters(add_series(series(tmp_path, 1), project))[0].renderer()
    assert renderer.type() == "multibandcolor"
    assert renderer.redContrastEnhancement().contrastEnhancementAlgorithm() == 0


@pytest.mark.parametrize("dtype", ["uint16", "float32"])
def test_other_colours_share_one_stretch(project, tmp_path, dtype):
    layers = rasters(add_series(series(tmp_path, 2, dtype), project))
    limits = {
        (e.minimumValue(), e.maximumValue())
        for e in (layer.renderer().redContrastEnhancement() for layer in layers)
    }
    ((low, high),) = limits
    assert 0 < low < 150 and 2800 < high < 3000


def test_a_single_float_band_gets_a_ramp(project, tmp_path):
    layer = rasters(add_series(series(tmp_path, 1, "float32", bands=1), project))[0]
    assert layer.renderer().type() == "singlebandpseudocolor"


def test_metadata_tells_the_tiles_and_lies_beside_the_file(project, tmp_path):
    layer = rasters(add_series(series(tmp_path, 1), project))[0]
    assert "S2A_0_A of 2019-01-12" in layer.metadata().abstract()
    assert "80% of the image" in layer.metadata().abstract()
    sidecar = (tmp_path / "2019-01.qmd").read_text(encoding="utf-8")
    assert "S2A_0_A" in sidecar and "2019-01-01T00:00:00" in sidecar
    assert "Evalscript" in sidecar


def test_failed_slots_have_no_layer(project, tmp_path):
    assert len(rasters(add_series(series(tmp_path, 3, failed=(1,)), project))) == 2


def test_a_damaged_raster_leaves_the_project_as_it_was(project, tmp_path):
    result = series(tmp_path, 3)
    good = add_series(series(tmp_path, 1), project)
    result.images[2].rasters["default"].write_bytes(b"not a raster")
    with pytest.raises(DamagedFile, match="2019-03.tif"):
        add_series(result, project, stretches={})
    assert [child.name() for child in project.layerTreeRoot().children()] == [good.name()]
    assert len(project.mapLayers()) == 1


@pytest.mark.parametrize("leave", ["clear", "remove_group"])
def test_a_series_whose_group_is_gone_adds_no_more(project, tmp_path, leave):
    """Somebody opens another project, or removes the group, while the layers are still being added."""
    result = series(tmp_path, 3)
    steps = SeriesLayering(result, project, two_tables(tmp_path / "t.gpkg"), measure_series(result)).run()
    next(steps), next(steps)
    if leave == "clear":
        project.clear()
    else:
        project.layerTreeRoot().removeAllChildren()
    before = set(project.mapLayers())
    assert list(steps) == [] and set(project.mapLayers()) == before
    assert project.layerTreeRoot().children() == []


def test_reopened_project_needs_no_credentials(project, tmp_path):
    add_series(series(tmp_path, 2), project, two_tables(tmp_path / "t.gpkg"))
    path = tmp_path / "saved.qgz"
    assert project.write(str(path))
    project.clear()
    assert project.read(str(path))
    again = rasters(project.layerTreeRoot().children()[0])
    assert len(again) == 2 and all(layer.isValid() for layer in again)
    assert again[0].temporalProperties().isActive()
    assert "S2A_0_A" in again[0].metadata().abstract()
    assert len(project.relationManager().relations()) == 1


def test_the_name_without_tiles_is_the_slot(tmp_path):
    image = dataclasses.replace(series(tmp_path, 1).images[0], tiles=())
    assert layer_name(image) == "2019-01"
    assert layer_name(dataclasses.replace(image, area_cloud_percent=12.4)) == "2019-01 (12 % cloud)"
