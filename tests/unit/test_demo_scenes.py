"""The demo scenes, made small: the same every time, with a tile border, clouds, tides and seasons in them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import re
import shutil

import numpy as np
import pytest
from osgeo import gdal

from sentinel_workbench.core.errors import Cancelled, StorageError
from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.localhub.cbm_parcels import ParcelFile
from sentinel_workbench.localhub.demo.backscatter import LOOKS, RadarScene
from sentinel_workbench.localhub.demo.drainage import drained_area
from sentinel_workbench.localhub.demo.frame import HEIGHT_M, NORTH_M, WEST_M, WIDTH_M, Frame
from sentinel_workbench.localhub.demo.height_scenes import DEM
from sentinel_workbench.localhub.demo.landcover import cover_on, lay_ground
from sentinel_workbench.localhub.demo.optical_scenes import L1C, L2A
from sentinel_workbench.localhub.demo.passes import all_passes
from sentinel_workbench.localhub.demo.products import Scenery, cloud_percent
from sentinel_workbench.localhub.demo.radar_passes import all_radar_passes
from sentinel_workbench.localhub.demo.radar_scenes import S1
from sentinel_workbench.localhub.demo.radar_view import view_from
from sentinel_workbench.localhub.demo.spectra import BANDS, CIRRUS, CLOUD, HAZE, REFLECTANCE, SURFACES, TRANSMITTANCE
from sentinel_workbench.localhub.demo.terrain import shape_terrain
from sentinel_workbench.localhub.demo_scenes import make_demo_scenes
from sentinel_workbench.localhub.scene_choice import group_samples
from sentinel_workbench.localhub.store import SceneStore

SMALL = Frame(600.0)
PASSES = tuple(all_passes()[i] for i in (1, 7, 15))
RADAR = tuple(moment for moment in all_radar_passes() if moment.cycle in (0, 15))
HEIGHTS = 3
AREA = BBox(46.16, -16.15, 46.51, -15.58)
UTC = dt.timezone.utc


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub")
    make_demo_scenes(folder, frame=SMALL, passes=PASSES, radar_passes=RADAR)
    return folder


@pytest.fixture(scope="module")
def store(data):
    return SceneStore(data)


@pytest.fixture(scope="module")
def scenery():
    return Scenery(SMALL)


def pixels(scene, band):
    file = scene.bands[band]
    dataset = gdal.Open(file.path)
    return dataset.GetRasterBand(file.band_index).ReadAsArray()


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(gdal.Open(str(path)).ReadAsArray().tobytes()).hexdigest()
        for path in sorted(folder.rglob("*.tif"))
    }


def test_same_scenes_on_every_run(data, tmp_path):
    make_demo_scenes(tmp_path, frame=SMALL, passes=PASSES, radar_passes=RADAR)
    first, second = digests(data), digests(tmp_path)
    assert first == second
    assert len(first) == 3 * 2 * 11 + len(RADAR) * 2 + 2 * 4 + HEIGHTS * 2
    assert len(set(first.values())) > 60


def test_every_band_of_both_collections(store):
    for collection in (L1C, L2A):
        names = {band.name for band in find_collection(collection).bands}
        for scene in store.search(collection):
            assert set(scene.bands) == names
            assert all(pixels(scene, name).size for name in names)


def test_scenes_lie_on_the_ground_they_claim(store):
    scene = store.search(L1C)[0]
    dataset = gdal.Open(scene.bands["B02"].path)
    assert dataset.GetSpatialRef().GetAuthorityCode(None) == "32738"
    assert dataset.GetMetadata("IMAGE_STRUCTURE")["LAYOUT"] == "COG"
    assert dataset.GetGeoTransform()[1] == 600.0
    assert dataset.GetRasterBand(scene.bands["B08"].band_index).GetDescription() == "B08"


def test_area_spans_a_tile_border(store):
    day = (dt.datetime(2019, 6, 8, tzinfo=UTC), dt.datetime(2019, 6, 9, tzinfo=UTC))
    north, south = sorted(store.search(L2A, AREA, *day), key=lambda scene: scene.date)
    assert (north.properties["tile"], south.properties["tile"]) == ("38LPH", "38KPG")
    assert (south.date - north.date).total_seconds() == 14
    assert not store.search(L2A, BBox(46.2, -15.7, 46.3, -15.6), *day) == [north, south]
    top = max(lat for _, lat in south.footprint["coordinates"][0])
    bottom = min(lat for _, lat in north.footprint["coordinates"][0])
    assert AREA.min_y < bottom < top < AREA.max_y, "the tiles overlap inside the area"


def test_overlap_shows_the_same_ground(store):
    day = (dt.datetime(2019, 6, 8, tzinfo=UTC), dt.datetime(2019, 6, 9, tzinfo=UTC))
    north, south = sorted(store.search(L1C, AREA, *day), key=lambda scene: scene.date)
    first = SMALL.tiles[1].first_row
    shared = SMALL.tiles[0].end_row - first
    assert shared > 0
    np.testing.assert_array_equal(pixels(north, "B04")[-shared:], pixels(south, "B04")[:shared])


def test_cloud_percent_agrees_with_the_mask(store):
    percents = set()
    for scene in store.search(L1C):
        mask = pixels(scene, "CLM")
        seen = mask[mask != 255]
        assert scene.cloud_percent == pytest.approx(100 * (seen == 1).mean(), abs=0.005)
        percents.add(scene.cloud_percent)
    assert len(percents) > 3


def test_swath_edge_leaves_nothing_but_nodata(store):
    time = PASSES[1].time
    (scene, _) = store.search(L2A, AREA, time - dt.timedelta(hours=1), time + dt.timedelta(hours=1))
    red, classes = pixels(scene, "B04"), pixels(scene, "SCL")
    assert 0.1 < (red == 0).mean() < 0.9
    assert (classes == 0).any() and (pixels(scene, "CLM") == 255).any()
    assert scene.properties["cover"] == scene.footprint
    whole = store.search(L2A, AREA, PASSES[0].time, PASSES[0].time)[0]
    assert (pixels(whole, "B04") > 0).all() and "cover" not in whole.properties


def test_top_of_atmosphere_is_bluer(store):
    day = (dt.datetime(2019, 6, 8, tzinfo=UTC), dt.datetime(2019, 6, 9, tzinfo=UTC))
    above, below = store.search(L1C, AREA, *day)[0], store.search(L2A, AREA, *day)[0]
    haze = {band: pixels(above, band).mean() - pixels(below, band).mean() for band in ("B02", "B04")}
    assert haze["B02"] > 300 > haze["B04"]


def test_mudflats_fall_dry_with_the_tide(scenery):
    def water(tide_m):
        return cover_on(scenery.ground, 200, tide_m)[:3].sum()

    assert water(1.6) > 1.04 * water(0.0) > 1.08 * water(-1.6)
    tides = [moment.tide_m for moment in all_passes()]
    assert max(tides) > 1.2 and min(tides) < -1.2


def test_shares_of_a_pixel_sum_to_one(scenery):
    np.testing.assert_allclose(cover_on(scenery.ground, 60, 0.4).sum(axis=0), 1, atol=1e-5)


def test_savanna_greens_with_the_rains(scenery):
    green = SURFACES.index("green grass")
    wet, dry = (cover_on(scenery.ground, day, 0.0)[green].mean() for day in (60, 270))
    assert wet > 0.3 > 0.1 > dry


def test_a_pass_every_ten_days_of_2019_and_june_2020():
    days = [moment.time.date() for moment in all_passes()]
    year = [day for day in days if day.year == 2019]
    assert len(year) == 36 and {(b - a).days for a, b in zip(year, year[1:])} == {10}
    assert days[36:] == [dt.date(2020, 6, 2), dt.date(2020, 6, 12), dt.date(2020, 6, 22)]
    covers = [moment.cover for moment in all_passes()]
    assert min(covers) == 0 and max(covers) == 1


def test_closed_and_open_skies(scenery):
    for number, least, most in ((2, 99, 100), (15, 0, 0)):
        photograph = scenery.photograph(all_passes()[number])
        mask = photograph.shared_products()["clouds"].pixels[0]
        assert least <= cloud_percent(mask) <= most


def test_nothing_is_made_twice(data):
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*") if path.is_file()}
    assert make_demo_scenes(data) == 3 * 2 * 2 + len(RADAR) + HEIGHTS
    assert before == {path: path.stat().st_mtime_ns for path in data.rglob("*") if path.is_file()}


def test_registration_is_repeated_after_a_crash(data, tmp_path):
    make_demo_scenes(tmp_path, frame=SMALL, passes=PASSES[:1], radar_passes=RADAR[:1])
    (tmp_path / "demo-scenes.json").unlink()
    (tmp_path / "scenes.sqlite").unlink()
    assert make_demo_scenes(tmp_path) == 4 + 1 + HEIGHTS
    assert SceneStore(tmp_path).count(L1C) == 2


def test_damaged_marker_is_not_trusted(tmp_path):
    make_demo_scenes(tmp_path, frame=SMALL, passes=PASSES[:1], radar_passes=RADAR[:1])
    (tmp_path / "demo-scenes.json").write_text("[", encoding="utf-8")
    assert make_demo_scenes(tmp_path) == 4 + 1 + HEIGHTS
    assert json.loads((tmp_path / "demo-scenes.json").read_text())["scenes"] == 4 + 1 + HEIGHTS


def test_a_folder_of_before_radar_gets_what_is_missing(tmp_path):
    make_demo_scenes(tmp_path, frame=SMALL, passes=PASSES[:1], radar_passes=RADAR[:1])
    for name in ("demo-radar-1", "demo-elevation-1"):
        shutil.rmtree(tmp_path / name)
    (tmp_path / "demo-scenes.json").write_text(json.dumps({"version": "2", "scenes": 5}), encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "demo-scenes-2").rglob("*.tif")}
    make_demo_scenes(tmp_path, frame=SMALL, passes=PASSES[:1], radar_passes=RADAR[:1])
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "demo-scenes-2").rglob("*.tif")}
    assert SceneStore(tmp_path).count(S1) == 1 and pixels(SceneStore(tmp_path).search(S1)[0], "VV").any()


def test_older_version_gives_way(tmp_path):
    (tmp_path / "demo-scenes-1" / "2019-01-09").mkdir(parents=True)
    (tmp_path / "demo-scenes-1" / "scenes.json").write_text("{}", encoding="utf-8")
    (tmp_path / "demo-scenes.json").write_text(json.dumps({"version": "1", "scenes": 5}), encoding="utf-8")
    make_demo_scenes(tmp_path, frame=SMALL, passes=PASSES[:1], radar_passes=RADAR[:1])
    assert not (tmp_path / "demo-scenes-1").exists()
    scenes = SceneStore(tmp_path).search(L2A)
    assert len(scenes) == 2 and all(pixels(scene, "B04").any() for scene in scenes)


def test_a_table_of_fields_lies_beside_the_scenes_and_an_own_one_stays(data, tmp_path):
    parcels = ParcelFile(data / "parcels.gpkg", ())
    (table,) = parcels.tables
    rows = parcels.all(table)
    assert (table.aoi, table.year, len(rows)) == ("mg", "2019", 1477) and rows[0].pid == "1001"
    assert {row.crop_name for row in rows} == {"Pasture", "Rice, second season", "Rice, main season"}
    assert all(9.77e4 < row.shape.GetArea() < 9.82e4 and row.shape.IsValid() for row in rows)
    boxes = [row.shape.GetEnvelope() for row in rows]
    assert all(WEST_M < west and east < WEST_M + WIDTH_M for west, east, _, _ in boxes)
    assert all(NORTH_M - HEIGHT_M < south and north < NORTH_M for _, _, south, north in boxes)
    (data / "parcels.gpkg").rename(tmp_path / "aside.gpkg")
    make_demo_scenes(data, frame=SMALL, passes=PASSES, radar_passes=RADAR)
    assert (data / "parcels.gpkg").is_file()
    (data / "parcels.gpkg").write_text("mine", encoding="utf-8")
    make_demo_scenes(data, frame=SMALL, passes=PASSES, radar_passes=RADAR)
    assert (data / "parcels.gpkg").read_text(encoding="utf-8") == "mine"
    (tmp_path / "aside.gpkg").replace(data / "parcels.gpkg")


def test_parcels_lie_on_the_fields_that_are_seen(data):
    """The more rice the table tells of, the more there is on the ground."""
    frame = Frame(150.0)
    ground = lay_ground(frame, shape_terrain(frame))
    rice = ground.shares[SURFACES.index("rice")]
    parcels = ParcelFile(data / "parcels.gpkg", ())
    shares = {}
    for row in parcels.all(parcels.tables[0]):
        middle = row.shape.Centroid()
        column, line = int((middle.GetX() - WEST_M) / 150), int((NORTH_M - middle.GetY()) / 150)
        shares.setdefault(row.crop_name, []).append(rice[line, column])
    means = [np.mean(shares[name]) for name in ("Pasture", "Rice, second season", "Rice, main season")]
    assert means[0] < 0.36 < means[1] < 0.58 < means[2]


def test_cancel_leaves_nothing(tmp_path):
    progress = Watched()
    progress.cancel()
    with pytest.raises(Cancelled):
        make_demo_scenes(tmp_path, progress, SMALL, PASSES, RADAR)
    assert list(tmp_path.iterdir()) == []


def test_unwritable_place_is_told(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="utf-8")
    with pytest.raises(StorageError):
        make_demo_scenes(blocked, frame=SMALL, passes=PASSES[:1], radar_passes=RADAR[:1])


def test_water_gathers_in_valleys():
    valley = np.abs(np.arange(9.0) - 4)[None, :] * 50 + np.arange(12.0)[:, None] * 100 + 10
    area = drained_area(valley)
    assert area[1:-2].argmax(axis=1).tolist() == [4] * 9
    assert area[1, 4] > area[5, 4] > area[9, 4]


def test_clouds_and_ground_have_a_value_in_every_band():
    assert REFLECTANCE.shape == (len(SURFACES), len(BANDS))
    assert all(len(layer) == len(BANDS) for layer in (CLOUD, CIRRUS, HAZE, TRANSMITTANCE))


# ---- radar -------------------------------------------------------------------------------------------------------


def stored_power(scene, name):
    return (pixels(scene, name).astype("float64") * scene.bands[name].scale) ** 2


def decibels(power):
    return 10 * np.log10(power)


def test_two_tracks_repeat_every_twelve_days():
    for direction, count in (("DESCENDING", 31 + 3), ("ASCENDING", 30 + 2)):
        days = [moment.time.date() for moment in all_radar_passes() if moment.track.direction == direction]
        assert len(days) == count and {(b - a).days % 12 for a, b in zip(days, days[1:])} == {0}
        orbits = {moment.orbit % 175 for moment in all_radar_passes() if moment.track.direction == direction}
        assert len(orbits) == 1
    assert {moment.timeliness for moment in all_radar_passes()} == {"NRT3h", "Fast24h"}


def test_radar_sees_dark_water_and_brighter_land(store, scenery):
    scene = next(s for s in store.search(S1) if s.properties["orbitDirection"] == "DESCENDING")
    height = scenery.ground.terrain.height
    sea, land = height < -8, height > 20
    for name, contrast_db in (("VV", 5), ("VH", 8)):
        power = stored_power(scene, name)
        assert decibels(power[land].mean()) - decibels(power[sea].mean()) > contrast_db
    assert -16 < decibels(stored_power(scene, "VV")[land].mean()) < -4
    assert decibels(stored_power(scene, "VV")[land].mean() / stored_power(scene, "VH")[land].mean()) > 4


def test_speckle_has_the_looks_it_claims():
    """Where the ground is even (open sea at full size), the spread of power is that of LOOKS looks."""
    frame = Frame(300.0)
    scenery = Scenery(frame)
    moment = all_radar_passes()[0]
    view = view_from(moment.track, frame, np.maximum(scenery.ground.terrain.height, 0))
    radar = RadarScene(frame, scenery.ground)
    images = radar.beta_nought(moment, view)
    sea = scenery.ground.terrain.height < -10
    ratio = images["VV"][sea] / images["VH"][sea]
    spread = np.log(ratio).var()
    assert 2 / LOOKS * 0.8 < spread < 2 / LOOKS * 1.5


def test_slopes_towards_the_radar_are_brighter_and_lie_flatter():
    frame = Frame(300.0)
    track = all_radar_passes()[0].track
    east, north = math.sin(math.radians(track.look_degrees)), math.cos(math.radians(track.look_degrees))
    ridge = 400 * np.exp(-(((frame.x_km - 23) * east + (frame.y_km - 36) * north) / 3) ** 2).astype(np.float32)
    view = view_from(track, frame, ridge)
    towards = np.gradient(ridge)[1] * east - np.gradient(ridge)[0] * north > 2
    away = np.gradient(ridge)[1] * east - np.gradient(ridge)[0] * north < -2
    assert towards.any() and away.any()
    assert view.scattering_area[towards].min() > 1 > view.scattering_area[away].max()
    assert (view.local_incidence < view.incidence)[towards].all()
    assert (view.local_incidence > view.incidence)[away].all()
    flat = ridge < 0.01
    np.testing.assert_allclose(view.scattering_area[flat], 1, atol=0.01)
    np.testing.assert_allclose(view.local_incidence[flat], view.incidence[flat], atol=0.1)


@pytest.mark.parametrize(
    "collection, original, path",
    [
        (L2A, r"S2[AB]_OPER_MSI_L2A_TL_\w+_T38[KL]P[GH]_N02\.07", r"s3://sentinel-s2-l2a/tiles/38/[KL]/P[GH]/20\d\d/\d+/\d+/0"),
        (S1, r"S1[AB]_IW_GRDH_1SDV_\w+", r"s3://sentinel-s1-l1c/GRD/20\d\d/\d+/\d+/IW/DV/S1[AB]_IW_GRDH_1SDV_\w+"),
    ],
)
def test_scripts_read_names_and_places_as_the_service_forms_them(store, collection, original, path):
    for sample in group_samples(store.search(collection), "TILE", False):
        assert re.fullmatch(original, sample.record["tileOriginalId"])
        assert re.fullmatch(path, sample.record["dataPath"])


def test_radar_metadata(store):
    found = {scene.properties["orbitDirection"]: scene for scene in store.search(S1)}
    assert set(found) == {"ASCENDING", "DESCENDING"}
    scene = found["ASCENDING"]
    assert scene.scene_id.startswith("S1B_IW_GRDH_1SDV_2019") and scene.cloud_percent is None
    wanted = {"acquisitionMode": "IW", "polarization": "DV", "resolution": "HIGH"}
    assert {key: scene.properties[key] for key in wanted} == wanted
    assert pixels(scene, "VV").shape[0] < pixels(found["DESCENDING"], "VV").shape[0]
    south = [min(lat for _, lat in found[key].footprint["coordinates"][0]) for key in ("ASCENDING", "DESCENDING")]
    assert south[0] > south[1] + 0.1


def test_elevation_models_differ_as_the_real_ones_do(store):
    models = {scene.properties["demInstance"]: scene for scene in store.search(DEM)}
    heights = {name: pixels(scene, "DEM") for name, scene in models.items()}
    assert heights["MAPZEN"].min() < -10 and heights["COPERNICUS_30"].min() == 0
    inland = heights["MAPZEN"] > 30
    assert (heights["MAPZEN"] == heights["COPERNICUS_30"])[inland].all() and inland.any()
    assert heights["COPERNICUS_90"].shape[0] * 2 == heights["COPERNICUS_30"].shape[0]
    assert -21 < pixels(models["MAPZEN"], "geoid").mean() * models["MAPZEN"].bands["geoid"].scale < -17
