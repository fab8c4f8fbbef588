"use strict";
// Charts of the tables on the page: a chart can show nothing that the table does not say.
(function () {
  if (!window.echarts) return;
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = (text) => (/^[\d,.]+%?$/.test(text) ? Number(text.replace(/[,%]/g, "")) : null);
  const KINDS = {
    trend: { columns: [1, 2], type: "line" },
    outcomes: { columns: [1, 2, 3, 4, 5, 6, 7, 8], type: "bar", stack: "all" },
    latency: { columns: [1, 2], type: "line", unit: "毫秒" },
    hot: { columns: [2], type: "bar", across: true },
  };
  const charts = [];

  function read(table) {
    const heads = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent);
    const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent));
    return { heads, rows };
  }

  function option(kind, data) {
    const names = data.rows.map((row) => row[0]), text = token("--text"), line = token("--line"), muted = token("--muted");
    const category = { type: "category", data: kind.across ? names.slice().reverse() : names, axisLabel: { color: muted, width: 150, overflow: "truncate" }, axisLine: { lineStyle: { color: line } } };
    const value = { type: "value", name: kind.unit || "", nameTextStyle: { color: muted }, axisLabel: { color: muted }, splitLine: { lineStyle: { color: line } } };
    return {
      animation: false,
      color: ["#2f6fb7", "#c9791a", "#8a5fb0", "#b3423f", "#2b8a7e", "#d0a62e", "#7a8699", "#a8b4c4"],
      textStyle: { color: text, fontFamily: getComputedStyle(document.body).fontFamily },
      tooltip: { trigger: "axis", renderMode: "richText", confine: true },
      legend: { show: kind.columns.length > 1, top: 0, textStyle: { color: text }, type: "scroll" },
      grid: { left: 8, right: 16, bottom: 8, top: kind.columns.length > 1 ? 40 : 16, containLabel: true },
      xAxis: kind.across ? value : category,
      yAxis: kind.across ? category : value,
      series: kind.columns.map((column) => {
        const values = data.rows.map((row) => number(row[column]));
        return { name: data.heads[column], type: kind.type, stack: kind.stack, symbolSize: 6, barMaxWidth: 28, data: kind.across ? values.reverse() : values };
      }),
    };
  }

  function draw() {
    while (charts.length) charts.pop().dispose();
    for (const box of document.querySelectorAll("[data-chart]")) {
      box.hidden = false;
      const chart = window.echarts.init(box, null, { renderer: "canvas" });
      chart.setOption(option(KINDS[box.dataset.chart], read(document.getElementById(box.dataset.table))));
      charts.push(chart);
    }
  }
  draw();
  window.addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
