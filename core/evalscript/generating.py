"""Scripts written for bands picked from a list."""

from __future__ import annotations

from typing import Optional, Sequence

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
