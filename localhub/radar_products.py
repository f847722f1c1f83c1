"""What a radar product's name and metadata say that requests filter by."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping

PLAIN = ("acquisitionMode", "polarization", "resolution", "orbitDirection", "timeliness", "backCoeff")
"""Metadata of these names are taken as they are."""
_NAME = re.compile(r"S1[A-D]_(IW|EW|WV|S\d)_GRD([FHM])_\dS(SH|SV|DH|DV|HH|HV|VV|VH)_")
_RESOLUTIONS = {"F": "FULL", "H": "HIGH", "M": "MEDIUM"}
_OF_STAC = {
    "sar:instrument_mode": "acquisitionMode", "sat:orbit_state": "orbitDirection", "s1:polarization": "polarization",
    "s1:resolution": "resolution", "s1:timeliness": "timeliness",
}  # fmt: skip


def radar_properties(name: str, metadata: Mapping[str, Any]) -> Dict[str, Any]:
    """Mode, polarisation, resolution and so on, from a name such as ``S1A_IW_GRDH_1SDV_…`` and then the metadata."""
    properties: Dict[str, Any] = {}
    match = _NAME.search(name)
    if match:
        mode, resolution, polarization = match.groups()
        mode = "SM" if mode.startswith("S") else mode
        properties = {
            "acquisitionMode": mode, "resolution": _RESOLUTIONS[resolution], "polarization": polarization
        }  # fmt: skip
    for key, own in _OF_STAC.items():
        if isinstance(metadata.get(key), str):
            value = metadata[key]
            properties[own] = value.upper() if own == "orbitDirection" else value
    properties.update({key: metadata[key] for key in PLAIN if isinstance(metadata.get(key), str)})
    return properties
