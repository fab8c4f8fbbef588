"""The synthetic log behind the measurements: small, in both databases, it is a log like any other."""

import pytest

from kb.database import open_engine
from web import database
from web.clock import today
from web.review.dashboard import dashboard
from web.review.filters import Filter
from web.review.listing import Listing
from web.review.synthetic import fill


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request, tmp_path):
    """An empty database of each kind with the site's tables."""
    url = request.getfixturevalue("postgres") if request.param == "postgres" else f"sqlite:///{tmp_path}/log.sqlite3"
    opened = open_engine(url)
    database.migrate(opened)
    yield opened
    opened.dispose()


def test_a_filled_log_is_listed_searched_and_counted(engine):
    fill(engine, 1000, ["开公司要什么材料", "执照丢了怎么办"], ["A1-company-setup", "A4-company-change"])
    listing = Listing(engine, 0.5)
    assert len(listing.page(Filter()).lines) == 50
    assert all("执照" in line.question for line in listing.page(Filter(q="执照丢")).lines)
    assert listing.page(Filter(q="没有这样的话")).lines == []
    months = dashboard(engine, "month", today(), str).table("trend").rows
    assert sum(int(row[1].replace(",", "")) for row in months) > 400
