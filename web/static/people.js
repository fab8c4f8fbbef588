// People of the staff in a conversation: who is speaking, and what they say, without a reload.
import { el } from "./card.js";
const TROUBLE = 30, EAGER = 3, EAGER_FOR = 60000; // seconds between calls; milliseconds of asking often after a handoff
export function people({ log, note, call, conversation, tell }) {
  let last = 0, timer = 0, eager = 0, kept = [];
  async function fetchNews(id) {
    const news = await call("/api/v1/conversations/" + encodeURIComponent(id) + "/events?after=" + last);
    if (id !== conversation()) return { events: [], who: "", again: TROUBLE }; // a new conversation was begun meanwhile
    news.events = news.events.filter((event) => event.number > last && (last = event.number)); // two calls may overlap
    note.hidden = !news.who;
    note.textContent = news.who && "现在由" + news.who + "为您服务，机器人暂不回答";
    return news;
  }
  function say(event) {
    const words = { joined: event.who + "来为您服务了", left: event.who + "已离开，机器人继续为您服务" }[event.kind];
    log.append(words ? el("p", { class: "person-note" }, words) : el("div", { class: "person" }, el("p", { class: "muted" }, event.who), el("p", { class: "lines" }, event.text)));
  }
  async function ask() {
    clearTimeout(timer);
    if (!conversation() || document.hidden) return;
    const news = await fetchNews(conversation()).catch(() => ({ events: [], again: TROUBLE }));
    if (news.events.length) { news.events.forEach(say); log.scrollTop = log.scrollHeight; tell("answered"); }
    clearTimeout(timer);
    timer = setTimeout(ask, 1000 * (Date.now() < eager ? EAGER : news.again));
  }
  document.addEventListener("visibilitychange", ask);
  return {
    watch(expected) { if (expected) eager = Date.now() + EAGER_FOR; ask(); },
    async recall() { kept = (await fetchNews(conversation())).events; },
    show(before) { while (kept.length && (!before || kept[0].at < before)) say(kept.shift()); },
    forget() { clearTimeout(timer); last = eager = 0; kept = []; note.hidden = true; },
  };
}
