const data = JSON.parse(document.getElementById("data").textContent);
const main = document.getElementById("figures");
const BAR = 19; // pixels of a bar and the space below it
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

function fill(table, figure, label, rows) {
  table.replaceChildren();
  element("caption", table, label).hidden = !figure.selector;
  const place = (cell, column) => cell.classList.toggle("number", column.format !== "text");
  const head = element("tr", element("thead", table));
  for (const column of figure.columns) place(element("th", head, column.label, { scope: "col" }), column);
  const body = element("tbody", table);
  const isTime = ["year", "month"].includes(figure.columns[0].format); // the newest first; rankings stay
  for (const row of isTime ? rows.toReversed() : rows) {
    const line = element("tr", body);
    for (const column of figure.columns) place(element("td", line, shown(column, row)), column);
  }
}

function tell(event, text) {
  tip.hidden = !text;
  tip.textContent = text;
  tip.style.left = `${Math.min(event.clientX + 12, Math.max(0, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${event.clientY + 16}px`;
}

function tooltip(figure) {
  return (_, event, __, value) => tell(event, value == null || value === "" ? ""
    : figure.columns.map((column) => `${column.label}: ${shown(column, value)}`).join(" · "));
}

// A field that finds by part of the short or full name, or a list where there are few. Calls back with the place.
function selector(box, figure, source, chosen) {
  const label = element("label", box, figure.selector);
  if (!figure.trend) {
    const select = element("select", label);
    source.labels.forEach((text, place) => element("option", select, text, { value: place }));
    select.addEventListener("change", () => chosen(Number(select.value)));
    return;
  }
  const list = `${figure.name}-list`;
  const input = element("input", label, null, { list, type: "search", autocomplete: "off", spellcheck: "false" });
  const note = element("span", label, null, { class: "note", role: "status" });
  const options = element("datalist", box, null, { id: list });
  source.labels.forEach((text, place) => element("option", options, null, { value: text, label: source.full[place] || text }));
  input.value = source.labels[0];
  input.addEventListener("focus", () => input.select());
  input.addEventListener("change", () => {
    const wanted = input.value.trim().toLowerCase();
    const where = (test) => source.labels.findIndex((text, place) => test(text.toLowerCase()) || test(source.full[place].toLowerCase()));
    const exact = where((text) => text === wanted);
    const place = exact >= 0 ? exact : where((text) => wanted && text.includes(wanted));
    note.textContent = place < 0 ? "none of that name in the feeds" : "";
    if (place < 0) return;
    input.value = source.labels[place];
    chosen(place);
  });
}

const redraws = [];
let years = [data.years[2], data.years[1]];

async function show(figure) {
  const section = element("section", main, null, { id: figure.name, "aria-labelledby": `${figure.name}-title` });
  section.classList.toggle("wide", figure.wide);
  element("h2", section, figure.title, { id: `${figure.name}-title` });
  const box = element("figure", section);
  element("figcaption", box, figure.caption, { id: `${figure.name}-caption` });
  const source = sourceOf(figure);
  if (!source.labels.length) {
    element("p", box, "The data have none yet.", { class: "empty" });
    return;
  }
  let place = 0;
  let rows = [];
  if (figure.selector) selector(box, figure, source, (chosen) => { place = chosen; draw(); });
  const chart = element("div", box, null, { class: "chart", role: "img", "aria-describedby": `${figure.name}-caption` });
  const none = element("p", box, "None in the chosen years.", { class: "empty" });
  const details = element("details", section);
  element("summary", details, "The numbers as a table");
  const scroll = element("div", details, null, { class: "scroll", tabindex: 0, role: "region", "aria-label": figure.title });
  const table = element("table", scroll);
  const files = element("p", section, null, { class: "files" });
  const title = () => (figure.selector ? `${figure.title}: ${source.labels[place]}` : figure.title);
  const describe = () => {
    chart.setAttribute("aria-label", title());
    chart.hidden = files.hidden = !rows.length;
    none.hidden = rows.length > 0;
    fill(table, figure, source.labels[place], rows);
  };
  const size = () => (figure.ranking ? Math.max(1, rows.length) * BAR : figure.spec.height);
  let view = null;
  const redraw = async () => {
    rows = source.rows(place, years);
    describe();
    if (!rows.length) return; // an axis without values has no end
    if (!view) {
      const spec = { ...figure.spec, height: size(), datasets: { rows: withBreaks(rows, figure.columns[0]) } };
      ({ view } = await vegaEmbed(chart, spec, {
        mode: "vega-lite", renderer: "svg", actions: false, ast: true, defaultStyle: false, tooltip: tooltip(figure),
      }));
      return;
    }
    await view.height(size()).data("rows", withBreaks(rows, figure.columns[0])).runAsync();
  };
  let drawn = Promise.resolve();
  const draw = () => (drawn = drawn.then(redraw)); // one after another
  await draw();
  redraws.push(draw);
  chart.addEventListener("mousemove", (event) => {
    const row = event.target.closest(".role-axis-label") && rows.find((each) => each.short === event.target.textContent);
    if (row) tell(event, row.what);
  });
  chart.addEventListener("mouseleave", (event) => tell(event, ""));
  const button = (kind, made) => element("button", files, kind, { type: "button", "aria-label": `${figure.title} as ${kind}` })
    .addEventListener("click", async () => save(fileName(figure, source.labels[place], kind.toLowerCase()), await made()));
  button("CSV", () => csv(figure, rows));
  button("PNG", () => png(view, title()));
}

function yearFields() {
  const [oldest, newest, first] = data.years;
  const fields = [["from", first], ["to", newest]].map(([name, value]) => {
    const field = document.getElementById(name);
    for (const [key, set] of Object.entries({ min: oldest, max: newest, value })) field.setAttribute(key, set);
    return field;
  });
  const changed = () => {
    years = fields.map((field, place) => Math.min(newest, Math.max(oldest, field.valueAsNumber || [first, newest][place])))
      .sort((one, other) => one - other);
    fields.forEach((field, place) => { field.value = years[place]; });
    return Promise.all(redraws.map((draw) => draw()));
  };
  for (const field of fields) field.addEventListener("change", changed);
}

if (data.asOf) {
  const days = Math.floor((Date.now() - Date.parse(data.asOf)) / 86400000);
  document.getElementById("age").textContent = days > data.oldAfterDays
    ? `: these data are ${number(0).format(days)} days old, PubMed has newer` : "";
  document.getElementById("currency").classList.toggle("old", days > data.oldAfterDays);
}
yearFields();
Promise.all(data.figures.map(show)).then(() => { document.body.dataset.ready = "yes"; });
