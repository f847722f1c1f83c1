"""Sentinel-1 settings that need each other are told before anything is sent."""

from __future__ import annotations

import pytest

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.checks import check_order
from sentinel_workbench.core.services.orders import image_order

SCRIPT = "//VERSION=3\nfunction setup() {{ return {{ input: [{bands}], output: {{ bands: 1 }} }}; }}\n" \
         "function evaluatePixel(s) {{ return [1]; }}"
TERRAIN = "backCoeff=GAMMA0_TERRAIN, orthorectify=true"


def order_of(bands, options, collection="sentinel-1-grd"):
    script = SCRIPT.format(bands=", ".join(f'"{band}"' for band in bands))
    return image_order(BBox(46.2, -16.1, 46.3, -16.0), 100, collection, script,
                       TimeRange.of_days("2019-01-01", "2019-01-31"), options=options)


@pytest.mark.parametrize("bands, options, told", [
    (["VV"], "backCoeff=GAMMA0_TERRAIN", "GAMMA0_TERRAIN needs orthorectify"),
    (["localIncidenceAngle"], "", "localIncidenceAngle needs orthorectify"),
    (["scatteringArea"], "orthorectify=true", "scatteringArea needs the back-scatter"),
    (["shadowMask"], "", "shadowMask needs the back-scatter"),
    (["VV", "VH"], "polarization=SV", "reads VH, but products of the polarisation SV have VV"),
    (["HH"], "polarization=DV", "reads HH, but products of the polarisation DV have VV and VH"),
])
def test_settings_that_need_others_are_refused(bands, options, told):
    with pytest.raises(InvalidInput, match=told) as caught:
        check_order(order_of(bands, options))
    assert caught.value.field == "options" and caught.value.advice


@pytest.mark.parametrize("bands, options", [
    (["VV", "VH", "dataMask"], "polarization=DV"), (["VV", "HH"], ""), (["HV"], "polarization=DH"),
    (["localIncidenceAngle"], "orthorectify=true"), (["scatteringArea", "shadowMask", "VV"], TERRAIN),
])
def test_settings_that_fit_pass(bands, options):
    check_order(order_of(bands, options))


def test_bands_of_that_name_elsewhere_are_none_of_this():
    check_order(order_of(["VV"], "", "byoc-0b5f5bfa-0000-4000-8000-000000000001"))
