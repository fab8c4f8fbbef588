// The conversation: sends a question, shows the answer, keeps what was typed until it is answered.
import { card, el, link, plain, sentence, source } from "./card.js";
import { people } from "./people.js";

const STILL = 3000, GIVE_UP = 15000, COUNT_FROM = 400;
const root = document.getElementById("chat");
const find = (selector) => root.querySelector(selector);
const log = find(".log"), waiting = find(".waiting"), waitingText = find(".waiting-text"), again = find("[data-do=again]");
const form = find(".composer"), input = find("textarea"), counter = find(".counter"), quick = find(".quick");
const limit = Number(root.dataset.limit), framed = window.parent !== window;
const CONTACT = "您也可以拨打 " + root.dataset.hotline + (root.dataset.phone ? " 或窗口电话 " + root.dataset.phone : "");
let conversation = recall("qxb-conversation"), pending = null;
const staff = people({ log, note: find(".person-now"), call, conversation: () => conversation, tell });

function recall(name) { try { return localStorage.getItem(name) || ""; } catch (error) { return ""; } }
function remember(name, value) {
  try { if (value) localStorage.setItem(name, value); else localStorage.removeItem(name); } catch (error) { return; }
}
function tell(type) { if (framed) window.parent.postMessage({ qxb: type }, "*"); }
function newId() { return Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join(""); }

async function call(path, body, signal) {
  const options = body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {};
  const reply = await fetch(path, Object.assign(options, { signal }));
  const data = await reply.json();
  if (!reply.ok) throw Object.assign(new Error(data.detail), data);
  return data;
}

// ---- showing -------------------------------------------------------------------------------------------------
function asked(text) {
  const node = el("div", { class: "you" }, el("p", { class: "lines" }, el("span", { class: "sr" }, "您问："), text));
  log.append(node);
  return node;
}

function buttons(item) {
  const list = item.choices.map((choice) => el("button", {
    type: "button", class: "choice", on: { click: () => send(choice.payload) },
  }, choice.title));
  return el("div", null, item.title && el("p", { class: "ask" }, item.title), el("div", { class: "buttons" }, ...list));
}

function answered(turn, top) {
  const guide = turn.messages.find((item) => item.type === "guide");
  const show = {
    text: (item) => sentence(item.text), guide: card, choices: buttons,
    ticket: (item) => el("div", { class: "ticket" }, item.number && el("p", null, item.title + "编号 ", el("strong", null, item.number)),
      item.text && el("p", { class: "lines" }, item.text), item.url && el("p", null, link(item.url, item.label || "进度与评价"))),
    link: (item) => el("p", { class: "contact" }, link(item.url, item.title)),
    image: (item) => el("img", { src: /^\/(?!\/)/.test(item.url) ? item.url : "", alt: item.title || "" }),
  };
  const nodes = turn.messages.filter((item) => show[item.type] && item.type !== "choices").map((item) => show[item.type](item));
  const follow = turn.messages.filter((item) => item.type === "choices").map(buttons);
  const node = el("div", { class: "bot" }, el("span", { class: "sr" }, "答复："), ...nodes, source(turn.sources, guide), ...follow, verdict(turn));
  log.append(node);
  reveal(top || node);
}

// Only the log scrolls: scrollIntoView would move the page around it as well.
function reveal(node) { log.scrollTop += node.getBoundingClientRect().top - log.getBoundingClientRect().top - 8; }

function failed(text, detail, retry) {
  const box = el("div", { class: "bot trouble" }, el("p", null, detail), el("p", null, CONTACT + "。"));
  if (retry) box.append(el("div", { class: "buttons" }, el("button", {
    type: "button", class: "choice", on: { click: () => { box.remove(); retry(); } },
  }, "重试")));
  log.append(box);
  log.scrollTop = log.scrollHeight;
}

function verdict(turn) {
  const up = el("button", { type: "button", "aria-pressed": "false", on: { click: () => vote("up") } }, "有用");
  const down = el("button", { type: "button", "aria-pressed": "false", on: { click: () => vote("down") } }, "没用");
  const done = el("span", { role: "status", class: "muted" });
  const copy = el("button", { type: "button", on: { click: () => copyText(plain(turn.messages, turn.sources), done) } }, "复制");
  const box = el("div", { class: "verdict" }, up, down, copy, done);
  const whole = el("div", null, box);
  let value = turn.feedback || "", why = null;
  function mark() {
    up.setAttribute("aria-pressed", String(value === "up"));
    down.setAttribute("aria-pressed", String(value === "down"));
  }
  async function keep(next, reasons, comment, words) {
    try {
      await call("/api/v1/feedback", { turn_id: turn.turn_id, value: next, reasons: reasons, comment: comment });
      value = next === "none" ? "" : next;
      done.textContent = words;
    } catch (error) { done.textContent = error.detail || "没有记下，请再试一次"; }
    mark();
  }
  async function vote(next) {
    if (why) { why.remove(); why = null; }
    if (value === next) return keep("none", [], "", "已取消");
    await keep(next, [], "", "谢谢您的反馈");
    if (next === "down" && value === "down") { why = reasonsForm((reasons, comment) => { why.remove(); why = null; down.focus(); keep("down", reasons, comment, "已记下，我们会改进"); }); whole.append(why); why.querySelector("input").focus(); }
  }
  mark();
  return whole;
}

