"use strict";
// The rows of the page, as objects with the names of columns in docs/tables.md.

const DATA = JSON.parse(document.getElementById("data").textContent);
const cache = new Map();

/** All models by their keys, since the chart library copies the data of its marks. */
const MODELS = new Map();

/** The rows of a table of one point of a run. */
function rows(run, table, point) {
  const key = [DATA.runs.indexOf(run), table, point].join("|");
  if (!cache.has(key)) cache.set(key, read(run.tables[table], point));
  return cache.get(key);
}

function read(table, point) {
  let part = table?.points[point];
  if (typeof part === "string") part = table.points[part];
  if (!part) return [];
  const columns = part.map((column) => (column.texts ? column.at.map((place) => column.texts[place]) : column));
  return columns[0].map((_, i) => Object.fromEntries(table.columns.map((name, c) => [name, columns[c][i]])));
}

function pointsOf(run, table) {
  return Object.keys(run.tables[table]?.points ?? {});
}

/** All targets of all points of all runs: what the page shows one of, or several together. */
function targets() {
  const found = [];
  for (const run of DATA.runs) {
    for (const point of pointsOf(run, "targets")) {
      for (const row of rows(run, "targets", point)) found.push(target(run, point, row));
    }
  }
  return found;
}

function target(run, point, row) {
  const own = (table) => rows(run, table, point).filter((one) => one.target_number === row.target_number);
  const served = row.target.split(", ");
  const values = rows(run, "point_values", point).map((one) => one.value || "-").filter((value) => !served.includes(value));
  const search = rows(run, "searches", point)[0];
  const one = {
    run, point, row, search, own,
    whole: (table) => rows(run, table, point),
    name: [DATA.runs.length > 1 ? run.name : "", row.target, values.join(", ")].filter(Boolean).join(" · "),
    // Models can be compared where they are served alike and what is minimised is the same.
    group: [search.teacher, row.target, row.scenario.replace(/, batch \d+/, ""), search.minimised].join("; "),
  };
  one.models = [
    ...own("models").map((model) => ({ ...model, target: one, source: "model" })),
    ...own("frontier").map((model) => ({ ...model, target: one, source: "frontier", kind: "frontier" })),
    ...own("measured_children").map((model) => ({ ...model, target: one, source: "round", kind: "measured" })),
  ];
  for (const model of one.models) {
    model.key = found(one) + "|" + model.model;
    MODELS.set(model.key, model);
  }
  one.teacher = one.models.find((model) => model.kind === "teacher");
  one.child = best(one.models.filter((model) => model.kind === "child" || model.kind === "child_after_gkd"));
  one.binding = own("limits").filter((limit) => limit.binds).map((limit) => limit.limit_name);
  return one;
}

function found(one) {
  return [DATA.runs.indexOf(one.run), one.point, one.row.target_number].join("/");
}

function best(models) {
  return models.reduce((a, b) => (b.loss < a.loss ? b : a));
}

/** The layers of a model: what stands in the place of each of the teacher's. */
function layersOf(model) {
  const variants = Map.groupBy(model.target.whole("variants"), (one) => one.variant);
  return model.target.own("model_layers").filter((one) => one.model === model.model).flatMap((one) =>
    (variants.get(one.variant) ?? []).map((part) => ({ ...part, layer: one.layer, last: one.last_layer })));
}

// Numbers for people.

function significant(value) {
  if (value === null || value === undefined) return "";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1000) return grouped(value);
  if (size < 1e-4) return value.toExponential(1);
  return value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(size))));
}

function grouped(value) {
  return Math.round(value).toLocaleString("en-US");
}

function estimate(value, error) {
  return significant(value) + " ± " + significant(error);
}

function percent(share) {
  return (100 * share).toFixed(1) + " %";
}

function bytes(value) {
  if (value >= 2 ** 30) return (value / 2 ** 30).toFixed(2) + " GiB";
  return value >= 2 ** 20 ? (value / 2 ** 20).toFixed(1) + " MiB" : grouped(value) + " B";
}

function seconds(value) {
  if (value < 1) return significant(1e3 * value) + " ms";
  if (value < 120) return significant(value) + " s";
  return value < 7200 ? (value / 60).toFixed(1) + " min" : (value / 3600).toFixed(1) + " h";
}

function inUnit(value, unit) {
  if (unit === "bytes") return bytes(value);
  return unit === "seconds" ? seconds(value) : significant(value) + (unit ? " " + unit : "");
}

// Elements. Text is only ever set as text.

function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== false && value !== undefined) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function say(text) {
  document.getElementById("status").textContent = text;
}

/** A choice among named values, which calls back with the place of the chosen one. */
function choice(label, names, chosen, change) {
  const select = element("select", { onchange: () => change(select.selectedIndex) },
    ...names.map((name, i) => element("option", { selected: i === chosen }, name)));
  return element("label", { class: "choice" }, element("span", {}, label), select);
}

/** A table with a button that copies it as tab-separated text. */
function table(caption, headings, lines) {
  const button = element("button", { type: "button", class: "copy", onclick: () => copy(node, button) }, "copy as TSV");
  const node = element("table", {},
    element("caption", {}, caption + " ", button),
    element("thead", {}, element("tr", {}, ...headings.map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...lines.map((cells) => element("tr", {}, ...cells.map((cell, i) =>
      element(i ? "td" : "th", i ? {} : { scope: "row" }, cell))))));
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, node);
}

async function copy(node, button) {
  const text = tsv(node);
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // A page that is opened from a file may not use the clipboard of some browsers.
    const area = element("textarea", {});
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.textContent = "copied";
  setTimeout(() => (button.textContent = "copy as TSV"), 1500);
}

function tsv(node) {
  return [...node.rows].map((row) =>
    [...row.cells].map((cell) => cell.textContent.replace(/\s+/g, " ").trim()).join("\t")).join("\n");
}
