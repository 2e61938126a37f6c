"""Tests the error function and GELU against true values."""

import math

import numpy as np

from bot.encoder.activation import erf, gelu


def test_erf_and_gelu_are_exact_to_single_precision() -> None:
    x = np.concatenate((np.linspace(-7, 7, 100_001), [0, 1e-8, -40, 40])).astype(np.float32)
    true = np.array([math.erf(float(value)) for value in x])
    assert np.abs(erf(x) - true).max() < 1e-6
    true = np.array([float(value) * (1 + math.erf(float(value) / math.sqrt(2))) / 2 for value in x])
    gelu(x)
    assert np.abs(x - true).max() < 5e-6
