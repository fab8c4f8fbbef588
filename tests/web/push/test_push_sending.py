"""Pushing: whom, what, when; once each, also when the process is killed in the middle."""

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from made_once import prepare
from serving_world import notice, policy

from kb.store import Store
from web import clock
from web.outbox import WIDGET, Outboxes, SendLater, SendRefused
from web.profiles import Profiles
from web.profiles.contacts import NewContact
from web.profiles.service import Proven
from web.push import widget
from web.push.planning import Planner
from web.push.push_log import PushLog
from web.push.quiet_hours import Quiet, due_at
from web.push.sending import MOST_TRIES, Sender
from web.push.subscriptions import Wishes
from web.push.tables import messages, pushes
from web.push.widget import WidgetOutbox
from web.tables import metadata

ROOT = Path(__file__).parent.parent.parent.parent
DAY = dt.timedelta(days=1)


class Box:
    """An outbox that remembers what it was given and fails as it is told."""

    def __init__(self, safe=False, error=None):
        self.repeats_safely, self.error, self.sent = safe, error, []

    def send(self, target, message):
        if self.error:
            raise self.error
        self.sent.append((target, message))


class World:
    """A database with enterprises and policies, and the parts that push."""

    def __init__(self, settings):
        prepare(settings.database)
        self.settings, self.store = settings, Store.open(settings)
        self.engine = self.store.engine
        self.profiles, self.wishes, self.log = Profiles(self.engine), Wishes(self.engine), PushLog(self.engine)
        self.planner, self.box, self.outboxes = Planner(self.engine, self.store), Box(), Outboxes()
        self.outboxes.register(WIDGET, self.box)
        self.sender = Sender(
            self.engine, self.outboxes, lambda profile, channel: f"/unsubscribe/{channel}", "https://x.cn"
        )

    def enterprise(self, headcount="51-100人", channel=WIDGET, **wish):
        raw = {"name": "甲公司", "headcount": headcount}
        profile, _ = self.profiles.create({key: value for key, value in raw.items() if value})
        if channel:
            self.wishes.subscribe(profile.id, channel, **wish)
        return profile.id

    def publish(self, *entries):
        self.store.save_many(entries, author="测试")

    def plan(self, **when):
        return self.planner.plan(**when)

    def rows(self):
        with self.engine.connect() as connection:
            return connection.execute(sa.select(pushes).order_by(pushes.c.made_at, pushes.c.id)).all()

    def statuses(self):
        return Counter(row.status for row in self.rows())


@pytest.fixture
def world(settings):
    """A world of its own."""
    made = World(settings)
    yield made
    made.store.close()


def test_the_tables_are_what_the_migrations_make(world):
    with world.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
    ours = ("web_push", "web_message", "web_subscription", "web_unwanted", "web_profile", "web_signup")
    assert [one for one in map(str, differences) if any(name in one for name in ours)] == []


def test_a_new_policy_reaches_whom_it_fits_once_and_says_why(world):
    fits, too_big, unknown = world.enterprise(), world.enterprise("1001人以上"), world.enterprise(None)
    world.publish(policy())
    assert world.plan() == 1 and world.plan() == 0
    assert world.sender.send_due() == 1 and world.sender.send_due() == 0
    target, message = world.box.sent[0]
    assert target.profile_id == fits not in (too_big, unknown)
    assert message.title == "新发布：试点企业贴息" and "为什么推给您：因为：职工" in message.text
    assert message.link.startswith("/m/") and message.unsubscribe == "/unsubscribe/widget"
    assert world.statuses() == {"sent": 1}


def test_what_was_published_before_the_subscription_is_not_sent(world):
    world.publish(policy())
    world.enterprise()
    assert world.plan() == 0


def test_a_changed_policy_is_told_once_more(world):
    world.enterprise()
    world.publish(policy())
    world.plan()
    world.publish(policy(title="试点企业贴息（修订）"))
    assert world.plan() == 1
    assert [row.reason for row in world.rows()] == ["new", "changed"]


