"""The collections of the resource file against the service's documentation."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from sentinel_workbench.core.hub.deployments import known_deployments
from sentinel_workbench.core.model.collection import collection_from_json, find_collection, known_collections

UNITS = (
    "DN PPB INDEX KELVIN METERS MOL_M2 KG_M2 DEGREES PASCALS HECTOPASCALS PERCENT FRACTION RADIANCE KILOMETERS"
    " REFLECTANCE LINEAR_POWER OPTICAL_DEPTH BRIGHTNESS_TEMPERATURE SURFACE_TEMPERATURE LOG10_MILLIGRAMS_M3"
    " LOG10_GRAMS_M2 MICROEINSTEINS_S_M2 LOG10_1_M ANGSTROM_EXPONENT"
).split()
OPTICAL = "B01 B02 B03 B04 B05 B06 B07 B08 B8A B09".split()
ANGLES = "sunAzimuthAngles sunZenithAngles viewAzimuthMean viewZenithMean".split()
TEMPERATURE = "ST_QA ST_TRAD ST_URAD ST_DRAD ST_ATRAN ST_EMIS ST_EMSD ST_CDIST".split()
LANDSAT_ANGLES = ["VAA", "VZA", "SAA", "SZA"]
THEMATIC_MAPPER = "B01 B02 B03 B04 B05 B07".split()
DOCUMENTED = {
    "sentinel-2-l1c": ("S2L1C", [*OPTICAL, "B10", "B11", "B12", *ANGLES, "CLM", "CLP"]),
    "sentinel-2-l2a": ("S2L2A", [*OPTICAL, "B11", "B12", "AOT", "SCL", "SNW", "CLD", *ANGLES, "CLM", "CLP"]),
    "sentinel-1-grd": ("S1GRD", "VV VH HH HV localIncidenceAngle scatteringArea shadowMask".split()),
    "dem": ("DEM", ["DEM"]),
    "modis": ("MODIS", [f"B0{i}" for i in range(1, 8)]),
    "landsat-ot-l1": (
        "LOTL1", [*(f"B{i:02d}" for i in range(1, 12)), "BQA", "QA_RADSAT", *LANDSAT_ANGLES]
    ),
    "landsat-8-l1c": (
        "L8L1C", [*(f"B{i:02d}" for i in range(1, 12)), "BQA", "QA_RADSAT", *LANDSAT_ANGLES]
    ),
    "landsat-ot-l2": (
        "LOTL2", [*(f"B0{i}" for i in range(1, 8)), "B10", "BQA", "QA_RADSAT", "SR_QA_AEROSOL", *TEMPERATURE]
    ),
    "landsat-etm-l1": (
        "LETML1",
        [*THEMATIC_MAPPER, "B06_VCID_1", "B06_VCID_2", "B08", "BQA", "QA_RADSAT", *LANDSAT_ANGLES],
    ),
    "landsat-etm-l2": (
        "LETML2",
        [*THEMATIC_MAPPER, "B06", "BQA", "QA_RADSAT", *TEMPERATURE, "SR_ATMOS_OPACITY", "SR_CLOUD_QA"],
    ),
    "landsat-tm-l1": ("LTML1", [*THEMATIC_MAPPER, "B06", "BQA", "QA_RADSAT", *LANDSAT_ANGLES]),
    "landsat-tm-l2": (
        "LTML2", [*THEMATIC_MAPPER, "B06", "BQA", "QA_RADSAT", *TEMPERATURE, "SR_ATMOS_OPACITY", "SR_CLOUD_QA"]
    ),
    "landsat-mss-l1": ("LMSSL1", ["B01", "B02", "B03", "B04", "BQA", "QA_RADSAT"]),
    "hls": (
        "HLS",
        "CoastalAerosol Blue Green Red RedEdge1 RedEdge2 RedEdge3 NIR_Broad NIR_Narrow SWIR1 SWIR2 WaterVapor Cirrus"
        " ThermalInfrared1 ThermalInfrared2 QA VAA VZA SAA SZA".split(),
    ),
    "sentinel-3-olci": (
        "S3OLCI",
        [*(f"B{i:02d}" for i in range(1, 22)), "QUALITY_FLAGS", "SAA", "SZA", "VAA", "VZA", "HUMIDITY",
         "SEA_LEVEL_PRESSURE", "TOTAL_COLUMN_OZONE", "TOTAL_COLUMN_WATER_VAPOUR"],
    ),
    "sentinel-3-olci-l2": (
        "S3OLCIL2",
        "GIFAPAR IWV_L OTCI RC681 RC865 LQSF IWV_W CHL_OC4ME CHL_NN TSM_NN PAR KD490_M07 ADG443_NN A865 T865".split()
        + [f"B{i:02d}" for i in range(1, 22) if i not in (13, 14, 15, 19, 20)],
    ),
    "sentinel-3-slstr": ("S3SLSTR", "S1 S2 S3 S4 S5 S6 S7 S8 S9 F1 F2".split()),
    "sentinel-5p-l2": (
        "S5PL2",
        "CO HCHO NO2 O3 SO2 CH4 AER_AI_340_380 AER_AI_354_388 CLOUD_BASE_PRESSURE CLOUD_TOP_PRESSURE"
        " CLOUD_BASE_HEIGHT CLOUD_TOP_HEIGHT CLOUD_OPTICAL_THICKNESS CLOUD_FRACTION".split(),
    ),
}


@pytest.mark.parametrize("name", sorted(DOCUMENTED))
def test_a_collection_has_the_documented_bands_under_both_names(name):
    legacy, bands = DOCUMENTED[name]
    collection = find_collection(name)
    assert find_collection(legacy) is collection
    assert sorted(band.name for band in collection.bands) == sorted(bands)


def test_every_collection_a_deployment_serves_is_described():
    served = {name for deployment in known_deployments() for name in deployment.collections}
    assert served <= set(known_collections()) == set(DOCUMENTED)


@pytest.mark.parametrize("collection", known_collections().values(), ids=lambda c: c.collection_id)
def test_units_factors_and_modes_are_of_the_service(collection):
    for band in collection.bands:
        assert band.units and set(band.units) <= set(UNITS) and set(band.factors) == set(band.units), band
        assert band.resolution_m > 0 and band.title
    assert set(collection.mosaicking) <= {"SIMPLE", "ORBIT", "TILE"} and "SIMPLE" in collection.mosaicking
    for option in collection.options:
        assert option.where in ("dataFilter", "processing")
        assert option.kind in ("choice", "flag", "integer", "speckle_filter")
        assert bool(option.choices) == (option.kind == "choice")
        assert option.default is None or option.kind != "choice" or option.default in option.choices


@pytest.mark.parametrize(
    "name, band, units, resolution_m",
    [
        ("sentinel-2-l1c", "B10", ("REFLECTANCE", "DN"), 60),
        ("sentinel-2-l2a", "AOT", ("OPTICAL_DEPTH", "DN"), 10),
        ("sentinel-2-l2a", "CLD", ("PERCENT",), 20),
        ("sentinel-2-l2a", "sunZenithAngles", ("DEGREES",), 5000),
        ("sentinel-1-grd", "VV", ("LINEAR_POWER",), 10),
        ("dem", "DEM", ("METERS", "DN"), 30),
        ("landsat-ot-l1", "B08", ("REFLECTANCE",), 15),
        ("landsat-ot-l1", "B10", ("BRIGHTNESS_TEMPERATURE",), 30),
        ("landsat-ot-l2", "ST_CDIST", ("KILOMETERS",), 30),
        ("hls", "ThermalInfrared1", ("BRIGHTNESS_TEMPERATURE", "DN"), 30),
        ("sentinel-3-olci", "B21", ("REFLECTANCE", "RADIANCE"), 300),
        ("sentinel-3-olci", "SEA_LEVEL_PRESSURE", ("HECTOPASCALS",), 19000),
        ("sentinel-3-slstr", "F1", ("BRIGHTNESS_TEMPERATURE",), 1000),
        ("sentinel-5p-l2", "NO2", ("MOL_M2", "DN"), 5500),
    ],
)
def test_units_default_first_and_resolutions(name, band, units, resolution_m):
    found = find_collection(name).band(band)
    assert (found.units, found.resolution_m) == (units, resolution_m)


def test_what_differs_between_collections():
    timeless = {c.collection_id for c in known_collections().values() if c.timeless}
    single = {c.collection_id for c in known_collections().values() if "TILE" not in c.mosaicking}
    same_way = {c.collection_id for c in known_collections().values() if c.upsampling_only}
    clouded = {c.collection_id for c in known_collections().values() if c.has_cloud_cover}
    sentinel3 = {"sentinel-3-olci", "sentinel-3-olci-l2", "sentinel-3-slstr"}
    assert timeless == {"dem"} and single == {"dem", "sentinel-1-grd", "sentinel-5p-l2"}
    assert same_way == sentinel3 | {"sentinel-1-grd", "sentinel-5p-l2"}
    landsat = {name for name in DOCUMENTED if name.startswith("landsat")}
    sentinel2 = {"sentinel-2-l1c", "sentinel-2-l2a"}
    assert clouded == landsat | sentinel2 | {"hls", "sentinel-3-olci-l2", "sentinel-3-slstr"}


@pytest.mark.parametrize("collection", known_collections().values(), ids=lambda c: c.collection_id)
def test_a_collection_can_be_stored_and_read_back(collection):
    assert collection_from_json(asdict(collection)) == collection
