"use strict";
// The operator's room: keys in the mailbox and in the queue, and pages that stay current by asking again.
(function () {
  const AGAIN = 3000, AFTER_TROUBLE = 15000;
  const typing = (target) => target.closest("input:not([type=radio]), textarea, select, [contenteditable]");
  const held = (event) => event.ctrlKey || event.metaKey || event.altKey;

  // ---- the mailbox: J and K move, Enter follows the link ------------------------------------------------
  function move(nodes, step) {
    const at = nodes.findIndex((node) => node.contains(document.activeElement));
    const next = nodes[at < 0 ? (step > 0 ? 0 : nodes.length - 1) : Math.min(nodes.length - 1, Math.max(0, at + step))];
    if (!next) return;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", (event) => {
    if (held(event) || typing(event.target)) return;
    const step = { j: 1, k: -1 }[event.key.toLowerCase()];
    if (!step) return;
    const nodes = [...document.querySelectorAll("[data-turn]")];
    move(nodes.length ? nodes : [...document.querySelectorAll("[data-row]")], step);
    event.preventDefault();
  });

  // ---- judging -------------------------------------------------------------------------------------------
  const queue = document.querySelector("[data-queue]");
  if (queue) {
    const items = [...queue.querySelectorAll("[data-turn]")];
    const current = () => items.find((item) => item.contains(document.activeElement));
    const progress = document.getElementById("progress");

    async function save(item) {
      const form = item.querySelector("form"), said = item.querySelector("[data-said]");
      const verdict = form.querySelector("[name=verdict]:checked");
      if (!verdict) { said.textContent = "请先选正确、部分正确或错误"; return; }
      const value = (name) => form.querySelector("[name=" + name + "]").value.trim();
      const button = form.querySelector("button");
      button.disabled = true;
      try {
        const answer = await window.qxbConsole.send(item.dataset.turn, { verdict: verdict.value, act: value("act"), entry: value("entry"), note: value("note") });
        said.textContent = "已评：" + answer.verdict + (answer.look === 2 ? "（第二次评定）" : "");
        item.classList.add("done");
        progress.textContent = "共 " + items.length + " 问，您已评 " + queue.querySelectorAll(".done").length + " 问";
        const next = items[items.indexOf(item) + 1];
        if (next) { next.focus(); next.scrollIntoView({ block: "start" }); }
      } catch (error) { said.textContent = error.message; }
      button.disabled = false;
    }

    queue.addEventListener("submit", (event) => { event.preventDefault(); save(event.target.closest("[data-turn]")); });
    document.addEventListener("keydown", (event) => {
      const item = current();
      if (!item || held(event)) return;
      if (event.key === "Escape" && typing(event.target)) { item.focus(); return; }
      if (typing(event.target)) return; // Enter in a field sends the form by itself
      const place = ["1", "2", "3"].indexOf(event.key);
      const field = { e: "[name=entry]", a: "[name=act]" }[event.key.toLowerCase()];
      if (place >= 0) item.querySelectorAll("[name=verdict]")[place].checked = true;
      else if (field) item.querySelector(field).focus();
      else if (event.key === "Enter" && !event.target.closest("a, button, summary")) save(item);
      else return;
      event.preventDefault();
    });
    const first = items.find((item) => !item.classList.contains("done"));
    if (first) first.focus({ preventScroll: true });
  }

  // ---- pages that stay current -----------------------------------------------------------------------------
  const feed = document.querySelector("[data-feed]");
  let shown = "", timer = 0;
  async function refresh() {
    clearTimeout(timer);
    let pause = AGAIN;
    if (!document.hidden) {
      try {
        const reply = await fetch(feed.dataset.feed, { headers: { Accept: "text/html" } });
        if (!reply.ok) throw new Error(String(reply.status));
        show(await reply.text());
      } catch (error) { pause = AFTER_TROUBLE; }
    }
    timer = setTimeout(refresh, pause);
  }
  function show(text) {
    const here = holder();
    if (text === shown || feed.contains(document.activeElement) && feed !== document.activeElement) return;
    const first = !shown, low = feed.scrollHeight - feed.scrollTop - feed.clientHeight < 40;
    shown = text;
    feed.innerHTML = text; // made by our own templates, which escape everything that was typed
    if ("bottom" in feed.dataset && (first || low)) feed.scrollTop = feed.scrollHeight;
    if (here !== holder()) location.reload(); // the buttons above belong to another state
  }
  const holder = () => { const node = feed.querySelector("[data-holder]"); return node ? node.dataset.holder : null; };
  if (feed) {
    if ("bottom" in feed.dataset) feed.scrollTop = feed.scrollHeight;
    document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
    timer = setTimeout(refresh, AGAIN);
  }

  // ---- speaking --------------------------------------------------------------------------------------------
  const speak = document.querySelector("[data-say]");
  if (speak) {
    const field = speak.querySelector("textarea"), said = speak.querySelector("[data-said]"), button = speak.querySelector("button");
    speak.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!field.value.trim()) return;
      button.disabled = true;
      try {
        await window.qxbConsole.send(speak.dataset.say, { text: field.value });
        field.value = "";
        said.textContent = "已发送";
        refresh();
      } catch (error) { said.textContent = error.message; }
      button.disabled = false;
      field.focus();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) speak.requestSubmit();
    });
  }
})();
