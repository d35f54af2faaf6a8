"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const main = document.getElementById("figures");
const tip = document.getElementById("tip");
const number = (digits) => new Intl.NumberFormat("en", { maximumFractionDigits: digits });
const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const formats = {
  text: String, year: String,
  month: (value) => value.slice(0, 7),
  count: (value) => number(0).format(value),
  number: (value) => number(1).format(value),
  share: (value) => percent.format(value),
  growth: (value) => (value > 0 ? "+" : "") + percent.format(value),
};
const shown = (column, row) => (row[column.name] == null ? "–" : formats[column.format](row[column.name]));

// Data reach the page as text nodes and attributes only.
function element(name, parent, text, attributes = {}) {
  const made = document.createElement(name);
  if (text != null) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

function fill(table, figure, choice) {
  table.replaceChildren();
  element("caption", table, choice.label).hidden = !figure.selector;
  const place = (cell, column) => cell.classList.toggle("number", column.format !== "text");
  const head = element("tr", element("thead", table));
  for (const column of figure.columns) place(element("th", head, column.label, { scope: "col" }), column);
  const body = element("tbody", table);
  const isTime = ["year", "month"].includes(figure.columns[0].format); // the newest first; rankings stay
  for (const row of isTime ? choice.rows.toReversed() : choice.rows) {
    const line = element("tr", body);
    for (const column of figure.columns) place(element("td", line, shown(column, row)), column);
  }
}

function tooltip(figure) {
  return (_, event, __, value) => {
    tip.hidden = value == null || value === "";
    if (tip.hidden) return;
    tip.textContent = figure.columns.map((column) => `${column.label}: ${shown(column, value)}`).join(" · ");
    tip.style.left = `${Math.min(event.clientX + 12, Math.max(0, innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${event.clientY + 16}px`;
  };
}

async function show(figure) {
  const section = element("section", main, null, { id: figure.name, "aria-labelledby": `${figure.name}-title` });
  section.classList.toggle("wide", figure.wide);
  element("h2", section, figure.title, { id: `${figure.name}-title` });
  const box = element("figure", section);
  element("figcaption", box, figure.caption, { id: `${figure.name}-caption` });
  const choices = figure.choices;
  if (!choices.some((choice) => choice.rows.length)) {
    element("p", box, "The data have none yet.", { class: "empty" });
    return;
  }
  let select = null;
  if (figure.selector) {
    select = element("select", element("label", box, figure.selector));
    choices.forEach((choice, place) => element("option", select, choice.label, { value: place }));
  }
  const chart = element("div", box, null, { class: "chart", role: "img", "aria-describedby": `${figure.name}-caption` });
  const details = element("details", section);
  element("summary", details, "The numbers as a table");
  const scroll = element("div", details, null, { class: "scroll", tabindex: 0, role: "region", "aria-label": figure.title });
  const table = element("table", scroll);
  const tell = (choice) => {
    chart.setAttribute("aria-label", select ? `${figure.title}: ${choice.label}` : figure.title);
    fill(table, figure, choice);
  };
  tell(choices[0]);
  const rows = (choice) => choice.rows.map((row) => ({ ...row }));
  const { view } = await vegaEmbed(chart, { ...figure.spec, datasets: { rows: rows(choices[0]) } }, {
    mode: "vega-lite", renderer: "svg", actions: false, ast: true, defaultStyle: false, tooltip: tooltip(figure),
  });
  select?.addEventListener("change", () => {
    const choice = choices[select.value];
    tell(choice);
    view.data("rows", rows(choice)).runAsync();
  });
}

if (data.asOf) {
  const days = Math.floor((Date.now() - Date.parse(data.asOf)) / 86400000);
  document.getElementById("age").textContent = days > data.oldAfterDays
    ? `: these data are ${number(0).format(days)} days old, PubMed has newer` : "";
  document.getElementById("currency").classList.toggle("old", days > data.oldAfterDays);
}
Promise.all(data.figures.map(show)).then(() => { document.body.dataset.ready = "yes"; });
