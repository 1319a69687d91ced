"""Figures and picture of the README, made anew: ``uv run python -m benchmarks.readme``.

Runs the demo in a folder of its own, back-tests its model, takes a picture of the first screen
with Chromium from the system, and writes the table between the markers of README.md.
"""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PICTURE = ROOT / "docs" / "images" / "today.png"
CLAIMS, SEED, DAY = 20_000, 7, "2026-11-20"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-sync"
    " --disable-background-networking --disable-component-update"
).split()


def amiable(*words):
    command = [sys.executable, "-m", "amiable", *map(str, words)]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return told, time.perf_counter() - started


def figures(home):
    demo, seconds = amiable(
        *("demo", "--claims", CLAIMS, "--seed", SEED, "--as-of", DAY, "--no-console"),
        *("--home", home, "--json"),
    )
    test, _ = amiable("evaluate", "--as-of", DAY, "--home", home, "--json")
    rows, model, prior = demo["rows"], test["metrics"], test["baseline"]
    return [
        (f"demo of {CLAIMS:,} invented claims, from nothing to the worklist", f"{seconds:.0f} s"),
        ("open claims, contacts, courses compared",
         f"{rows['claims']:,}, {rows['worklist']:,}, {rows['litigation']:,}"),
        ("reasons given, each adding up to its probability", f"{rows['explanations']:,}"),
        ("paid in 90 days, out of time: AUC of the model (published curves)",
         f"{model['auc']:.3f} ({prior['auc']:.3f})"),
        ("the same: log loss", f"{model['log_loss']:.3f} ({prior['log_loss']:.3f})"),
    ]  # fmt: skip


def write(rows):
    lines = [BEGIN, "", "| what | figure |", "| --- | --- |"]
    lines += [f"| {what} | {figure} |" for what, figure in rows]
    lines += [
        "",
        f"Made by `uv run python -m benchmarks.readme`, seed {SEED}, as of {DAY}.",
        "",
        END,
    ]
    text = README.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    README.write_text(before + "\n".join(lines) + after, encoding="utf-8")


def picture(home):
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is missing: the picture stays as it is.")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "amiable", "console", "--home", home, "--port", port]
    console = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            page = browser.new_page(viewport={"width": 1500, "height": 950})
            for _ in range(60):
                try:
                    page.goto(f"http://127.0.0.1:{port}")
                    break
                except Exception:
                    time.sleep(1)
            page.get_by_text("Temps prévu").wait_for(timeout=60_000)
            page.wait_for_timeout(3_000)
            page.screenshot(path=PICTURE)
            browser.close()
    finally:
        console.terminate()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "demo"
        write(figures(made))
        picture(made)
