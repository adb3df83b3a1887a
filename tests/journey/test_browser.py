"""A person opens the links of a mail on a telephone and at a desk: one button, readable, no barrier, no script."""

import shutil
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from api.bootstrap import Services
from tests.journey.conftest import Crm
from tests.journey.test_pages import check, confirmation
from tests.journey.test_receipts import event_id
from tests.needs import missing

__all__ = ["confirmation", "event_id"]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}}
# Large enough for a thumb (WCAG 2.2 SC 2.5.8 asks for 24).
BUTTON_HEIGHT = 44


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        missing("a browser: chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The address of the running application."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("width", [pytest.param(320, id="telephone"), pytest.param(1280, id="desk")])
@pytest.mark.parametrize("language", ["de", "en"])
def test_confirming_and_withdrawing_take_one_press_each(
    browser: Browser, served: str, crm: Crm, confirmation: str, width: int, language: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, locale=language)
    page = context.new_page()
    page.goto(served + confirmation)
    assert_open_to_everybody(page, width, language)
    page.get_by_role("button").click()
    assert_open_to_everybody(page, width, language)
    links = check(crm)["unsubscribe"]
    assert isinstance(links, dict)
    page.goto(served + urlsplit(links["url"]).path)
    assert_open_to_everybody(page, width, language)
    page.get_by_role("button").click()
    assert_open_to_everybody(page, width, language)
    assert check(crm)["reason"] == "withdrawn"
    page.goto(served + confirmation)
    assert_open_to_everybody(page, width, language)
    context.close()


def test_the_pages_work_without_script(browser: Browser, served: str, crm: Crm, confirmation: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served + confirmation)
    page.get_by_role("button").click()
    assert check(crm)["decision"] == "allow"
    context.close()


@pytest.mark.parametrize("width", [pytest.param(320, id="telephone"), pytest.param(1280, id="desk")])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_receipt_is_read_by_everybody_and_printed_without_what_only_a_screen_can_do(
    browser: Browser, served: str, services: Services, event_id: str, width: int, language: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, locale=language)
    page = context.new_page()
    page.goto(f"{served}/r/{services.receipts.token_for(event_id)}")
    assert_open_to_everybody(page, width, language)
    ways_out = page.locator("a[href*='/u/']")
    assert ways_out.first.is_visible()
    page.emulate_media(media="print")
    assert not ways_out.first.is_visible()
    context.close()


def assert_open_to_everybody(page: Page, width: int, language: str) -> None:
    assert page.locator("html").get_attribute("lang") == language
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("script").count() == 0
    for button in page.get_by_role("button").all():
        size = button.bounding_box()
        assert size is not None
        assert size["height"] >= BUTTON_HEIGHT
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
