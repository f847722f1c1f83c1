"""Fractal noise with a chosen spectrum; periodic, so that it can be rolled and sampled anywhere."""

from __future__ import annotations

from typing import Tuple

import numpy as np


def fractal_noise(
    shape: Tuple[int, int],
    pixel_m: float,
    seed: int,
    slope: float,
    outer_m: float,
    stretch: Tuple[float, float] = (1.0, 1.0),
) -> np.ndarray:
    """Gaussian noise of zero mean and unit variance.

    Args:
        shape: (rows, cols).
        pixel_m: metres a pixel.
        seed: the same seed gives the same noise.
        slope: exponent of the power spectrum: 2 rough, 3 terrain, 4 smooth.
        outer_m: size of the largest features.
        stretch: factors that lengthen features along (rows, cols).

    Returns:
        float32 array of ``shape``.
    """
    white = np.random.Generator(np.random.PCG64(seed)).standard_normal(shape)
    rows = np.fft.fftfreq(shape[0], pixel_m)[:, None] * stretch[0]
    cols = np.fft.rfftfreq(shape[1], pixel_m)[None, :] * stretch[1]
    amplitude = (rows**2 + cols**2 + 1 / outer_m**2) ** (-slope / 4)
    amplitude[0, 0] = 0
    field = np.fft.irfft2(np.fft.rfft2(white) * amplitude, shape)
    return ((field - field.mean()) / field.std()).astype(np.float32)


def sample_noise(texture: np.ndarray, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
    """Bilinear samples of a periodic ``texture`` at fractional pixel coordinates."""
    height, width = texture.shape
    top, left = np.floor(rows).astype(np.int32), np.floor(cols).astype(np.int32)
    down, right = (rows - top).astype(np.float32), (cols - left).astype(np.float32)
    top %= height
    left %= width
    below, beside = (top + 1) % height, (left + 1) % width
    upper = texture[top, left] * (1 - right) + texture[top, beside] * right
    lower = texture[below, left] * (1 - right) + texture[below, beside] * right
    return upper * (1 - down) + lower * down


def ramp(values: np.ndarray, start: float, end: float) -> np.ndarray:
    """0 at ``start``, 1 at ``end``, smooth between; ``start`` may be above ``end``."""
    t = np.clip((values - start) / (end - start), 0, 1)
    return t * t * (3 - 2 * t)
