"""Sentinel-1, elevation and Landsat as the settings of a request want them, against numpy on the same pixels."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from osgeo import gdal
from synthetic_scenes import write_raster

from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.localhub import evaluation
from sentinel_workbench.localhub.backscatter import calibrated, lee_filter, picked, terrain_positions
from sentinel_workbench.localhub.demo.frame import CRS, NORTH_M, WEST_M, Frame
from sentinel_workbench.localhub.demo.passes import all_passes
from sentinel_workbench.localhub.demo.radar_passes import all_radar_passes
from sentinel_workbench.localhub.demo_scenes import make_demo_scenes
from sentinel_workbench.localhub.ingest import ingest_folder
from sentinel_workbench.localhub.records import HubError, InputData, RenderRequest, ResponseFormat
from sentinel_workbench.localhub.render import render
from sentinel_workbench.localhub.scene_filter import select_scenes
from sentinel_workbench.localhub.store import SceneStore

SMALL = Frame(300.0)
ROWS, COLS = SMALL.shape
WHOLE = PixelGrid(BBox(WEST_M, NORTH_M - ROWS * 300, WEST_M + COLS * 300, NORTH_M, CRS), COLS, ROWS)
UTC = dt.timezone.utc
JULY = {"time_from": dt.datetime(2019, 7, 1, tzinfo=UTC), "time_to": dt.datetime(2019, 7, 31, tzinfo=UTC)}
DESCENDING, ASCENDING = {"orbitDirection": "DESCENDING"}, {"orbitDirection": "ASCENDING"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("radar")
    july = [moment for moment in all_radar_passes() if (moment.time.year, moment.time.month) == (2019, 7)]
    make_demo_scenes(folder, frame=SMALL, passes=all_passes()[:1], radar_passes=july)
    return folder


def script(bands, body=None, extra=""):
    names = ", ".join(f'"{band}"' for band in bands)
    values = body or ", ".join("s." + band for band in bands)
    return (
        f"//VERSION=3\nfunction setup() {{ return {{input: [{names}], output: {{bands: {values.count(',') + 1}, "
        f"sampleType: 'FLOAT32'}}{extra}}}; }}\nfunction evaluatePixel(s, scenes) {{ return [{values}]; }}"
    )


def image(data, tmp_path, bands, options=None, grid=WHOLE, collection="sentinel-1-grd", body=None, extra="", **more):
    source = InputData(collection, filters=options or {}, **(JULY if collection == "sentinel-1-grd" else {}), **more)
    request = RenderRequest(grid, (source,), script(bands, body, extra), (ResponseFormat("default", "image/tiff"),))
    answer = gdal.Open(str(render(request, data, tmp_path).body))
    values = answer.ReadAsArray()
    return values if values.ndim == 3 else values[None]


def newest(data, direction):
    found = SceneStore(data).search("sentinel-1-grd", None, *JULY.values())
    return next(scene for scene in found if scene.properties["orbitDirection"] == direction)


def stored(scene, name):
    file = scene.bands[name]
    dataset = gdal.Open(file.path)
    return dataset.GetRasterBand(file.band_index).ReadAsArray().astype("float64") * file.scale


def beta(scene, name="VV"):
    return stored(scene, name) ** 2


@pytest.mark.parametrize("coefficient, ratio", [
    ("BETA0", lambda theta: 1.0), ("SIGMA0_ELLIPSOID", np.sin), ("GAMMA0_ELLIPSOID", np.tan), (None, np.tan),
])
def test_coefficients_are_their_formulas(demo, tmp_path, coefficient, ratio):
    scene = newest(demo, "DESCENDING")
    options = {**DESCENDING, **({"backCoeff": coefficient} if coefficient else {})}
    got = image(demo, tmp_path, ["VV", "VH", "dataMask"], options)
    theta = np.radians(stored(scene, "incidenceAngle"))
    np.testing.assert_allclose(got[0], beta(scene) * ratio(theta), rtol=1e-6)
    np.testing.assert_allclose(got[1], beta(scene, "VH") * ratio(theta), rtol=1e-6)
    assert (got[2] == 1).all()


def test_terrain_flattening_takes_the_slopes_out(demo, tmp_path):
    scene = newest(demo, "DESCENDING")
    bands = ["VV", "localIncidenceAngle", "scatteringArea", "shadowMask"]
    flat = image(demo, tmp_path, bands, {**DESCENDING, "orthorectify": True, "backCoeff": "GAMMA0_TERRAIN"})
    plain = image(demo, tmp_path, ["VV"], {**DESCENDING, "orthorectify": True})
    area = stored(scene, "scatteringArea")
    np.testing.assert_allclose(flat[0], plain[0] / area, rtol=1e-5)
    np.testing.assert_allclose(flat[1], stored(scene, "localIncidenceAngle"), rtol=1e-6)
    np.testing.assert_allclose(flat[2], area, rtol=1e-6)
    assert not flat[3].any()
    land = (stored(scene, "elevation") > 5) & (plain[0] > 0)

    def follows_slopes(power):
        return np.corrcoef(np.log(power[land]), np.log(area[land]))[0, 1]

    assert follows_slopes(plain[0]) > 0.1
    assert abs(follows_slopes(flat[0])) < 0.4 * follows_slopes(plain[0])


def test_orthorectified_pixels_come_from_nearer_to_the_satellite(demo, tmp_path):
    scene = newest(demo, "ASCENDING")
    got = image(demo, tmp_path, ["VV", "dataMask"], {**ASCENDING, "orthorectify": True, "backCoeff": "BETA0"})
    raw = beta(scene)
    elevation, theta = stored(scene, "elevation"), np.radians(stored(scene, "incidenceAngle"))
    shift = elevation / np.tan(theta) / 300.0
    look = np.radians(scene.properties["radar"]["lookAzimuth"])
    expected = np.zeros((ROWS, COLS))
    for row in range(ROWS):
        for col in range(COLS):
            at = round(row + shift[row, col] * np.cos(look)), round(col - shift[row, col] * np.sin(look))
            if 0 <= at[0] < raw.shape[0] and 0 <= at[1] < COLS:
                expected[row, col] = raw[at]
    assert (expected[: raw.shape[0]] != raw).any(), "the hills move"
    np.testing.assert_allclose(got[0], expected, rtol=1e-6)
    assert np.array_equal(got[1] == 1, expected > 0)


def test_lee_filter_equals_a_plain_loop(demo, tmp_path):
    scene = newest(demo, "DESCENDING")
    speckle = {"type": "LEE", "windowSizeX": 5, "windowSizeY": 3}
    got = image(demo, tmp_path, ["VV"], {**DESCENDING, "speckleFilter": speckle, "backCoeff": "BETA0"})[0]
    power, noise = beta(scene), 1 / scene.properties["radar"]["looks"]
    for row, col in ((0, 0), (5, 7), (100, 60), (ROWS - 1, COLS - 1), (40, 0)):
        window = power[max(row - 1, 0):row + 2, max(col - 2, 0):col + 3]
        mean, variance = window.mean(), window.var()
        signal = max(variance - mean**2 * noise, 0) / (1 + noise)
        assert got[row, col] == pytest.approx(mean + signal / variance * (power[row, col] - mean), rel=1e-5)
    sea = np.s_[2:18, 2:60]
    assert got[sea].std() / got[sea].mean() < 0.6 * power[sea].std() / power[sea].mean()
    assert got.mean() == pytest.approx(power.mean(), rel=0.03)


def test_lee_filter_keeps_points_and_flattens_noise():
    rng = np.random.Generator(np.random.PCG64(5))
    power = rng.standard_gamma(12, (80, 80)) / 12
    power[40, 40] = 60.0
    valid = np.ones(power.shape, bool)
    valid[0:10, 0:10] = False
    power[0:10, 0:10] = -7
    filtered = lee_filter(power, valid, 7, 7, 12)
    assert filtered[40, 40] > 50
    assert filtered[20:35, 20:35].std() < 0.45 * power[20:35, 20:35].std()
    assert (filtered[0:10, 0:10] == -7).all() and filtered[10:, 10:].min() > 0
    same = lee_filter(np.full((5, 5), 0.2), np.ones((5, 5), bool), 3, 3, 4)
    np.testing.assert_allclose(same, 0.2)
    np.testing.assert_allclose(lee_filter(power, valid, 1, 1, 12)[20:, 20:], power[20:, 20:])


def test_terrain_positions_of_a_mast():
    """100 m up, seen from the west at 45 degrees, appears 100 m further west."""
    elevation = np.zeros((5, 21))
    elevation[2, 10] = 100.0
    rows, cols = terrain_positions(elevation, np.full((5, 21), 45.0), 90.0, (10.0, 10.0))
    assert (rows[2, 10], cols[2, 10]) == (2, 0) and cols[2, 11] == 11
    values, inside = picked(np.arange(105.0).reshape(5, 21), rows, cols - 1)
    assert values[2, 10] == 0 and not inside[2, 10] and inside[2, 11]


def test_strips_of_a_processed_image_fit(demo, tmp_path, monkeypatch):
    lonlat = PixelGrid(BBox(46.2, -16.0, 46.4, -15.7), 71, 103)
    options = {**ASCENDING, "orthorectify": True, "backCoeff": "GAMMA0_TERRAIN",
               "speckleFilter": {"type": "LEE", "windowSizeX": 7, "windowSizeY": 7}}
    whole = image(demo, tmp_path, ["VV", "VH"], options, lonlat)
    monkeypatch.setattr(evaluation, "STRIP_BYTES", 8 * 71 * 80)
    assert np.array_equal(image(demo, tmp_path, ["VV", "VH"], options, lonlat), whole)
    assert whole.min() > 0


@pytest.mark.parametrize("method, warp", [("BILINEAR", gdal.GRA_Bilinear), ("BICUBIC", gdal.GRA_Cubic)])
def test_resampling_is_of_calibrated_power(demo, tmp_path, method, warp):
    scene = newest(demo, "DESCENDING")
    grid = PixelGrid(BBox(WEST_M + 3000, NORTH_M - 30000, WEST_M + 33000, NORTH_M - 6000, CRS), 217, 173)
    got = image(demo, tmp_path, ["VV"], {**DESCENDING, "backCoeff": "BETA0"}, grid, upsampling=method)[0]
    source = gdal.GetDriverByName("MEM").Create("", COLS, ROWS, 1, gdal.GDT_Float64)
    source.SetProjection(gdal.Open(scene.bands["VV"].path).GetProjection())
    source.SetGeoTransform(WHOLE.geotransform)
    source.GetRasterBand(1).WriteArray(beta(scene))
    expected = gdal.Warp("", source, format="MEM", outputBounds=grid.bbox.corners, width=217, height=173,
                         resampleAlg=warp, errorThreshold=0).ReadAsArray()
    np.testing.assert_allclose(got, np.maximum(expected, 0), rtol=1e-5, atol=1e-9)


def test_filters_choose_the_scenes(demo, tmp_path):
    count = {"body": "s.length", "extra": ", mosaicking: 'ORBIT'"}
    every = image(demo, tmp_path, ["VV"], {}, **count)[0].max()
    down = image(demo, tmp_path, ["VV"], DESCENDING, **count)[0].max()
    up = image(demo, tmp_path, ["VV"], ASCENDING, **count)[0].max()
    assert down == 3 and up == 2 and every == down + up
    south = image(demo, tmp_path, ["VV", "dataMask"], ASCENDING)
    assert (south[1, -10:] == 0).all() and (south[0, -10:] == 0).all() and (south[1, :10] == 1).all()
    for name, value in (("acquisitionMode", "EW"), ("polarization", "DH"), ("resolution", "MEDIUM")):
        assert not image(demo, tmp_path, ["VV"], {name: value}).any()
    usual = {"acquisitionMode": "IW", "polarization": "DV", "resolution": "HIGH"}
    assert image(demo, tmp_path, ["VV"], usual).any()
    scenes = SceneStore(demo).search("sentinel-1-grd")
    by_speed = [select_scenes(find_collection("S1GRD"), {"timeliness": t}, scenes) for t in ("NRT3h", "Fast24h")]
    assert sum(map(len, by_speed)) == len(scenes)


def test_what_a_scene_lacks_is_refused_in_the_services_words(demo, tmp_path):
    name = newest(demo, "DESCENDING").scene_id
    with pytest.raises(HubError) as caught:
        image(demo, tmp_path, ["HH"], DESCENDING)
    assert (caught.value.status, caught.value.code) == (400, "RENDERER_S1_MISSING_POLARIZATION")
    assert caught.value.message == (
        f"Requested band 'HH' is not present in Sentinel 1 tile '{name}' returned by criteria specified in "
        "`dataFilter` parameter."
    )
    for band, options in (("localIncidenceAngle", {}), ("scatteringArea", {"orthorectify": True}), ("shadowMask", {})):
        with pytest.raises(HubError, match=f"'{band}' is only available with"):
            image(demo, tmp_path, [band], {**DESCENDING, **options})


@pytest.fixture()
def own_radar(tmp_path):
    """A user's own terrain corrected scene: linear power, no angles."""
    power = np.random.Generator(np.random.PCG64(1)).standard_gamma(4, (20, 20)).astype(np.float32) / 40
    write_raster(tmp_path / "in" / "20190715T053000" / "VV.tif", power)
    ingest_folder(tmp_path / "in", tmp_path / "data", "sentinel-1-grd")
    return tmp_path / "data", power


