"""Fixtures that many tests share, and the rule that a check which always skips is noticed."""

import os

import pytest

# A worker of the suite has one core: threads of trees that wait for each other take twice the time.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn a skip into a failure where nothing may be missing."""
    report = yield
    if report.skipped and os.environ.get("AMIABLE_NO_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, though nothing may be missing here: {report.longrepr}"
    return report
