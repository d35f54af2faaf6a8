"use strict";
// The rows of a figure for the chosen years: the same for chart, table and files.
const RANKED = 12; // bars of a ranking
const LABEL = 24; // characters of a label beside a bar
const yearOf = (time) => Number(String(time).slice(0, 4));

function trendRows(series, [, , first, counts], [from, to]) {
  return counts.flatMap((citations, index) => {
    const year = first + index;
    const before = counts[index - 1];
    const growth = before ? citations / before - 1 : null;
    return citations && year >= from && year <= to
      ? [{ pub_year: year, citations, share: citations / series.totals[year], growth }] : [];
  });
}

function rankingRows(series, [from, to]) {
  const sum = (first, counts) => counts
    .slice(Math.max(0, from - first), Math.max(0, to - first + 1)).reduce((one, other) => one + other, 0);
  const ranked = series.items.map(([what, , first, counts]) => ({ what, citations: sum(first, counts) }))
    .filter((row) => row.citations).sort((one, other) => other.citations - one.citations).slice(0, RANKED);
  const short = shorten(ranked.map((row) => row.what));
  return ranked.map((row, place) => ({ ...row, short: short[place] }));
}

// Long labels lose their middle, since mostly both ends tell them apart; those alike show where they begin to differ.
function shorten(labels) {
  const characters = labels.map((label) => [...label]);
  const part = (all, from, to) => all.slice(from, to).join("");
  const cut = characters.map((all) => (all.length <= LABEL ? part(all) : `${part(all, 0, 13)}…${part(all, -10)}`));
  const apart = cut.map((text, place) => {
    const other = cut.findIndex((each, index) => index !== place && each === text);
    if (other < 0) return text;
    const all = characters[place];
    const differs = all.findIndex((character, index) => character !== characters[other][index]);
    const from = Math.max(7, (differs < 0 ? all.length : differs) - 4);
    return `${part(all, 0, 7)}…${part(all, from, from + 15)}…`;
  });
  return apart.map((text, place) => (apart.indexOf(text) < place ? `${text} ${place + 1}` : text));
}

// What a figure can show: labels to choose from, full names to find them by, and the rows of one in the years.
function sourceOf(figure) {
  const series = data.series[figure.ranking ?? figure.trend];
  if (figure.ranking) return { labels: series.items.length ? [figure.title] : [], rows: (_, years) => rankingRows(series, years) };
  if (figure.trend) {
    return {
      labels: series.items.map(([label]) => label), full: series.items.map(([, full]) => full),
      rows: (place, years) => trendRows(series, series.items[place], years),
    };
  }
  const [time] = figure.columns;
  const named = (values) => Object.fromEntries(figure.columns.map((column, place) => [column.name, values[place]]));
  const within = (row, [from, to]) => yearOf(row[time.name]) >= from && yearOf(row[time.name]) <= to;
  return {
    labels: figure.choices.map((choice) => choice.label),
    rows: (place, years) => figure.choices[place].rows.map(named).filter((row) => within(row, years)),
  };
}

// A row without values where a year or month has no data: the line breaks there.
function withBreaks(rows, time) {
  if (!["year", "month"].includes(time.format)) return rows.map((row) => ({ ...row }));
  const isYear = time.format === "year";
  const step = (row) => (isYear ? row[time.name] : yearOf(row[time.name]) * 12 + Number(row[time.name].slice(5, 7)) - 1);
  const written = (at) => (isYear ? at : `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}-01`);
  const last = new Map();
  return rows.flatMap((row) => {
    const before = last.get(row.what);
    last.set(row.what, step(row));
    const isBroken = before !== undefined && step(row) > before + 1;
    return isBroken ? [{ what: row.what, [time.name]: written(before + 1) }, { ...row }] : [{ ...row }];
  });
}
