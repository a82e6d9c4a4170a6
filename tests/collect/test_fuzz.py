"""A bounded run of the fuzz driver; `python tests/collect/fuzz_parse.py 600` is the long one."""

import importlib.util
from pathlib import Path

import pytest


@pytest.mark.slow
def test_damaged_feeds_break_nothing() -> None:
    spec = importlib.util.spec_from_file_location("fuzz_parse", Path(__file__).with_name("fuzz_parse.py"))
    assert spec
    assert spec.loader
    driver = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(driver)
    assert driver.run(15, seed=2026) > 50
