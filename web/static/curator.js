"use strict";
// The curators' room: rows of lists, keeping what is typed, the preview beside it, and files.
(function () {
  const all = document.querySelector("[data-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of document.querySelectorAll("input[name=id]")) box.checked = all.checked;
    });
  }

  // On the page of versions the preview stands in the page; another part means another address.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-part]") && !document.getElementById("entry-form")) {
      const address = new URL(window.location.href);
      address.searchParams.set("key", event.target.value);
      window.location.assign(address);
    }
  });

  const form = document.getElementById("entry-form");
  if (!form) return;
  const preview = document.getElementById("preview");
  const kept = document.getElementById("kept");
  const base = Number(form.elements.base_version.value);
  let part = "";
  let dirty = false;
  let leaving = false;
  let latest = 0;

  function fields() {
    const found = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "csrf_token" && name !== "base_version" && name !== "question") found[name] = value;
    }
    return found;
  }

  function number(table) {
    const lines = table.querySelectorAll(":scope > [data-line]");
    lines.forEach((line, place) => { line.querySelector("[data-number]").textContent = place + 1; });
    table.querySelector("legend .count").textContent = lines.length;
  }

  function add(table) {
    const next = Math.max(-1, ...[...table.querySelectorAll("[data-line] [name]")].map((one) => Number(one.name.split(".").at(-2)) || 0)) + 1;
    const made = table.querySelector("template").content.cloneNode(true);
    for (const one of made.querySelectorAll("*")) {
      for (const name of ["id", "name", "for", "data-wrong", "aria-describedby"]) {
        if (one.hasAttribute(name)) one.setAttribute(name, one.getAttribute(name).replace("NEW", next));
      }
    }
    const line = made.querySelector("[data-line]");
    line.querySelector("[data-drop]").hidden = false;
    table.insertBefore(made, table.querySelector("template"));
    number(table);
    return line;
  }

  for (const table of form.querySelectorAll("[data-table]")) {
    table.querySelector("[data-add]").hidden = false;
    for (const button of table.querySelectorAll("[data-drop]")) button.hidden = false;
    table.addEventListener("click", (event) => {
      if (event.target.matches("[data-add]")) {
        add(table).querySelector("input, textarea, select").focus();
        changed();
      } else if (event.target.matches("[data-drop]")) {
        event.target.closest("[data-line]").remove();
        number(table);
        table.querySelector("[data-add]").focus();
        changed();
      }
    });
  }

  function mark(problems) {
    for (const place of form.querySelectorAll("[data-wrong]")) {
      const said = problems[place.dataset.wrong];
      place.hidden = !said;
      place.textContent = said || "";
      const field = form.elements[place.dataset.wrong];
      if (field && field.setAttribute) said ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid");
    }
  }

  async function show() {
    const turn = ++latest;
    try {
      const answer = await window.qxbConsole.send(form.dataset.preview, { fields: fields(), base_version: base, kind: form.dataset.kind, key: part });
      if (turn !== latest) return;
      if (dirty) mark(answer.problems);
      if (answer.html) {
        preview.innerHTML = answer.html;
      } else {
        const list = document.createElement("ul");
        list.className = "findings";
        for (const said of Object.values(answer.told)) list.append(Object.assign(document.createElement("li"), { textContent: said }));
        preview.replaceChildren(list);
      }
    } catch (error) {
      preview.textContent = error.message;
    }
  }

  async function keep() {
    if (!dirty || leaving) return;
    try {
      const answer = await window.qxbConsole.send(form.dataset.keep, { fields: fields(), base_version: base });
      kept.textContent = "已自动保存 " + answer.at;
      const others = document.getElementById("others");
      others.hidden = !answer.others.length;
      others.querySelector("span").textContent = answer.others.join("、");
      document.getElementById("newer").hidden = !answer.newer;
    } catch (error) {
      kept.textContent = "没有自动保存：" + error.message;
    }
  }

  let showing, keeping;
  function changed() {
    dirty = true;
    clearTimeout(showing);
    clearTimeout(keeping);
    showing = setTimeout(show, 500);
    keeping = setTimeout(keep, 1500);
  }

  form.addEventListener("input", changed);
  form.addEventListener("submit", () => { leaving = true; clearTimeout(keeping); });
  preview.addEventListener("change", (event) => {
    if (event.target.matches("[data-part]")) { part = event.target.value; show(); }
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[value=save]"));
    }
  });

  const picker = form.querySelector("[data-upload]");
  if (picker) {
    picker.closest("label").hidden = false;
    picker.addEventListener("change", async () => {
      const body = new FormData();
      body.append("file", picker.files[0]);
      const headers = { Accept: "application/json", "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
      const response = await fetch(form.dataset.upload, { method: "POST", headers, body });
      const answer = await response.json().catch(() => ({}));
      picker.value = "";
      if (!response.ok) {
        kept.textContent = answer.detail || "文件没有上传成功";
        return;
      }
      const line = add(form.querySelector('[data-table="attachments"]'));
      for (const name of ["name", "url", "media"]) line.querySelector(`[name$=".${name}"]`).value = answer[name];
      changed();
    });
  }
  show();
})();
