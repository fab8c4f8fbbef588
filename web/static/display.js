"use strict";
// Large text and high contrast, kept for the next visit; set before the page is drawn, so that nothing jumps. Closing a frame.
(function () {
  const html = document.documentElement, names = ["large", "contrast"];
  try { names.forEach((name) => html.classList.toggle(name, localStorage.getItem("qxb-" + name) === "on")); } catch (error) { html.classList.add("no-storage"); }
  const close = () => { if (window.parent !== window) window.parent.postMessage({ qxb: "close" }, "*"); };
  const mark = () => document.querySelectorAll("[data-do]").forEach((button) => { if (names.includes(button.dataset.do)) button.setAttribute("aria-pressed", String(html.classList.contains(button.dataset.do))); });
  document.addEventListener("DOMContentLoaded", mark);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  document.addEventListener("click", (event) => {
    const name = (event.target.closest("[data-do]") || { dataset: {} }).dataset.do;
    if (name === "close") close();
    if (!names.includes(name)) return;
    try { localStorage.setItem("qxb-" + name, html.classList.toggle(name) ? "on" : "off"); } catch (error) { html.classList.add("no-storage"); }
    mark();
  });
})();
