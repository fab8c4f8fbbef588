"use strict";
// The staff rooms: confirmation before what cannot be undone, copying, keys, and changes without a reload.
(function () {
  const token = () => document.querySelector("meta[name=csrf-token]").content;

  // Other scripts of the rooms send their changes through this; it rejects with the sentence for the person.
  window.qxbConsole = {
    async send(address, data, method = "POST") {
      const response = await fetch(address, {
        method,
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
        body: JSON.stringify(data),
      });
      const answer = await response.json().catch(() => ({}));
      if (!response.ok) throw new Error(answer.detail || "没有成功，请稍后重试");
      return answer;
    },
  };

  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
      button.textContent = "已复制";
    });
  }

  // "/" goes to the search field, as in every mailbox.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const field = document.querySelector("[data-search], input[type=search]");
    if (field) {
      event.preventDefault();
      field.focus();
    }
  });

  // What is being computed is looked for again until it is there.
  const soon = document.querySelector("[data-again]");
  if (soon) setTimeout(() => location.reload(), Number(soon.dataset.again));

  const strip = document.querySelector(".rooms");
  const current = strip && strip.querySelector("[aria-current]");
  if (current && strip.scrollWidth > strip.clientWidth) {
    strip.scrollLeft = current.offsetLeft - (strip.clientWidth - current.offsetWidth) / 2;
  }
})();
