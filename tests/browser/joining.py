"""People of the running product: how one who was invited gets in."""

import re

import httpx

PASSWORD = "seven quiet herons wade"


def join(url, token, name, shown_name):
    """Use a one-time link without a browser."""
    with httpx.Client(base_url=url, trust_env=False, follow_redirects=True) as client:
        page = client.get(f"/account/link/{token}")
        sent = {"csrf_token": re.search(r'name="csrf-token" content="([^"]+)"', page.text)[1]}
        sent |= {"name": name, "shown_name": shown_name, "new": PASSWORD, "again": PASSWORD}
        assert client.post(f"/account/link/{token}", data=sent).status_code == 200


def enter(open_page, link, **more):
    """Open a one-time link, set a password; returns the page of somebody who is signed in."""
    page = open_page(link, **more)
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.locator("nav.rooms").wait_for()
    return page