def test_own_radar_files_are_used_as_they_are(own_radar, tmp_path):
    data, power = own_radar
    grid = PixelGrid(BBox(500000, 4999800, 500200, 5000000, "EPSG:32631"), 20, 20)
    assert np.array_equal(image(data, tmp_path, ["VV"], {**DESCENDING, "orthorectify": True}, grid)[0], power)
    lee = {"speckleFilter": {"type": "LEE"}}
    filtered = image(data, tmp_path, ["VV"], lee, grid)[0]
    np.testing.assert_allclose(filtered, lee_filter(power, power > 0, 3, 3, 4.4), rtol=1e-5)
    with pytest.raises(HubError, match="`backCoeff` BETA0 can't be computed"):
        image(data, tmp_path, ["VV"], {"backCoeff": "BETA0"}, grid)


def test_own_radar_files_are_filtered_by_what_names_and_metadata_tell(tmp_path):
    name = "S1A_IW_GRDH_1SDV_20190715T053000_20190715T053025_028000_032A00_0000"
    write_raster(tmp_path / "in" / name / "VV.tif", np.full((8, 8), 0.25, np.float32))
    (tmp_path / "in" / name / "item.json").write_text(
        '{"properties": {"datetime": "2019-07-15T05:30:00Z", "sat:orbit_state": "descending", "backCoeff": "BETA0"}}'
    )
    ingest_folder(tmp_path / "in", tmp_path / "data", "sentinel-1-grd")
    grid = PixelGrid(BBox(500000, 4999920, 500080, 5000000, "EPSG:32631"), 8, 8)
    fits = {"acquisitionMode": "IW", "resolution": "HIGH", "polarization": "DV", "orbitDirection": "DESCENDING"}
    assert (image(tmp_path / "data", tmp_path, ["VV"], {**fits, "backCoeff": "BETA0"}, grid) == 0.25).all()
    for option, value in (("acquisitionMode", "EW"), ("polarization", "SV"), ("orbitDirection", "ASCENDING")):
        assert not image(tmp_path / "data", tmp_path, ["VV"], {**fits, option: value}, grid).any()


