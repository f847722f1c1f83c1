"""What Sentinel-1 settings and bands need of each other (process-api, 5; deployments, 4.2)."""

from __future__ import annotations

from typing import Sequence

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.orders import DataSource

_RADAR = ("sentinel-1-grd", "S1GRD")
_TERRAIN = "GAMMA0_TERRAIN"
_ORTHORECTIFIED = ("localIncidenceAngle", "scatteringArea", "shadowMask")
_OF_TERRAIN = ("scatteringArea", "shadowMask")
_HELD = {
    "SH": ("HH",), "SV": ("VV",), "DH": ("HH", "HV"), "DV": ("VV", "VH"),
    "HH": ("HH",), "HV": ("HV",), "VV": ("VV",), "VH": ("VH",),
}  # fmt: skip
"""Polarisation to the bands its products have."""


def check_radar_settings(source: DataSource) -> None:
    """Refuse a terrain correction without orthorectification.

    Raises:
        InvalidInput: the field is ``options``.
    """
    if source.collection not in _RADAR or source.processing.get("backCoeff") != _TERRAIN:
        return
    if not source.processing.get("orthorectify"):
        raise InvalidInput(
            "options", f"The back-scatter coefficient {_TERRAIN} needs orthorectify.",
            "Turn it on, or choose another coefficient.",
        )


def check_radar_bands(source: DataSource, bands: Sequence[str]) -> None:
    """Refuse bands that the settings of a Sentinel-1 input do not give.

    Raises:
        InvalidInput: the field is ``options``.
    """
    if source.collection not in _RADAR:
        return
    settings, polarization = source.processing, source.filters.get("polarization")
    for band in bands:
        if band in _OF_TERRAIN and settings.get("backCoeff") != _TERRAIN:
            raise InvalidInput("options", f"The band {band} needs the back-scatter coefficient {_TERRAIN}.", "Set it.")
        if band in _ORTHORECTIFIED and not settings.get("orthorectify"):
            raise InvalidInput("options", f"The band {band} needs orthorectify.", "Turn it on.")
        if band in ("VV", "VH", "HH", "HV") and band not in _HELD.get(str(polarization), (band,)):
            held = " and ".join(_HELD[str(polarization)])
            raise InvalidInput(
                "options", f"The script reads {band}, but products of the polarisation {polarization} have {held}.",
                "Choose another polarisation.",
            )
