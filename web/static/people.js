// What comes without being asked: who is speaking, what the staff says, how appeals go on, what is pushed.
import { el, link } from "./card.js";
const TROUBLE = 30, EAGER = 3, EAGER_FOR = 60000; // seconds between calls; milliseconds of asking often after a handoff
export function people({ log, note, call, conversation, tell }) {
  let last = 0, seen = "", pushed = "", timer = 0, eager = 0, kept = [], asking = null, more = false;
  async function fetchNews(id) {
    const news = await call("/api/v1/conversations/" + encodeURIComponent(id) + "/events?after=" + last + "&seen=" + seen + "&pushed=" + pushed);
    if (id !== conversation()) return { told: [], again: 1 }; // a new conversation was begun meanwhile
    [seen, pushed, last] = [news.seen, news.pushed, news.events.reduce((most, event) => Math.max(most, event.number), last)];
    [note.hidden, note.textContent] = [!news.who, news.who && "现在由" + news.who + "为您服务，机器人暂不回答"];
    const told = [...news.events, ...news.steps, ...news.pushes];
    return { told: told.sort((one, other) => one.at.localeCompare(other.at)), again: news.steps.length ? EAGER : news.again };
  }
  function fetched() { // one call at a time: two that overlap would tell the same things twice
    return (asking = asking || fetchNews(conversation()).finally(() => { asking = null; }));
  }
  function say(event) {
    if (event.url) return log.append(el("div", { class: "step" }, el("p", { class: "muted" }, event.title + " " + (event.number || "")), el("p", { class: "lines" }, event.text), el("p", null, link(event.url, event.number ? "进度与评价" : "查看"), event.unsubscribe && " ", event.unsubscribe && link(event.unsubscribe, "退订"))));
    const words = { joined: event.who + "来为您服务了", left: event.who + "已离开，机器人继续为您服务" }[event.kind];
    log.append(words ? el("p", { class: "person-note" }, words) : el("div", { class: "person" }, el("p", { class: "muted" }, event.who), el("p", { class: "lines" }, event.text)));
  }
  async function ask() {
    clearTimeout(timer);
    if (!conversation() || document.hidden) return;
    if (asking) { more = true; return; } // what is under way may have missed what is asked for
    const news = await fetched().catch(() => ({ told: [], again: TROUBLE }));
    if (news.told.length) { news.told.forEach(say); log.scrollTop = log.scrollHeight; tell("answered"); }
    clearTimeout(timer);
    timer = setTimeout(ask, more ? 0 : 1000 * (Date.now() < eager ? EAGER : news.again));
    more = false;
  }
  document.addEventListener("visibilitychange", ask);
  return {
    watch(expected) { if (expected) eager = Date.now() + EAGER_FOR; ask(); },
    async recall() { kept = (await fetched()).told; },
    show(before) { while (kept.length && (!before || kept[0].at < before)) say(kept.shift()); },
    forget() { clearTimeout(timer); last = eager = 0; seen = pushed = ""; kept = []; note.hidden = true; },
  };
}
