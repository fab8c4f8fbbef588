// What the accessibility tests ask a page: axe-core's grave findings, and where the Tab key stops.
const INTERACTIVE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], iframe";
const PRESSABLE = "[onclick], [role=button], [role=tab], [role=link]";
const short = (one) => one.outerHTML.slice(0, 120);
const group = (one) => one.name + "@" + (one.form ? one.form.action : "");

window.looking = {
  open() { document.querySelectorAll("details").forEach((one) => { one.open = true; }); },

  async findings() {
    const told = (node) => node.target.join(" ") + " " + node.any.map((why) => why.message).join(" ").slice(0, 160);
    const found = await window.axe.run(document, { resultTypes: ["violations"] });
    return found.violations
      .filter((one) => ["serious", "critical"].includes(one.impact))
      .map((one) => one.id + ": " + one.nodes.slice(0, 4).map(told).join(" | "));
  },

  // What is shown and can be pressed or filled in; of a group of radio buttons the Tab key stops at one.
  stops() {
    document.activeElement?.blur();
    getSelection().removeAllRanges();
    const groups = new Set();
    return [...document.querySelectorAll(INTERACTIVE)]
      .filter((one) => one.checkVisibility({ checkVisibilityCSS: true }) && !one.disabled && one.tabIndex >= 0)
      .filter((one) => one.type !== "radio" || (!groups.has(group(one)) && groups.add(group(one))))
      .map((one, at) => { one.dataset.stop = at; return short(one); });
  },

  here() {
    const one = document.activeElement;
    if (!one || one.dataset.stop || one.type !== "radio") return one?.dataset.stop ?? null;
    const alike = [...document.querySelectorAll("[type=radio][data-stop]")].find((other) => group(other) === group(one));
    return alike?.dataset.stop ?? null;
  },

  unreachable() {
    return [...document.querySelectorAll(PRESSABLE)].filter((one) => !one.matches(INTERACTIVE)).map(short);
  },
};
