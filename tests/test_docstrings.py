"""The examples in the docstrings of statistics are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

from livingreview import statistics

MODULES = sorted(found.name for found in pkgutil.iter_modules(statistics.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_true(name):
    assert doctest.testmod(importlib.import_module(f"livingreview.statistics.{name}")).failed == 0