def test_a_window_that_ends_soon_is_told_even_to_later_subscribers(world):
    today = clock.today()
    world.publish(policy(body={"window_from": today - DAY, "window_to": today + 10 * DAY}))
    world.enterprise()
    assert world.plan() == 1 and world.rows()[0].reason == "ending"
    assert world.plan(day=today + DAY) == 0
    far = policy("K8-far", body={"window_from": today - DAY, "window_to": today + 60 * DAY})
    world.publish(far)
    assert {row.reason for row in world.rows()} == {"ending"}


def test_a_notice_without_conditions_goes_to_every_subscriber(world):
    everybody = {world.enterprise(), world.enterprise(None)}
    world.publish(notice())
    assert world.plan() == 2 and {row.profile_id for row in world.rows()} == everybody


def test_what_is_not_wanted_is_not_planned_and_what_waits_is_stopped(world):
    one, other, third = (world.enterprise() for _ in range(3))
    world.wishes.refuse(one, "entry", policy().id)
    world.wishes.refuse(other, "theme", policy().theme)
    world.publish(policy())
    assert world.plan() == 1
    world.wishes.refuse(third, "entry", policy().id)
    assert world.sender.send_due() == 0 and world.statuses() == {"stopped": 1}


def test_after_unsubscribing_nothing_that_waits_goes_out(world):
    profile = world.enterprise()
    world.publish(policy())
    world.plan()
    assert world.wishes.unsubscribe(profile) == 1
    assert world.sender.send_due() == 0 and world.box.sent == [] and world.wishes.unsubscribe(profile) == 0
    world.publish(policy("K8-next"))
    assert world.plan() == 0


def test_several_that_are_due_go_out_as_one_message(world):
    world.enterprise(frequency="daily")
    world.publish(policy(), policy("K8-next", title="另一项"))
    world.plan()
    assert world.sender.send_due() == 0
    assert world.sender.send_due(clock.now() + 2 * DAY) == 1
    message = world.box.sent[0][1]
    assert message.title == "2 条与贵公司有关的消息" and "另一项" in message.text and "试点企业贴息" in message.text


@pytest.mark.parametrize(
    ("frequency", "quiet", "moment", "due"),
    [
        ("now", None, "2026-11-20 06:00", "2026-11-20 06:00"),
        ("now", Quiet(22 * 60, 8 * 60), "2026-11-20 15:30", "2026-11-21 00:00"),
        ("now", Quiet(22 * 60, 8 * 60), "2026-11-20 20:00", "2026-11-21 00:00"),
        ("now", Quiet(12 * 60, 14 * 60), "2026-11-20 05:00", "2026-11-20 06:00"),
        ("now", Quiet(12 * 60, 14 * 60), "2026-11-20 06:00", "2026-11-20 06:00"),
        ("daily", None, "2026-11-20 00:59", "2026-11-20 01:00"),
        ("daily", None, "2026-11-20 01:01", "2026-11-21 01:00"),
        ("weekly", None, "2026-11-20 01:01", "2026-11-23 01:00"),
        ("daily", Quiet(8 * 60, 10 * 60), "2026-11-20 00:59", "2026-11-20 02:00"),
    ],
)
def test_the_time_of_sending_heeds_frequency_and_quiet_hours(frequency, quiet, moment, due):
    assert due_at(frequency, quiet, dt.datetime.fromisoformat(moment)) == dt.datetime.fromisoformat(due)


def test_a_channel_that_is_away_is_tried_again_later_and_given_up_in_the_end(world):
    world.enterprise()
    world.publish(policy())
    world.plan()
    world.box.error = SendLater("限流")
    for _ in range(MOST_TRIES):
        assert world.sender.send_due(clock.now() + DAY) == 0
    assert world.statuses() == {"failed": 1} and world.rows()[0].trouble == "限流"
    world.box.error = None
    world.log.send_again(world.rows()[0].id, actor="op")
    assert world.sender.send_due() == 1


@pytest.mark.parametrize(("safe", "status"), [(False, "unclear"), (True, "sending")])
def test_what_may_or_may_not_have_gone_out_is_sent_again_only_where_that_is_safe(world, safe, status):
    world.enterprise()
    world.publish(policy())
    world.plan()
    world.box.repeats_safely, world.box.error = safe, TimeoutError("no answer")
    world.sender.send_due()
    assert world.statuses() == {status: 1}
    world.box.error = None
    assert world.sender.recover(dt.timedelta(0)) == int(safe)


