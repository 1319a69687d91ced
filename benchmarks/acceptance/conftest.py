"""Where the third-party files lie, and how a command is run as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def data():
    if not DATA.is_dir():
        pytest.skip("the third-party files are not here")
    return DATA


@pytest.fixture(scope="session")
def amiable():
    """Run one command; return its exit code, its summary object, and all that it printed."""

    def run(*words, ok=True):
        command = [sys.executable, "-m", "amiable", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        told = done.stdout + done.stderr
        assert "Traceback" not in told, told
        if ok:
            assert done.returncode == 0, told
        last = done.stdout.strip().splitlines()[-1:] or [""]
        summary = json.loads(last[0]) if last[0].startswith("{") else None
        return done.returncode, summary, told

    return run
