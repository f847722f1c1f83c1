"""Scripts written for bands picked from a list."""

from __future__ import annotations

import json
from typing import Optional, Sequence, Tuple

SAMPLE_TYPES = ("AUTO", "UINT8", "UINT16", "INT16", "FLOAT32")


def generate_script(bands: Sequence[str], sample_type: str = "FLOAT32", units: Optional[str] = None) -> str:
    """A V3 script that hands over ``bands`` as they are, in that order.

    Args:
        bands: at least one, without ``dataMask``.
        sample_type: one of ``SAMPLE_TYPES``; AUTO makes a picture of reflectances.
        units: such as ``DN``, or None for each band's default.
    """
    names = ", ".join(f'"{band}"' for band in bands)
    source = f'[{{ bands: [{names}], units: "{units}" }}]' if units else f"[{names}]"
    kind = "" if sample_type == "AUTO" else f', sampleType: "{sample_type}"'
    values = ", ".join(f"sample.{band}" for band in bands)
    return (
        "//VERSION=3\n"
        f"// title: {', '.join(bands)}\n"
        "function setup() {\n"
        "  return {\n"
        f"    input: {source},\n"
        f"    output: {{ bands: {len(bands)}{kind} }}\n"
        "  };\n"
        "}\n\n"
        "function evaluatePixel(sample) {\n"
        f"  return [{values}];\n"
        "}\n"
    )


def generate_fusion_script(inputs: Sequence[Tuple[str, Sequence[str]]]) -> str:
    """A V3 script that hands over bands of several inputs as FLOAT32, in their order; NaN where an input has no scene.

    Args:
        inputs: id of each data source, and at least one of its bands.
    """
    listed = ",\n".join(f"      {{ datasource: {json.dumps(name)}, bands: {json.dumps(list(bands))} }}"
                        for name, bands in inputs)
    pairs = [(json.dumps(name), json.dumps(band)) for name, bands in inputs for band in bands]
    values = ",\n".join(f"    value({name}, {band})" for name, band in pairs)
    return (
        "//VERSION=3\n"
        f"// title: {' and '.join(name for name, _ in inputs)}\n"
        "function setup() {\n"
        "  return {\n"
        f"    input: [\n{listed}\n    ],\n"
        f"    output: {{ bands: {sum(len(bands) for _, bands in inputs)}, sampleType: \"FLOAT32\" }}\n"
        "  };\n"
        "}\n\n"
        "// Each input gives a list of samples, empty where it has no scene.\n"
        "function evaluatePixel(samples) {\n"
        "  function value(id, band) {\n"
        "    return samples[id].length ? samples[id][0][band] : NaN;\n"
        "  }\n"
        f"  return [\n{values}\n  ];\n"
        "}\n"
    )
