"""Websites that show the desk: registered by an admin, checked by the server, each with its own entry points."""

import pytest
from bs4 import BeautifulSoup
from fake_site import open_site, some_entries
from fake_staff import browser_with
from shipped import shipped

from web.sites import values
from web.sites.errors import BadSite

HOME = "https://www.example.cn"
FORM = {
    "name": "园区门户",
    "origins": f"{HOME}/\nhttps://m.example.cn:8443",
    "layout": "tabs",
    "entries": ["policies", "ask", "meetings", "contact", "guides", "activities"],
    "colour": "#7a1f1f",
}


@pytest.fixture
def site(settings):
    """The site with guides, two notices and one policy."""
    names = ("K1-high-tech-enterprise", "notice-policy-briefing", "notice-job-fair")
    with open_site(settings, (*some_entries(), *(shipped(name) for name in names))) as opened:
        yield opened


@pytest.fixture
def registered(site):
    """A registered website."""
    return site.desk.sites.save("admin", "", FORM)


def ancestors(reply):
    return reply.headers["Content-Security-Policy"].split("frame-ancestors ")[1]


def embed(site, key="", referer=None, path="/embed"):
    headers = {"Referer": referer} if referer else {}
    return site.client.get(path, query_string={"site": key} if key else {}, headers=headers)


def test_any_page_may_show_the_desk_until_a_website_is_registered(site):
    reply = embed(site, referer="https://anything.example/page")
    assert reply.status_code == 200 and ancestors(reply) == "*"


def test_only_the_websites_own_pages_may_frame_its_panel(site, registered):
    reply = embed(site, registered.key, f"{HOME}/news/1.html")
    assert reply.status_code == 200
    assert ancestors(reply) == f"'self' {HOME} https://m.example.cn:8443"
    assert "X-Frame-Options" not in reply.headers


@pytest.mark.parametrize(
    "referer", ["https://evil.example/", "https://www.example.cn.evil.example/", "http://www.example.cn/"]
)
def test_a_page_of_another_website_is_refused_by_the_server(site, registered, referer):
    reply = embed(site, registered.key, referer)
    assert reply.status_code == 403 and "没有登记" in reply.text and ancestors(reply) == "'self'"


def test_once_a_website_is_registered_a_page_without_a_key_is_refused(site, registered):
    assert embed(site, referer="https://anything.example/").status_code == 403
    assert ancestors(embed(site)) == "'self'"
    assert embed(site, referer="http://localhost/demo").status_code == 200


def test_a_key_that_nobody_has_is_refused(site, registered):
    assert embed(site, "0" * 16).status_code == 403


def test_a_website_that_was_switched_off_shows_nothing_until_it_is_on_again(site, registered):
    site.desk.sites.switch("admin", registered.id, False)
    assert embed(site, registered.key, HOME).status_code == 403
    site.desk.sites.switch("admin", registered.id, True)
    assert embed(site, registered.key, HOME).status_code == 200


def test_a_new_key_ends_the_old_one(site, registered):
    fresh = site.desk.sites.renew("admin", registered.id)
    assert embed(site, registered.key, HOME).status_code == 403
    assert embed(site, fresh.key, HOME).status_code == 200


def test_tabs_stand_in_the_order_of_the_website_and_lead_somewhere(site, registered):
    soup = BeautifulSoup(embed(site, registered.key).text, "html.parser")
    tabs = soup.select(".entry-tabs a")
    assert [tab.text for tab in tabs] == ["产业政策", "我要提问", "会议通知", "我要联系", "我要办事", "活动公告"]
    assert [tab.text for tab in tabs if tab.get("aria-current")] == ["我要提问"]
    for tab in tabs:
        page = site.client.get(tab["href"])
        assert page.status_code == 200 and ancestors(page).startswith(f"'self' {HOME}")
        assert f'aria-current="page">{tab.text}<' in page.text


def test_each_tab_shows_what_it_says(site, registered):
    def shown(part):
        return embed(site, registered.key, path=f"/embed/{part}").text

    assert "公司设立登记" in shown("guides") and "高新技术企业" not in shown("guides")
    assert "高新技术企业" in shown("policies")
    assert "12345" in shown("contact") and "转人工" in shown("contact")
    assert embed(site, registered.key, path="/embed/nothing").status_code == 404


def test_notices_are_parted_by_what_they_are(site, registered):
    entries = site.desk.entries.of_kind("notice")
    assert entries
    meetings = embed(site, registered.key, path="/embed/meetings").text
    activities = embed(site, registered.key, path="/embed/activities").text
    for entry in entries:
        assert (entry.title in meetings) <= (entry.body.form == "会议通知")
        assert (entry.title in activities) <= (entry.body.form in ("活动公告", "政策解读"))


