"""Settings of collections as text: read, put in order, refused with what would be possible."""

from __future__ import annotations

import json

import pytest

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.collection import find_collection, known_collections
from sentinel_workbench.core.model.collection_options import options_of, read_options

RADAR = find_collection("sentinel-1-grd")


def test_pairs_and_json_say_the_same_in_the_collections_order():
    pairs = (
        "backCoeff=gamma0_terrain, orbitDirection=ASCENDING; orthorectify=yes\n"
        "speckleFilter=LEE 5x5, resolution=high"
    )
    document = {
        "processing": {
            "speckleFilter": {"type": "LEE", "windowSizeX": 5, "windowSizeY": 5}, "orthorectify": True,
            "backCoeff": "GAMMA0_TERRAIN",
        },
        "dataFilter": {"orbitDirection": "ASCENDING", "resolution": "HIGH"},
    }
    filters, processing = read_options(pairs, RADAR)
    assert list(filters.items()) == [("resolution", "HIGH"), ("orbitDirection", "ASCENDING")]
    assert list(processing) == ["backCoeff", "orthorectify", "speckleFilter"]
    again = read_options(json.dumps(document), RADAR)
    assert json.dumps(again) == json.dumps([filters, processing])


def test_one_name_in_two_places():
    both = read_options("view=OBLIQUE", find_collection("sentinel-3-slstr"))
    assert both == ({"view": "OBLIQUE"}, {})
    assert read_options("processing.view=OBLIQUE", find_collection("sentinel-3-slstr")) == ({}, {"view": "OBLIQUE"})


@pytest.mark.parametrize("name", known_collections())
def test_every_setting_can_be_written(name):
    collection = find_collection(name)
    samples = {"choice": lambda o: o.choices[-1], "flag": lambda o: "true", "integer": lambda o: o.high,
               "speckle_filter": lambda o: "LEE 7x7"}
    text = ",".join(f"{o.where}.{o.name}={samples[o.kind](o)}" for o in options_of(collection))
    filters, processing = read_options(text, collection)
    assert len(filters) + len(processing) == len(options_of(collection))


@pytest.mark.parametrize("text, sentence", [
    ("orbit=ASCENDING", "no option 'orbit'.*orbitDirection"),
    ("orbitDirection=UP", "can't be 'UP'.*ASCENDING, DESCENDING"),
    ("orbitDirection", "not name=value"),
    ("=5", "not name=value"),
    ("radiometricTerrainOversampling=9", "1 to 4"),
    ("radiometricTerrainOversampling=1.5", "1 to 4"),
    ('{"radiometricTerrainOversampling": true}', "1 to 4"),
    ('{"radiometricTerrainOversampling": null}', "1 to 4"),
    ("orthorectify=perhaps", "true, false"),
    ("speckleFilter=LEE 4x4", "LEE 5x5"),
    ('{"speckleFilter": {"type": "BOX"}}', "LEE 5x5"),
    ('{"speckleFilter": {"type": "LEE", "windowSizeX": [3]}}', "LEE 5x5"),
    ('{"orbitDirection": ', "not valid JSON"),
    ('{"dataFilter": "ASCENDING"}', "not an object"),
    ("processing.orbitDirection=ASCENDING", "no option"),
    ("harmonizeValues=false", "no option"),
])
def test_what_the_collection_does_not_take_is_refused(text, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        read_options(text, RADAR)


def test_nothing_said_is_nothing_sent():
    assert read_options("  \n", RADAR) == ({}, {})