def test_another_channel_needs_a_contact_that_agreed(world):
    profile = world.enterprise(channel="dingtalk")
    world.outboxes.register("dingtalk", other := Box())
    world.publish(policy())
    world.plan()
    world.sender.send_due()
    assert world.statuses() == {"failed": 1} and "没有同意" in world.rows()[0].trouble
    contact = NewContact("dingtalk", "user-1", purposes=("policy",), consent=True)
    world.profiles.keep_contact(Proven(profile), contact)
    world.log.send_again(world.rows()[0].id, actor="op")
    assert world.sender.send_due() == 1
    assert other.sent[0][0].address == "user-1" and other.sent[0][1].link.startswith("https://x.cn/m/")


def test_a_refused_message_is_not_tried_again(world):
    world.enterprise()
    world.publish(policy())
    world.plan()
    world.box.error = SendRefused("地址不对")
    assert world.sender.send_due() == 0 and world.statuses() == {"failed": 1}


def test_the_widget_keeps_one_message_a_key_and_opening_it_is_logged(world):
    profile = world.enterprise()
    world.outboxes.register(WIDGET, WidgetOutbox(world.engine))
    world.publish(policy())
    world.plan()
    world.sender.send_due()
    shown = widget.of(world.engine, profile)
    assert len(shown) == 1 and world.log.counts() | {"sent": 1, "opened": 0} == world.log.counts()
    assert world.log.open(shown[0].key) == policy().id and world.log.open("no") is None
    assert world.log.counts()["opened"] == 1
    total, lines = world.log.page()
    assert total == 1 and lines[0].enterprise == "甲公司" and "职工" in lines[0].why


def test_deleting_a_profile_takes_its_pushes_along(world):
    profile = world.enterprise()
    world.publish(policy())
    world.plan()
    world.profiles.delete(Proven(profile))
    assert world.rows() == [] and world.sender.send_due() == 0


def killed_again_and_again(world, safe, tmp_path, kills=4):
    """Let worker processes send, kill them (-9) at random moments, let the last one finish; returns what went out."""
    path, dice = tmp_path / "out.txt", random.Random(8)
    command = [
        sys.executable,
        "-W",
        "ignore",
        str(ROOT / "tests" / "support" / "pushing_worker.py"),
        world.settings.database,
        str(path),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for turn in range(kills + 1):
        seconds = "0.02" if turn < kills else "0"
        before = path.stat().st_size if path.exists() else 0
        process = subprocess.Popen([*command, safe, seconds], env=environment, stdout=subprocess.PIPE, cwd=ROOT)
        if turn < kills:
            while not path.exists() or path.stat().st_size <= before + dice.randint(0, 300):
                assert process.poll() is None, "it finished before it could be killed"
                time.sleep(dice.random() * 0.02)
            os.kill(process.pid, signal.SIGKILL)
        assert (process.wait(timeout=120) == 0) == (turn == kills)
        process.stdout.close()
    return [line.split() for line in path.read_text().splitlines()]


@pytest.mark.parametrize("safe", ["safe", "unsafe"])
def test_killed_in_the_middle_nothing_goes_twice_and_nothing_is_lost(world, tmp_path, safe):
    kills = 4
    everybody = {world.enterprise() for _ in range(120)}
    world.publish(policy())
    assert world.plan() == len(everybody)
    out = killed_again_and_again(world, safe, tmp_path, kills)
    reached = Counter(profile for _, profile in out)
    status = {row.profile_id: row.status for row in world.rows()}
    if safe == "safe":  # the channel knows a key again: each has its one message
        with world.engine.connect() as connection:
            kept = Counter(connection.execute(sa.select(messages.c.profile_id)).scalars())
        assert set(kept) == everybody and set(kept.values()) == {1}
        assert set(status.values()) == {"sent"}
    else:  # nobody has it twice; whoever may lack it is on the list for a person, one for each kill at most
        assert set(reached.values()) == {1}
        unclear = {profile for profile, standing in status.items() if standing == "unclear"}
        assert len(unclear) <= kills and set(status.values()) <= {"sent", "unclear"}
        assert everybody - set(reached) <= unclear
        assert {profile for profile, standing in status.items() if standing == "sent"} <= set(reached)
