"""Opening the console in a process of its own, on loopback unless configured otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from amiable.home import Home
from amiable.logs import say

_APP = Path(__file__).parent.parent / "app_streamlit" / "app.py"


def open_console(home: Home, *, port: int | None) -> None:
    """Serve the console until it is interrupted."""
    settings = home.settings
    chosen = port or settings.console_port
    say(f"Console on http://{settings.console_address}:{chosen} (Ctrl+C ends it)")
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(_APP)),
        f"--server.address={settings.console_address}",
        f"--server.port={chosen}",
        "--server.headless=true",
        "--server.fileWatcherType=none",
        "--server.enableXsrfProtection=true",
        "--browser.gatherUsageStats=false",
        "--client.toolbarMode=minimal",
        "--server.maxUploadSize=2000",
    ]
    environment = {**os.environ, "AMIABLE_HOME": str(home.path)}
    if os.name == "posix":
        # The server takes this process's place, so that a signal to it ends the server too.
        sys.stdout.flush()
        os.execve(sys.executable, command, environment)
    subprocess.run(command, env=environment, check=False)