function reasonsForm(give) {
  const boxes = root.dataset.reasons.split("|").map((reason) => el("label", null, el("input", { type: "checkbox", value: reason }), reason));
  const comment = el("textarea", { rows: "2", maxlength: "500", "aria-label": "补充说明（可不填）", placeholder: "补充说明（可不填）" });
  return el("form", { class: "why", "aria-label": "没用的原因", on: { submit: (event) => {
    event.preventDefault();
    give(boxes.map((box) => box.firstChild).filter((box) => box.checked).map((box) => box.value), comment.value.trim());
  } } }, el("fieldset", null, el("legend", null, "哪里不好？"), ...boxes), comment, el("button", { type: "submit", class: "primary" }, "提交"));
}

async function copyText(text, status) {
  try { await navigator.clipboard.writeText(text); } catch (error) {
    const area = el("textarea", { class: "sr", readonly: true }, text);
    root.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  status.textContent = "已复制";
}

// ---- asking --------------------------------------------------------------------------------------------------
function wait(on, text) {
  waiting.hidden = !on;
  waitingText.textContent = text || "";
  again.hidden = true;
  form.querySelector(".send").disabled = on;
}

function send(raw) {
  const text = raw.trim();
  if (!text || pending || [...text].length > limit) return count();
  if (input.value.trim() === text) { input.value = ""; grow(); }
  quick.open = false;
  attempt({ text: text, id: newId(), node: asked(text) });
}

async function attempt(question) {
  const stop = new AbortController();
  const mine = (pending = { question, stop });
  wait(true);
  log.scrollTop = log.scrollHeight;
  const slow = setTimeout(() => { waitingText.textContent = "还在查，请稍候"; }, STILL);
  const late = setTimeout(() => { waitingText.textContent = "等得有点久。您可以再试一次，问题不会丢"; again.hidden = false; }, GIVE_UP);
  try {
    const turn = await call("/api/v1/chat", Object.assign({ message: question.text, message_id: question.id },
      conversation ? { conversation_id: conversation } : {}), stop.signal);
    remember("qxb-conversation", (conversation = turn.conversation_id));
    finish();
    if (turn.messages.length) answered(turn, question.node); // nothing to show: a person will answer
    staff.watch(turn.outcome === "handoff");
    tell("answered");
  } catch (error) {
    finish();
    if (error.name === "AbortError") return;
    if (error.error === "unknown_conversation") { remember("qxb-conversation", (conversation = "")); attempt(question); return; }
    if (error.conversation_id) remember("qxb-conversation", (conversation = error.conversation_id));
    if (!input.value) { input.value = question.text; grow(); count(); }
    failed(question.text, error.detail || "网络不通，问题还留在输入框里。", () => {
      if (input.value === question.text) { input.value = ""; grow(); count(); }
      attempt(question);
    });
  }
  function finish() {
    clearTimeout(slow);
    clearTimeout(late);
    if (pending === mine) { pending = null; wait(false); } // else a retry has taken over
  }
}

function grow() { input.style.height = "auto"; input.style.height = Math.min(input.scrollHeight + 2, 140) + "px"; }

function count() {
  const length = [...input.value.trim()].length;
  counter.hidden = length < Math.min(COUNT_FROM, limit);
  counter.textContent = length > limit ? "已写 " + length + " 字，最多 " + limit + " 字，请缩短" : length + " / " + limit;
  counter.classList.toggle("over", length > limit);
  input.setAttribute("aria-invalid", String(length > limit));
}

async function restore() {
  if (!conversation) return;
  log.setAttribute("aria-live", "off"); // old answers are not read out again
  try {
    const data = await call("/api/v1/conversations/" + encodeURIComponent(conversation));
    await staff.recall();
    for (const turn of data.turns) {
      staff.show(turn.asked_at);
      const node = asked(turn.question);
      if (turn.messages.length) answered(turn, node);
      else if (turn.outcome !== "handoff") failed(turn.question, "这个问题当时没有答成。", () => send(turn.question));
    }
    staff.show();
    staff.watch(false);
    quick.open = !data.turns.length;
    log.scrollTop = log.scrollHeight;
  } catch (error) {
    if (error.error === "unknown_conversation") remember("qxb-conversation", (conversation = ""));
    else log.append(el("p", { class: "muted" }, "以前的对话暂时取不到。"));
  }
  setTimeout(() => log.setAttribute("aria-live", "polite"), 100);
}

const DO = {
  new: () => {
    if (pending) pending.stop.abort();
    remember("qxb-conversation", (conversation = ""));
    staff.forget();
    while (log.children.length > 1) log.lastChild.remove();
    quick.open = true;
    input.focus();
  },
  again: () => { const question = pending.question; pending.stop.abort(); attempt(question); },
};

root.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (DO[button.dataset.do]) DO[button.dataset.do]();
  else if (button.dataset.ask) send(button.dataset.ask);
  else if (button.dataset.quick === "我要提问") { quick.open = false; input.focus(); }
  else if (button.dataset.quick) send(button.dataset.quick);
});
form.addEventListener("submit", (event) => { event.preventDefault(); send(input.value); });
input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) { event.preventDefault(); send(input.value); }
});
input.addEventListener("input", () => { grow(); count(); });
window.addEventListener("message", (event) => { if (framed && event.source === window.parent && event.data && event.data.qxb === "opened") input.focus(); });
input.readOnly = form.querySelector(".send").disabled = false; // from here on nothing that is typed and sent can be lost
restore();
