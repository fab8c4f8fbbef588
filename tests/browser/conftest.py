"""A real browser: Debian's chromium driven by playwright, without any connection of its own."""

import shutil
import time

import pytest
from fake_site import listening
from joining import join

from kb.database import open_engine
from web.accounts.management import Management
from web.accounts.service import Accounts

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A person does not press what is not there yet: until a page has loaded, its scripts with it, presses go nowhere
# and playwright waits.
UNPRESSED = """
const sheet = new CSSStyleSheet();
sheet.replaceSync("* { pointer-events: none !important; }");
document.adoptedStyleSheets = [sheet];
addEventListener("load", () => { document.adoptedStyleSheets = []; });
"""
PATIENCE = 60_000  # ms; a wait ends as soon as what it waits for is there, on a busy machine late
SIZES = {"desktop": {"width": 1366, "height": 800}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="session")
def chromium():
    """The browser; tests skip where there is none."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("needs chromium: apt-get install chromium fonts-noto-cjk")
    playwright = pytest.importorskip("playwright.sync_api")
    playwright.expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Open a page of its own profile: `open_page(address, size="phone")`. A script error fails the test."""
    contexts, errors = [], []

    def opened(address, size="desktop", **options):
        context = chromium.new_context(viewport=SIZES[size], locale="zh-CN", **options)
        context.add_init_script(UNPRESSED)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def address(site):
    """The address of a site whose dialogue and search compute without models."""
    with listening(site.app) as url:
        yield url


@pytest.fixture
def people(stack):
    """Invite somebody with a role; returns the address of their one-time link."""
    printed = stack.settings.data_dir / "serve.log"
    deadline = time.monotonic() + 60
    while "/account/link/" not in printed.read_text() and time.monotonic() < deadline:
        time.sleep(0.2)  # a link that the copy prints later would take the place of this one
    engine = open_engine(stack.settings.database)
    accounts = Accounts(engine, stack.settings)
    token = accounts.first_admin_token()
    if token:
        join(stack.url, token, "boss", "管理员")
    boss = next(one for one in accounts.people.all() if "admin" in one.roles)

    def invited(name, shown_name, *roles):
        return f"{stack.url}/account/link/{Management(accounts).invite(boss, name, shown_name, roles)}"

    yield invited
    engine.dispose()
