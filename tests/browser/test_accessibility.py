"""Every page of the site under axe-core and under the Tab key, wide and narrow, light and dark."""

import json
from pathlib import Path

import pytest
from curation_site import curation_site
from fake_site import listening
from fake_staff import browser_of
from rooms_world import PHONE, entries, everyone, fill
from talking import ask

from kb.settings import Settings
from web.assets import MODULES

pytestmark = pytest.mark.browser
AXE = MODULES / "axe-core" / "axe.min.js"
LOOKING = (Path(__file__).parent / "looking.js").read_text(encoding="utf-8")
OWN = ("handling", "replied", "unsatisfied", "closed")
ONE_LINE = 48  # pixels
VIEWS = {"wide": ("desktop", "light"), "narrow": ("phone", "light"), "dark": ("phone", "dark")}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A full site that listens; its blanks for addresses and a browser of somebody with every role."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("rooms"), rate_limit="off")
    with curation_site(settings, entries()) as site:
        person = everyone(site)
        site.blanks = fill(site, person)
        site.staff = browser_of(site, person)
        with listening(site.app) as url:
            site.url = url
            yield site


@pytest.fixture
def axe():
    """The source of axe-core, as set-up brings it."""
    if not AXE.is_file():
        pytest.skip("needs axe-core: python -m web assets (a network and npm)")
    return AXE.read_text(encoding="utf-8") + LOOKING


def addresses(site):
    """The address of every page: each GET route, its blanks filled. A new blank has to be given a value."""
    adapter = site.app.url_map.bind("localhost")
    for rule in site.app.url_map.iter_rules():
        if "GET" in rule.methods:
            names = {**site.blanks, "number": site.blanks["booking" if "booking" in rule.endpoint else "number"]}
            assert rule.arguments <= set(names), f"rooms_world.fill has nothing for {rule.rule}"
            yield rule.endpoint, adapter.build(rule.endpoint, {name: names[name] for name in rule.arguments})
    yield from VARIANTS.items()


VARIANTS = {
    "a hit test": "/curator/hit-test?q=开公司要什么材料",
    "the editor of a policy": "/curator/entries/new?kind=policy",
    "a month of figures": "/operator/figures?unit=month",
    "a search without a hit": "/operator/conversations?q=没有这样的话",
    "the second look": "/operator/review?look=second",
    "closed questions": "/curator/queue?state=closed",
    "what is not there": "/entries/none",
}


def pages(site):
    """The addresses that answer with a page."""
    for name, address in list(addresses(site)):
        reply = site.staff.client.get(address, headers={"Accept": "text/html"})
        if reply.mimetype == "text/html" and reply.status_code in (200, 404):
            yield name, address
    for state in OWN:
        yield f"progress, {state}", f"/appeals/{site.tickets[state].number}"
    yield "a booking", f"/bookings/{site.blanks['booking']}"


def signed_in(site, open_page, view):
    """A page of somebody with every role, who has shown whose appeals these are."""
    size, scheme = VIEWS[view]
    page = open_page(f"{site.url}/account/sign-in", size, color_scheme=scheme)
    own = [f"/appeals?number={site.tickets[state].number}" for state in OWN]
    for address in (*own, f"/bookings?number={site.blanks['booking']}"):
        page.goto(site.url + address)
        page.get_by_label("时留的电话").fill(PHONE)
        page.get_by_role("button", name="查进度").click()
        page.locator("#state").wait_for()
    cookie = next(one for one in page.context.cookies() if one["name"] == site.staff.cookie_name)
    with site.staff.client.session_transaction() as session:
        token = session["staff"]
    kept = site.app.session_interface.get_signing_serializer(site.app).loads(cookie["value"])
    value = site.app.session_interface.get_signing_serializer(site.app).dumps({**kept, "staff": token})
    page.context.add_cookies([{"name": cookie["name"], "value": value, "url": site.url}])
    return page


def test_a_page_that_is_not_accessible_is_found_out(world, open_page, axe):
    page = open_page(f"{world.url}/demo")
    page.evaluate(axe)
    page.evaluate("() => document.querySelector('main').insertAdjacentHTML('beforeend', '<input><a href=x></a>')")
    assert {one.split(":")[0] for one in page.evaluate("looking.findings()")} == {"label", "link-name"}


@pytest.mark.parametrize("view", VIEWS)
def test_no_page_has_a_grave_finding_of_axe(world, open_page, axe, view):
    page = signed_in(world, open_page, view)
    page.context.add_init_script(axe)
    found = {}
    for name, address in pages(world):
        page.goto(world.url + address)
        page.evaluate("looking.open()")
        said = page.evaluate("looking.findings()")
        if (places := page.locator(".top nav")).count() and places.bounding_box()["height"] > ONE_LINE:
            said = [*said, "the places at the top stand on more than one line"]
        if said:
            found[f"{name} {address}"] = said
    assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)


@pytest.mark.parametrize("view", VIEWS)
def test_a_chat_with_answers_cards_and_forms_has_no_grave_finding(world, open_page, axe, view):
    size, scheme = VIEWS[view]
    page = open_page("about:blank", size, color_scheme=scheme)
    page.context.add_init_script(axe)
    page.goto(f"{world.url}/account/sign-in")
    assert page.evaluate("looking.findings()") == []
    page.goto(f"{world.url}/demo")
    page.get_by_role("button", name="企业服务咨询").click()
    chat = page.frame_locator("#qxb-widget iframe")
    ask(chat, "开公司要什么材料")
    ask(chat, "转人工")
    ask(chat, "月球上怎么种白菜")
    ask(chat, "我要反映园区停电三天")
    chat.locator(".log .bot").nth(1).get_by_role("button", name="没用").click()
    chat.locator(".why").wait_for()
    assert page.evaluate("looking.findings()") == []


def test_the_tab_key_reaches_everything_that_can_be_pressed(world, open_page):
    page = signed_in(world, open_page, "wide")
    page.context.add_init_script(LOOKING)
    missed = {}
    for name, address in pages(world):
        page.goto(world.url + address)
        page.evaluate("looking.open()")
        stops, reached = page.evaluate("looking.stops()"), set()
        for _ in range(2 * len(stops) + 4):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("looking.here()"))
            if len(reached - {None}) == len(stops):
                break
        left = [stop for at, stop in enumerate(stops) if str(at) not in reached]
        left += page.evaluate("looking.unreachable()")
        if left:
            missed[f"{name} {address}"] = left
    assert missed == {}, json.dumps(missed, ensure_ascii=False, indent=1)
