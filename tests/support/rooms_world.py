"""A site with something in every room, for tests that look at every page there is."""

import datetime as dt

from curation_site import asked
from fake_site import some_entries as guides
from fake_staff import make_person
from review_world import make_turn
from serving_world import notice
from shipped import shipped
from tickets_world import POWER, WAY

from kb.lexicon_overrides import change_of
from web import clock
from web.accounts.management import Management
from web.accounts.roles import STAFF
from web.review.reviews import Judgement, Reviews
from web.signals.evaluating import evaluate
from web.signals.feature_switch import Switch
from web.signals.reviewing import Desk
from web.sites.values import ENTRIES
from web.tickets import Actor, Draft, Role
from web.tickets.staff_posts import POSTS

CONSULT = {"kind": "consult", "category": "policy"}
PHONE = "13912345678"
ENTRY, PLACE = "A1-company-setup", "place-tax-hall"


def entries():
    """What the site knows: guides, a package, a mechanism, a notice that lies ahead, a place."""
    return (*guides(), notice(), shipped(PLACE))


def everyone(site, name="quan"):
    """Somebody with every role and every post: whose pages show all there is to show."""
    person = make_person(site, name, *STAFF, shown_name="全能")
    site.desk.tickets.posts.give(person, person, [role.value for role in POSTS], POWER)
    return person


def fill(site, person):
    """Put realistic things into every room; returns what the blanks in addresses can be filled with."""
    talk = _talks(site, person)
    question = _questions(site)
    _drafts(site, person)
    number, attachment = _tickets(site, talk)
    plan = site.curation.imports.take(person, "问答.csv", "问题,答案\n怎么收费,不收费\n".encode())
    file = site.curation.files.add(person, "说明.pdf", b"%PDF-1.4\n%%EOF")
    invited = Management(site.desk.accounts).invite(person, "xinren", "新人", ["curator"])
    return {
        "entry_id": ENTRY,
        "conversation_id": talk,
        "question_id": question,
        "effect_id": _effect(site, person),
        "import_id": plan,
        "file_id": file.id,
        "attachment_id": attachment,
        "number": number,
        "booking": _bookings(site, talk),
        "person_id": person.id,
        "token": invited,
        "form": "csv",
        "filename": "site.css",
        "part": "guides",
        "notice_id": "notice-tax-training",
        "place_id": PLACE,
        "batch": "none",
        **_website(site),
        "case_id": _signals(site, person),
    }


def _website(site):
    form = {"name": "园区门户", "origins": "https://www.example.cn", "layout": "tabs", "entries": list(ENTRIES)}
    kept = site.desk.sites.save("admin", "", form)
    return {"site_id": kept.id, "key": kept.key}


def _signals(site, person):
    record = {"document": "影响评估1号", "assessed_by": "法制科", "scope": "改进服务", "forbidden": "on"}
    days = {"assessed_on": clock.today().isoformat(), "expires_on": (clock.today() + dt.timedelta(30)).isoformat()}
    Switch(site.desk.engine).turn_on(person.name, {**record, **days}, [person.name], [person.name])
    draft = Draft(
        text="说好的补助没有到账", kind="complaint", category="policy.payment", credit_code="91320583MA1ABCDE01"
    )
    site.desk.tickets.tickets.open(draft, Actor("visitor", Role.REQUESTER))
    evaluate(site.desk.engine, site.desk.entries.titles)
    return Desk(site.desk.engine).mine(person.name)[0].id


def _talks(site, person):
    morning = dt.datetime.combine(clock.today() - dt.timedelta(days=1), dt.time(9))
    why = [{"entry_id": ENTRY, "key": "materials", "score": 0.9, "found_by": ["words"], "matched": ["材料"]}]
    for number in range(8):
        outcome = ("answered", "no_answer", "clarify", "handoff")[number % 4]
        vote = "down" if number % 4 == 0 else ""
        make_turn(
            site, morning + dt.timedelta(minutes=number), f"第{number}问：开公司要什么材料", outcome=outcome, vote=vote
        )
    turn = make_turn(site, morning, "给人看的一问", conversation="shown", why=why, vote="down")
    Reviews(site.desk.engine).judge(
        turn, person.name, Judgement("wrong", "ask_guide", ENTRY, "答的不是这件事"), {ENTRY}
    )
    site.desk.live.take("shown", person)
    site.desk.live.say("shown", person, "您好，我来答复您。")
    return "shown"


def _questions(site):
    for text in ("公司想养蜜蜂要什么手续", "养蜂要办什么手续", "企业能不能养蜜蜂"):
        asked(site, text)
    asked(site, "今天天气怎么样", confidence=0.3)
    site.curation.queue.refresh()
    return site.curation.queue.page()[0][0].id


def _effect(site, person):
    effect = site.curation.effects.propose(person, change_of("group", "", "公司设立登记 办本本"))
    site.curation.effects.wait()
    return effect


def _drafts(site, person):
    entry = site.curation.store.latest("A2-name-declaration")
    changed = entry.copy(update={"summary": f"{entry.summary}（改）"})
    site.curation.editing.save(person, changed, entry.version, "改概述", submit=True)


def _tickets(site, talk):
    desk, caller = site.desk.tickets, Actor("visitor", Role.REQUESTER)
    draft = {"kind": "complaint", "category": "facilities.power", "phone": PHONE, "enterprise": "蓝天公司"}
    made = {}
    for state, way in WAY.items():
        ticket = desk.tickets.open(Draft(text=f"车间停电，{state}", conversation_id=talk, **draft), caller)
        for move, actor, given in way:
            ticket = desk.tickets.move(ticket.number, move, actor, **given)
        made[state] = ticket
    pdf = desk.attachments.add(made["handling"].number, "照片.pdf", b"%PDF-1.4\n%%EOF", caller)
    worried = Actor("quan", Role.SUPERVISOR)
    desk.tickets.move(made["handling"].number, "supervise", worried, colour="red", reason="企业停产")
    desk.tickets.move(made["handling"].number, "ask_more", Actor("li", Role.HANDLER, POWER), text="请说明停电的时间")
    site.tickets = made
    return made["handling"].number, pdf.id


def _bookings(site, talk):
    desk, caller = site.desk.tickets.bookings, Actor("visitor", Role.REQUESTER)
    booking = desk.book("开办企业", ["名称申报", "设立登记"], caller, phone=PHONE, conversation_id=talk, entry_id=ENTRY)
    desk.move(booking.number, "accept", Actor("quan", Role.HANDLER, POWER))
    desk.commit(booking.number, "lack", "补交场地证明", clock.today(), Actor("quan", Role.HANDLER, POWER))
    return booking.number
