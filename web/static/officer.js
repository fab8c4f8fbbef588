"use strict";
// The officer's room: a reply starts from a template; charts show what the tables say.
(function () {
  for (const line of document.querySelectorAll("[data-templates]")) {
    const form = line.closest("form"), select = line.querySelector("select");
    line.hidden = false;
    select.addEventListener("change", () => {
      const chosen = select.selectedOptions[0], reply = form.elements.reply, outcome = form.elements.outcome;
      if (!chosen.value || (reply.value.trim() && !window.confirm("用模板替换已经写的答复吗？"))) return;
      reply.value = chosen.value;
      if (outcome) outcome.value = chosen.dataset.outcome;
      reply.focus();
    });
    form.addEventListener("submit", (event) => {
      if (form.elements.reply.value.includes("……")) {
        window.alert("答复里还有“……”没有补全。");
        form.elements.reply.focus();
        event.preventDefault();
      }
    });
  }

  const boxes = [...document.querySelectorAll("[data-series]")];
  if (!window.echarts || !boxes.length) return;
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const charts = [];
  function draw() {
    while (charts.length) charts.pop().dispose();
    for (const box of boxes) {
      const rows = [...document.getElementById(box.dataset.table).querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent.trim()));
      const muted = token("--muted"), across = box.dataset.series === "across";
      const names = rows.map((row) => row[0]), values = rows.map((row) => Number(row[1].replace(/,/g, "")) || 0);
      const category = { type: "category", data: across ? names.reverse() : names, axisLabel: { color: muted } };
      const value = { type: "value", axisLabel: { color: muted }, splitLine: { lineStyle: { color: token("--line") } } };
      box.hidden = false;
      const chart = window.echarts.init(box);
      chart.setOption({
        animation: false, color: [token("--action")], tooltip: { trigger: "axis", renderMode: "richText", confine: true },
        grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
        xAxis: across ? value : category, yAxis: across ? category : value,
        series: [{ type: across ? "bar" : "line", data: across ? values.reverse() : values, barMaxWidth: 24 }],
      });
      charts.push(chart);
    }
  }
  draw();
  window.addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
})();
