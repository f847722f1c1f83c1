"""What the evalscript tests share: a collection, both engines, and short ways to run a script."""

from __future__ import annotations

import numpy as np

from sentinel_workbench.core.evalscript.engine import available_engines, create_engine
from sentinel_workbench.core.evalscript.program import CollectionBands, Program

ENGINES = available_engines()
_UNITS = {"B02": "REFLECTANCE", "B03": "REFLECTANCE", "B04": "REFLECTANCE", "B08": "REFLECTANCE", "SCL": "DN"}
S2 = CollectionBands(
    "0",
    "S2L2A",
    _UNITS,
    {band: ("REFLECTANCE", "DN") if unit == "REFLECTANCE" else ("DN",) for band, unit in _UNITS.items()},
)


def tile(index, day=1, **more):
    """A scene as the hub hands it to TILE scripts."""
    return {"date": f"2020-12-{day:02d}T10:08:08Z", "shId": 100 + index, "cloudCoverage": 10.5 * index,
            "dataPath": f"s3://tiles/{index}", "__idx": index, **more}


def make(script, engine, collections=(S2,), **options):
    """A program on a fresh realm."""
    return Program(script, list(collections), create_engine(engine), **options)


def v3(body, bands='"B04"', output="{bands: 1, sampleType: 'FLOAT32'}", more=""):
    """A V3 script around the body of ``evaluatePixel(s, scenes, inputMetadata, customData, outputMetadata)``."""
    return (
        f"//VERSION=3\nfunction setup() {{ return {{input: [{bands}], output: {output}{more}}}; }}\n"
        f"function evaluatePixel(s, scenes, inputMetadata, customData, outputMetadata) {{ {body} }}\n"
    )


def run_simple(program, rows=1, cols=1, scenes=((),), metadata=None, **bands):
    """Evaluate SIMPLE mosaicking over arrays or numbers, one a band."""
    program.begin([list(records) for records in scenes], metadata or {})
    sample = {name: np.broadcast_to(np.asarray(value, float), (rows, cols)) for name, value in bands.items()}
    return program.evaluate([[sample]], rows, cols)


def value_of(expression, engine, before=""):
    """What a JavaScript expression gives inside a script, as JSON tells it."""
    script = v3(f"{before}\noutputMetadata.userData = ({expression}); return [0];")
    program = make(script, engine)
    run_simple(program, B04=0.0)
    return program.user_data()
