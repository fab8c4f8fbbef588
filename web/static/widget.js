"use strict";
// One script tag puts a round button on any page; it opens the desk in a frame, so that neither page disturbs the other.
(function () {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const lift = Number(script.dataset.bottom) || 20; // pixels, for a page that has its own row of buttons at the bottom
  if (document.getElementById("qxb-widget")) return;
  const phone = window.matchMedia("(max-width: 640px)");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  // Styles are set one by one through the CSSOM: a page whose policy forbids inline style shows the button as well.
  const style = (node, values) => Object.keys(values).forEach((name) => node.style.setProperty(name, values[name], "important"));

  const box = document.createElement("div");
  box.id = "qxb-widget";
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-label", "企业服务咨询");
  button.setAttribute("aria-expanded", "false");
  button.title = "企业服务咨询";
  const svg = (tag, values) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.keys(values).forEach((name) => node.setAttribute(name, values[name]));
    return node;
  };
  const icon = svg("svg", { viewBox: "0 0 32 32", width: "30", height: "30", "aria-hidden": "true", focusable: "false" });
  icon.append(svg("path", { fill: "#fff", d: "M7 9a3 3 0 0 1 3-3h12a3 3 0 0 1 3 3v9a3 3 0 0 1-3 3h-6.500l-5 4.500V21H10a3 3 0 0 1-3-3z" }));
  const dot = document.createElement("span");
  button.append(icon, dot);

  style(box, { all: "initial", position: "fixed", "z-index": "2147483000", right: "max(20px, env(safe-area-inset-right))",
    bottom: "calc(" + lift + "px + env(safe-area-inset-bottom))" });
  style(button, { all: "revert", position: "relative", display: "flex", "align-items": "center", "justify-content": "center",
    width: "56px", height: "56px", padding: "0", margin: "0", border: "2px solid #fff", "border-radius": "50%",
    background: /^#[0-9a-f]{6}$/i.test(script.dataset.colour) ? script.dataset.colour : "#124a8c", cursor: "pointer", "box-shadow": "0 4px 14px rgba(16, 32, 56, .3)" });
  style(dot, { position: "absolute", top: "0", right: "0", width: "12px", height: "12px", "border-radius": "50%",
    background: "#c2410c", border: "2px solid #fff", display: "none" });

  let frame = null, open = false;

  function build() {
    frame = document.createElement("iframe");
    frame.src = home + "/embed" + (script.dataset.site ? "?site=" + encodeURIComponent(script.dataset.site) : "");
    frame.title = "企业服务咨询";
    frame.allow = "clipboard-write";
    frame.addEventListener("load", () => { if (open) focusInside(); });
    box.append(frame);
  }

  function focusInside() {
    frame.focus();
    frame.contentWindow.postMessage({ qxb: "opened" }, home);
  }

  function lay() {
    if (!frame) return;
    const full = phone.matches;
    style(frame, { all: "initial", display: open ? "block" : "none", position: "fixed", border: "0", background: "#fff", "color-scheme": "normal",
      right: full ? "0" : "20px", bottom: full ? "0" : lift + 68 + "px", width: full ? "100vw" : "min(400px, calc(100vw - 40px))",
      height: full ? "100dvh" : "min(640px, calc(100vh - " + (lift + 88) + "px))", "border-radius": full ? "0" : "12px",
      "box-shadow": full ? "none" : "0 12px 40px rgba(16, 32, 56, .28)", transition: still.matches ? "none" : "opacity .15s" });
    if (full && !frame.style.height) style(frame, { height: "100vh" }); // browsers that do not know dvh
    style(button, { display: open && full ? "none" : "flex" });
  }

  function set(next) {
    open = next;
    if (open && !frame) build();
    else if (open) focusInside();
    if (open) style(dot, { display: "none" });
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", open ? "关闭企业服务咨询" : "企业服务咨询");
    lay();
    if (!open) button.focus();
  }

  button.addEventListener("click", () => set(!open));
  document.addEventListener("keydown", (event) => { if (open && event.key === "Escape") set(false); });
  phone.addEventListener("change", lay);
  window.addEventListener("message", (event) => {
    if (event.origin !== home || !frame || event.source !== frame.contentWindow || !event.data) return;
    if (event.data.qxb === "close" && open) set(false);
    if (event.data.qxb === "answered" && !open) { style(dot, { display: "block" }); button.setAttribute("aria-label", "企业服务咨询，有新答复"); }
  });
  box.append(button);
  document.body.append(box);
})();