def test_a_list_can_be_searched_and_asks_about_an_entry(site, registered):
    reply = site.client.get("/embed/guides", query_string={"site": registered.key, "q": "社保"})
    soup = BeautifulSoup(reply.text, "html.parser")
    assert "公司设立登记" not in soup.text
    ask = site.client.get(soup.select_one(".results a.choice")["href"])
    assert "怎么办？" in BeautifulSoup(ask.text, "html.parser").find(id="question").text


def test_what_is_asked_about_is_text_and_nothing_else(site):
    reply = site.client.get("/embed", query_string={"ask": "</textarea><script>alert(1)</script>"})
    assert "<script>alert" not in reply.text


def test_quick_buttons_instead_of_tabs(site):
    kept = site.desk.sites.save("admin", "", {**FORM, "layout": "grid", "entries": ["guides", "contact"]})
    soup = BeautifulSoup(embed(site, kept.key).text, "html.parser")
    assert [button.text for button in soup.select("[data-quick]")] == ["我要办事", "我要联系"]
    assert not soup.select(".entry-tabs")


def test_no_entry_points_at_all(site):
    kept = site.desk.sites.save("admin", "", {**FORM, "layout": "none"})
    soup = BeautifulSoup(embed(site, kept.key).text, "html.parser")
    assert not soup.select(".entry-tabs") and soup.select_one(".quick").has_attr("hidden")


def test_a_website_has_its_colour_in_a_style_sheet_of_its_own(site, registered):
    reply = site.client.get(f"/sites/{registered.key}.css")
    assert reply.mimetype == "text/css" and "--head: #7a1f1f" in reply.text
    assert f"/sites/{registered.key}.css" in embed(site, registered.key).text
    assert "#124a8c" in site.client.get("/sites/nobody.css").text


WRONG = [
    {"origins": ""},
    {"origins": "www.example.cn"},
    {"origins": "https://*.example.cn"},
    {"origins": "javascript:alert(1)"},
    {"origins": "https://a.example; script-src *"},
    {"origins": "\n".join(f"https://a{at}.example" for at in range(21))},
    {"name": " "},
    {"layout": "sideways"},
    {"colour": "#ffff00"},
    {"colour": "red; }"},
]


@pytest.mark.parametrize("change", WRONG)
def test_what_cannot_be_kept_is_refused(site, change):
    with pytest.raises(BadSite):
        site.desk.sites.save("admin", "", {**FORM, **change})
    assert site.desk.sites.all() == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("https://Www.Example.cn:443/a?b#c", "https://www.example.cn"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("https://园区.中国/", "https://xn--dkrx9f.xn--fiqs8s"),
        ("null", ""),
        ("https://[::1", ""),
    ],
)
def test_an_origin_is_scheme_host_and_port(given, wanted):
    assert values.origin_of(given) == wanted


def test_contrast_is_that_of_wcag():
    assert round(values.contrast_with_white("#000000"), 1) == 21
    assert round(values.contrast_with_white("#767676"), 2) == 4.54


@pytest.mark.parametrize(
    ("fetched", "status"), [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)]
)
def test_questions_sent_by_a_page_of_another_website_are_refused(site, fetched, status):
    reply = site.client.post("/api/v1/chat", json={"message": "你好"}, headers={"Sec-Fetch-Site": fetched})
    assert reply.status_code == status
    assert status == 200 or reply.get_json()["error"] == "site_refused"


def test_programs_may_ask_without_being_a_page(site):
    assert site.ask("你好").status_code == 200


def test_an_admin_registers_a_website_and_gets_its_line_of_code(site):
    browser = browser_with(site, "admin")
    assert "现在任何网站都可以嵌入" in browser.get("/admin/sites").text
    reply = browser.post("/admin/sites", {**FORM, "id": ""}, follow_redirects=True)
    kept = site.desk.sites.all()[0]
    assert f'data-site="{kept.key}" data-colour="#7a1f1f"' in BeautifulSoup(reply.text, "html.parser").code.text
    browser.post("/admin/sites", {**FORM, "id": kept.id, "name": "新名字"})
    browser.post(f"/admin/sites/{kept.id}/key")
    browser.post(f"/admin/sites/{kept.id}/switch", {"active": "off"})
    changed = site.desk.sites.get(kept.id)
    assert (changed.name, changed.active) == ("新名字", False) and changed.key != kept.key
    page = browser.get("/admin/audit").text
    assert all(words in page for words in ("登记或修改网站", "更换网站的 key", "停用网站"))


def test_a_form_that_cannot_be_kept_comes_back_as_it_was_filled(site):
    reply = browser_with(site, "admin").post("/admin/sites", {**FORM, "colour": "#ffff00"})
    assert reply.status_code == 422 and "太浅" in reply.text and "园区门户" in reply.text
