// Draws the items of an answer. Data only ever becomes text nodes and attributes that are set one by one.

const FIGURE = /(\d[\d,.]*(?:\s*[-—至到~]\s*\d[\d,.]*)?\s*(?:个工作日|个自然日|工作日|自然日|个月|小时|万元|亿元|年内|年|个|日|天|元|%|％|人|倍|份|次))/;
const SHORT = {
  overview: "概述", audience: "对象", conditions: "条件", materials: "材料", steps: "流程", time: "时限", fee: "费用",
  place: "地点", department: "部门", result: "结果", mistakes: "易错点", penalties: "责任", benefits: "支持", window: "申报时间",
  components: "事项", flow: "流程图", services: "业务", schedule: "时间地点", signup: "报名", basis: "依据", faq: "问答", article: "条文",
};

/** Make an element; children are nodes or texts, empty ones are left out. */
export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const name of Object.keys(attributes || {})) {
    const value = attributes[name];
    if (name === "on") for (const event of Object.keys(value)) node.addEventListener(event, value[event]);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined && value !== "") node.setAttribute(name, value);
  }
  for (const child of children) if (child) node.append(child);
  return node;
}

/** A paragraph with its figures in bold. */
export function sentence(text) {
  const pieces = text.split(FIGURE).map((piece, index) => (index % 2 ? el("strong", null, piece) : piece));
  return el("p", { class: "lines" }, ...pieces);
}

const pairs = (part, kind) => el("dl", { class: kind }, ...part.items.map((item) =>
  el("div", null, el("dt", null, item.label), el("dd", null, item.value))));

const FORMATS = {
  text: (part) => el("p", { class: "lines" }, part.text),
  list: (part) => el("ul", { class: "points" }, ...part.items.map((item) => el("li", null, item))),
  steps: (part) => el("ol", { class: "steps" }, ...part.items.map((step) => {
    const wait = step.after.length ? "先完成第 " + step.after.join("、") + " 步" : "";
    const notes = [step.actor, step.time, wait].filter(Boolean).join(" · ");
    return el("li", null, el("strong", null, step.name), step.detail && el("p", null, step.detail),
      notes && el("p", { class: "muted" }, notes));
  })),
  table: (part) => el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": part.heading },
    part.note && el("p", null, part.note),
    el("table", { role: "table" },
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" },
        ...part.columns.map((name) => el("th", { scope: "col", role: "columnheader" }, name)))),
      el("tbody", { role: "rowgroup" }, ...part.rows.map((row) => el("tr", { role: "row" }, ...row.map((cell, index) => (index
        ? el("td", { role: "cell", "data-label": part.columns[index], class: cell ? "" : "none" }, cell || "—")
        : el("th", { scope: "row", role: "rowheader" }, cell)))))))),
  time: (part) => el("div", null,
    el("div", { class: "times" },
      el("div", null, el("span", null, "法定时限"), el("strong", null, part.statutory || "以当地公布为准")),
      el("div", null, el("span", null, "承诺时限"), el("strong", null, part.promised || "由各地填写"))),
    part.excluded && el("p", { class: "muted" }, "不计入：" + part.excluded)),
  pairs: (part) => pairs(part, "pairs"),
  image: (part) => el("div", { class: "flow" },
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": part.text },
      el("img", { src: part.url, alt: part.text, loading: "lazy" })),
    el("p", null, ...part.links.map((link) => el("a", { href: link.url, target: "_blank", rel: "noopener" }, link.label)))),
  faq: (part, key) => el("div", { class: "faq" }, ...part.items.map((item, index) => el("details",
    { open: item.key === key || (index === 0 && !part.items.some((other) => other.key === key)) },
    el("summary", null, item.q), el("p", null, item.a), item.basis && el("p", { class: "muted" }, "依据：" + item.basis)))),
};

let cards = 0;

/** The card of an entry: one part open, the others behind tabs. */
export function card(item) {
  const id = "card-" + (cards += 1);
  const known = item.fields.filter((part) => FORMATS[part.format]);
  if (!known.length) return null;
  const wanted = known.findIndex((part) => part.name === item.facet);
  const panel = el("div", { class: "card-body", role: "tabpanel", id: id, tabindex: "0" });
  const tabs = known.map((part, index) => el("button", {
    type: "button", role: "tab", id: id + "-" + index, "aria-controls": id, on: { click: () => show(index) },
  }, SHORT[part.name] || part.heading));
  function show(index, focus) {
    tabs.forEach((tab, number) => {
      tab.setAttribute("aria-selected", String(number === index));
      tab.tabIndex = number === index ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", tabs[index].id);
    panel.textContent = "";
    panel.append(el("h4", null, known[index].heading), FORMATS[known[index].format](known[index], item.key));
    if (focus) tabs[index].focus();
  }
  const list = el("div", { class: "tabs", role: "tablist", "aria-label": item.title }, ...tabs);
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const edge = { Home: 0, End: tabs.length - 1 }[event.key];
    if (step === undefined && edge === undefined) return;
    event.preventDefault();
    const at = tabs.indexOf(document.activeElement);
    show(edge === undefined ? (at + step + tabs.length) % tabs.length : edge, true);
  });
  show(wanted < 0 ? 0 : wanted);
  return el("div", { class: "card" }, el("h3", null, item.title),
    item.state_text && el("p", { class: "banner" }, item.state_text), list, panel);
}

/** Where the answer comes from: title, basis, days and the full page. */
export function source(sources, guide) {
  if (!sources.length && !guide) return null;
  const first = guide || sources[0];
  const details = [];
  if (guide && guide.basis.length) details.push(guide.basis[0] + (guide.basis.length > 1 ? " 等" : ""));
  if (guide && guide.updated_on) details.push("更新于 " + guide.updated_on);
  if (guide && guide.validity) details.push("有效期 " + guide.validity);
  const others = sources.filter((item, index) => item.url !== first.url && sources.findIndex((x) => x.url === item.url) === index);
  return el("p", { class: "source" }, "来源：", link(first.url, first.title), details.length ? "，" + details.join("，") : "",
    ...others.slice(0, 2).map((item) => el("span", null, "；另见 ", link(item.url, item.title))));
}

/** A link that leaves the chat open; anything but a page of ours, the web or a phone is shown as text. */
export function link(url, title) {
  if (/^tel:[\d+-]+$/.test(url)) return el("a", { href: url }, title);
  if (!/^(https?:\/\/|\/(?!\/))/.test(url)) return el("span", null, title);
  return el("a", { href: url, target: "_blank", rel: "noopener" }, title);
}

/** The words of an answer for the clipboard. */
export function plain(messages, sources) {
  const lines = messages.filter((item) => item.text).map((item) => item.text);
  for (const item of sources.slice(0, 1)) lines.push("来源：" + item.title + " " + new URL(item.url, location.href).href);
  return lines.join("\n");
}