def test_coefficients_of_a_flat_field():
    one, angle = np.ones((2, 2)), np.full((2, 2), 30.0)
    assert calibrated(one, "SIGMA0_ELLIPSOID", angle, one)[0, 0] == pytest.approx(0.5)
    assert calibrated(one, "GAMMA0_ELLIPSOID", angle, one)[0, 0] == pytest.approx(1 / 3**0.5)
    assert calibrated(one, "GAMMA0_TERRAIN", angle, 2 * one)[0, 0] == pytest.approx(0.5 / 3**0.5)


# ---- elevation ---------------------------------------------------------------------------------------------------


def model(data, name):
    return next(scene for scene in SceneStore(data).search("dem") if scene.properties["demInstance"] == name)


def heights(data, tmp_path, **options):
    return image(data, tmp_path, ["DEM"], options, collection="dem")[0]


def test_elevation_models_by_name(demo, tmp_path):
    for name, factor in (("MAPZEN", 2), ("COPERNICUS_30", 2), ("COPERNICUS_90", 4)):
        expected = np.kron(stored(model(demo, name), "DEM"), np.ones((factor, factor)))
        assert np.array_equal(heights(demo, tmp_path, demInstance=name), expected)
    assert np.array_equal(heights(demo, tmp_path), heights(demo, tmp_path, demInstance="MAPZEN"))
    assert np.array_equal(
        heights(demo, tmp_path, demInstance="COPERNICUS"), heights(demo, tmp_path, demInstance="COPERNICUS_30")
    )


def test_clamped_and_ellipsoidal_heights(demo, tmp_path):
    plain = heights(demo, tmp_path)
    assert plain.min() < -5
    assert np.array_equal(heights(demo, tmp_path, clampNegative=True), np.maximum(plain, 0))
    geoid = np.kron(stored(model(demo, "MAPZEN"), "geoid"), np.ones((4, 4)))
    np.testing.assert_allclose(heights(demo, tmp_path, egm=True), plain + geoid, atol=1e-4)


def test_own_elevation_without_a_geoid(tmp_path):
    write_raster(tmp_path / "in" / "20150101" / "DEM.tif", np.full((8, 8), 55, np.int16), nodata=-9999)
    ingest_folder(tmp_path / "in", tmp_path / "data", "dem")
    grid = PixelGrid(BBox(500000, 4999920, 500080, 5000000, "EPSG:32631"), 8, 8)
    assert (image(tmp_path / "data", tmp_path, ["DEM"], {}, grid, "dem") == 55).all()
    with pytest.raises(HubError, match="height of the geoid"):
        image(tmp_path / "data", tmp_path, ["DEM"], {"egm": True}, grid, "dem")
