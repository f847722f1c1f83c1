"""Each script of the library runs on every engine and says what it is; legends are read from comments."""

from __future__ import annotations

import numpy as np
import pytest
from evalscript_cases import ENGINES

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.engine import create_engine
from sentinel_workbench.core.evalscript.legend import Legend, LegendEntry, read_legends
from sentinel_workbench.core.evalscript.program import CollectionBands, Program
from sentinel_workbench.core.evalscript.reading import check_script, read_script
from sentinel_workbench.core.evalscript.script_library import library_script, read_library
from sentinel_workbench.core.model.collection import find_collection, known_collections

LIBRARY = read_library()
ROWS, COLS = 3, 4
WHOLE_NUMBERS = {"SCL": 12, "CLM": 2, "CLP": 256, "DEM": 3000}


def program_of(script, collection, engine):
    bands = CollectionBands(
        "0", collection.legacy_name, {b.name: b.units[0] for b in collection.bands},
        {b.name: b.units for b in collection.bands},
    )
    return Program(script.text, [bands], create_engine(engine))


def samples_for(entry, random):
    """Values within reach of each band; the first pixel has no data."""
    samples = {}
    for band in entry.bands:
        if band in WHOLE_NUMBERS:
            samples[band] = random.integers(0, WHOLE_NUMBERS[band], (ROWS, COLS)).astype("float32")
        elif band == "dataMask":
            samples[band] = np.ones((ROWS, COLS), "float32")
            samples[band][0, 0] = 0
        else:
            samples[band] = random.uniform(0.01, 0.6, (ROWS, COLS)).astype("float32")
    return samples


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("script", LIBRARY, ids=lambda script: script.name)
def test_it_runs_on_its_collections(script, engine):
    random = np.random.default_rng(7)
    for name in script.collections:
        program = program_of(script, find_collection(name), engine)
        (entry,) = program.setup.inputs
        scenes = 1 if entry.mosaicking == "SIMPLE" else 3
        records = [{"dateFrom": "2019-01-01T00:00:00Z", "dateTo": "2019-01-01T23:59:59Z", "__idx": i, "tiles": []}
                   for i in range(scenes)]
        program.begin([records if scenes > 1 else []], {})
        answer = program.evaluate([[samples_for(entry, random) for _ in range(scenes)]], ROWS, COLS)
        program.close()
        for output in program.setup.outputs:
            pixels = answer[output.id]
            assert pixels.shape == (output.bands, ROWS, COLS)
            assert np.isfinite(pixels[:, 1:]).any()
            assert len(np.unique(pixels)) > 1, "the same value everywhere"


@pytest.mark.parametrize("script", LIBRARY, ids=lambda script: script.name)
def test_it_says_what_it_is(script):
    assert script.text.startswith("//VERSION=3\n")
    assert script.title and script.topic
    assert script.about.endswith(".") and script.about.count(". ") <= 1
    assert script.collections
    assert script.picture is not None
    assert check_script(script.text) == []


@pytest.mark.parametrize("script", LIBRARY, ids=lambda script: script.name)
def test_numbers_in_one_band_have_a_legend(script):
    legends = read_legends(script.text)
    single = {output.id for output in read_script(script.text).outputs if output.bands == 1}
    assert set(legends) == single


def test_the_library_is_wide():
    assert len(LIBRARY) >= 30
    titles = [(collection, script.title) for script in LIBRARY for collection in script.collections]
    assert len(set(titles)) == len(titles)
    assert {"true colour", "vegetation", "water", "snow", "fire", "moisture", "radar", "elevation", "temperature",
            "raw bands", "clouds"} <= {script.topic for script in LIBRARY}


@pytest.mark.parametrize("name", known_collections())
def test_every_collection_has_something_to_begin_with(name):
    assert any(script.fits(name) for script in LIBRARY)


def test_numbers_of_every_size_are_among_them():
    kinds = {output.sample_type for script in LIBRARY for output in read_script(script.text).outputs}
    assert {"AUTO", "UINT8", "INT16", "UINT16", "FLOAT32"} <= kinds


def test_scripts_are_found_by_any_of_their_words():
    found = {script.name for script in LIBRARY if script.matches("NBR scar")}
    assert found == {"burn_index"}


def test_a_script_that_is_not_there():
    with pytest.raises(InvalidInput, match="no script 'nothing'"):
        library_script("nothing")


def test_legends_are_read_from_comments():
    legends = read_legends(
        "//VERSION=3\n// legend: 0.5 #FF0000 hot, -1e1 #00ff00\n  //class mask: 1 #112233 cloud, thick\n"
        "// class mask: 0 #000000\n// legend broken: 5\n// class none: red"
    )
    assert legends == {
        "default": Legend(True, (LegendEntry(-10.0, "#00ff00"), LegendEntry(0.5, "#ff0000", "hot"))),
        "mask": Legend(False, (LegendEntry(0.0, "#000000"), LegendEntry(1.0, "#112233", "cloud, thick"))),
    }
