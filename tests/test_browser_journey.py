"""One person's morning in a real browser: import, run, look, decide, and see it the next day."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LEDGER = """numero;client;date facture;echeance;montant ttc
F-001;SARL Menuiserie Brocelande;05/01/2026;04/02/2026;1 200,00
F-002;SARL Menuiserie Brocelande;12/01/2026;11/02/2026;3 480,50
F-003;SAS Transports Valcérin;20/01/2026;19/02/2026;950,00
F-004;<script>alert(1)</script> SAS;25/01/2026;24/02/2026;2 000,00
"""
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync"
    " --disable-background-networking --disable-component-update"
).split()

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium from the system"),
]


@pytest.fixture
def console(tmp_path):
    """The console served on a free port over an empty home."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path / "home"
    command = [sys.executable, "-m", "amiable", "console", "--home", home, "--port", str(port)]
    process = subprocess.Popen(
        list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until_it_answers(url):
    for _ in range(120):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the console does not answer")


@pytest.fixture
def page():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page(viewport={"width": 1400, "height": 1000})
        opened.set_default_timeout(60_000)
        yield opened
        browser.close()


def see(page, name):
    """Keep a picture where the environment asks for one."""
    folder = os.environ.get("AMIABLE_SCREENSHOTS")
    if folder:
        page.wait_for_timeout(1500)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def run_day(page, typed, shown):
    """Type a day into the day, month and year fields, and run it."""
    page.get_by_role("spinbutton", name="day, Date de la journée").click()
    page.keyboard.type(typed)
    page.keyboard.press("Tab")
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Lancer la journée").click()
    page.get_by_text(f"Journée du {shown} publiée").wait_for(timeout=120_000)


@pytest.mark.slow
def test_a_decision_taken_today_changes_tomorrow(console, page, tmp_path):
    ledger = tmp_path / "factures.csv"
    ledger.write_bytes(LEDGER.encode("cp1252"))

    page.goto(f"{console}/imports")
    page.get_by_text("Rien n'a encore été importé").wait_for()
    page.locator("input[type=file]").set_input_files(ledger)
    page.get_by_text("Correspondance proposée").wait_for()
    see(page, "mapping")
    page.get_by_role("button", name="Importer", exact=True).click()
    page.get_by_text("4 lignes lues").first.wait_for()
    run_day(page, "02032026", "02/03/2026")
    see(page, "imported")

    page.goto(console)
    page.get_by_text("À contacter").wait_for()
    see(page, "today")
    page.goto(f"{console}/claim?claim=F-002")
    page.get_by_text("Total dû").first.wait_for()
    name = page.get_by_role("textbox", name="Votre nom")
    name.fill("Zoé")
    name.press("Enter")
    see(page, "claim")
    page.wait_for_timeout(2000)  # the name redraws the page
    page.get_by_role("combobox", name="Décision").click()
    page.keyboard.type("Reporter")
    page.keyboard.press("Enter")
    page.get_by_text("Jusqu'au").wait_for()
    page.get_by_role("textbox", name="Motif").fill("le comptable revient lundi")
    page.get_by_role("textbox", name="Motif").press("Tab")
    page.get_by_role("button", name="Décider").click()
    page.get_by_text("Inscrit au journal").first.wait_for()

    page.goto(f"{console}/imports")
    run_day(page, "03032026", "03/03/2026")
    page.goto(f"{console}/claim?claim=F-002")
    page.get_by_text("le comptable revient lundi").first.wait_for()
    page.get_by_text("attendre", exact=False).first.wait_for()
    see(page, "next-day")
    assert page.locator("script", has_text="alert(1)").count() == 0
