"""The charge of a request, against the worked examples of the service's documentation."""

from __future__ import annotations

import pytest

from sentinel_workbench.core.model.units import processing_units


def test_tutorial_request_equals_the_recorded_header():
    assert processing_units(631, 1047, 3) == 2.5202064514160156


@pytest.mark.parametrize(
    "asked, units",
    [
        (dict(width=1024, height=1024, input_bands=4, float32=True, samples=2, orthorectify=True), 42.667),
        (dict(width=20, height=20, input_bands=2), 0.0067),
        (dict(width=631, height=1047, input_bands=4), 3.3603),
        (dict(width=631, height=1047, input_bands=13), 10.9209),
        (dict(width=631, height=1047, input_bands=13, float32=True), 21.8418),
        (dict(width=631, height=1047, input_bands=1, float32=True), 1.6801),
        (dict(width=2500, height=2500, input_bands=3), 23.8419),
        (dict(width=512, height=512, input_bands=3, fusion_factor=4), 4.0),
        (dict(width=512, height=512, input_bands=3, orthorectify=True, terrain_correction=True), 2.5),
        (dict(width=512, height=512, input_bands=3, speckle_filter=True), 2.0),
        (dict(width=512, height=512, input_bands=3, octet_stream=True), 1.4),
    ],
)
def test_documented_examples(asked, units):
    assert processing_units(**asked) == pytest.approx(units, rel=5e-3 if units < 0.01 else 5e-5)


def test_a_tiny_image_costs_the_minimum():
    assert processing_units(1, 1, 1) == 0.005


def test_a_script_of_only_the_data_mask_counts_one_band():
    assert processing_units(512, 512, 0) == pytest.approx(1 / 3)
