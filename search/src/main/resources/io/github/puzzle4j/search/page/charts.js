// What all charts share: colours of the page, size, a description, a table with the same numbers.

const shown = new Map();

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
}

/** The colour of a kind of model. */
function kindColour(kind) {
  return colour(kind.replaceAll("_", "-")) || colour("soft");
}

/**
 * A chart in a figure.
 * @param make returns ECharts' options, and is called again when the colour scheme changes
 * @param numbers the table below: its headings and lines
 */
function chart(title, description, height, make, numbers) {
  const canvas = element("div", { class: "canvas", style: `height:${height}px`, role: "img", "aria-label": `${title}. ${description}` });
  const node = element("figure", { class: "chart" }, element("figcaption", {}, title),
    element("p", { class: "hint" }, description), canvas);
  if (numbers) {
    const details = element("details", {}, element("summary", {}, "The numbers as a table"));
    // Tables of thousands of rows are made when they are asked for.
    details.addEventListener("toggle", () => details.open && !details.querySelector("table")
      && details.append(table(title, ...numbers())));
    node.append(details);
  }
  shown.set(canvas, { make, chart: null, ready: () => {} });
  return node;
}

/** Calls back with a chart when it is drawn, now and after each change of the colour scheme. */
function whenDrawn(figure, ready) {
  shown.get(figure.querySelector(".canvas")).ready = ready;
}

function draw(canvas) {
  const entry = shown.get(canvas);
  entry.chart?.dispose();
  entry.chart = echarts.init(canvas, null, { renderer: "svg" });
  entry.chart.setOption({ ...common(), ...entry.make() });
  entry.ready(entry.chart);
}

/** Draws what is new in the page and forgets what is no longer in it. */
function drawAll(again = false) {
  for (const [canvas, entry] of shown) {
    if (!canvas.isConnected) {
      entry.chart?.dispose();
      shown.delete(canvas);
    } else if (again || !entry.chart) {
      draw(canvas);
    }
  }
}

const sizes = { frame: 0 };
addEventListener("resize", () => {
  cancelAnimationFrame(sizes.frame);
  sizes.frame = requestAnimationFrame(() => shown.forEach((entry) => entry.chart?.resize()));
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll(true));

function common() {
  return {
    animation: false,
    backgroundColor: "transparent",
    // A real family, as widths of texts are measured with it.
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour("ink") },
    tooltip: tip(),
  };
}

function tip(more = {}) {
  return {
    confine: true, backgroundColor: colour("card"), borderColor: colour("rule"),
    textStyle: { color: colour("ink"), fontSize: 12 }, ...more,
  };
}

function escaped(text) {
  return String(text).replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
}

/** Lines of a tooltip; the first is its title. */
function lines(title, ...others) {
  return [`<b>${escaped(title)}</b>`, ...others.filter(Boolean).map(escaped)].join("<br>");
}

function axis(name, more = {}) {
  return {
    type: "value", name, nameLocation: "middle", nameGap: 32, nameTextStyle: { color: colour("soft"), fontSize: 12 },
    axisLabel: { color: colour("soft"), fontSize: 11, hideOverlap: true, formatter: short },
    axisLine: { show: true, lineStyle: { color: colour("soft") } },
    splitLine: { lineStyle: { color: colour("rule") } }, ...more,
  };
}

function short(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return +(value / 1e6).toPrecision(3) + "M";
  if (size >= 1e4) return +(value / 1e3).toPrecision(3) + "k";
  return String(+value.toPrecision(3));
}

function grid(more = {}) {
  return { left: 62, right: 20, top: 16, bottom: 48, ...more };
}

function legend(more = {}) {
  return { type: "scroll", top: 0, textStyle: { color: colour("soft"), fontSize: 11 }, inactiveColor: colour("rule"),
    pageTextStyle: { color: colour("soft") }, pageIconColor: colour("soft"), itemHeight: 10, itemWidth: 14, ...more };
}

/** Ends of an axis that fit values, as ECharts' are powers of ten on a logarithmic axis. */
function ends(values, log) {
  const positive = values.filter((value) => value > 0);
  return log ? { type: "log", min: +(0.7 * Math.min(...positive)).toPrecision(2), max: +(1.4 * Math.max(...positive)).toPrecision(2) } : { type: "value" };
}

/** How predictions are marked: the page shows through. */
function hollow(edge) {
  return { color: colour("card"), borderColor: edge, borderWidth: 1.6, opacity: 1 };
}

/** A range over which losses differ so much that a linear axis hides the small ones. */
function isWide(values) {
  const positive = values.filter((value) => value > 0);
  return positive.length > 1 && Math.max(...positive) > 30 * Math.min(...positive);
}

/** Bars from low to high at x; data are [x, low, high, colour]. Without a level, the library warns when a box is drawn. */
function errorBars(data, more = {}) {
  return {
    type: "custom", silent: true, clip: true, zlevel: 0, tooltip: { show: false }, data, encode: { x: 0, y: [1, 2] }, dimensions: ["x", "low", "high", "colour"],
    renderItem(parameters, api) {
      const low = api.coord([api.value(0), api.value(1)]);
      const high = api.coord([api.value(0), api.value(2)]);
      const points = [[low[0] - 3, low[1]], [low[0] + 3, low[1]], low, high, [high[0] - 3, high[1]], [high[0] + 3, high[1]]];
      return { type: "polyline", shape: { points }, style: { stroke: data[parameters.dataIndex][3], lineWidth: 1.5, fill: null } };
    }, ...more,
  };
}

/** Layers by variants; cells are {layer, variant, value, text, chosen}. */
function heatMap(title, description, cells, unit, numbers) {
  const layers = [...new Set(cells.map((cell) => cell.layer))].sort((a, b) => a - b);
  const variants = [...new Set(cells.map((cell) => cell.variant))];
  const positive = cells.map((cell) => cell.value).filter((value) => value > 0);
  const log = isWide(positive);
  // What is nearly nothing, such as the teacher's own layer, would take the colours of the others.
  const floor = positive.length ? Math.max(Math.min(...positive), Math.max(...positive) / 1e4) : 1;
  const scaled = (value) => (log ? Math.log10(Math.max(value, floor)) : value);
  const values = cells.map((cell) => scaled(cell.value));
  const longest = Math.max(...variants.map((name) => name.length));
  const top = Math.min(150, 16 + 6 * longest);
  const figure = chart(title, description, Math.max(120, layers.length * (layers.length > 40 ? 13 : 18)) + top + 64, () => ({
    grid: grid({ left: 34, top, bottom: 60, right: 10 }),
    xAxis: { type: "category", data: variants, position: "top", axisTick: { show: false }, axisLine: { show: false },
      axisLabel: { rotate: 60, interval: 0, color: colour("soft"), fontSize: 10 } },
    yAxis: { type: "category", data: layers, inverse: true, axisTick: { show: false }, axisLine: { show: false },
      axisLabel: { color: colour("soft"), fontSize: 10, interval: layers.length > 40 ? 4 : 0 } },
    visualMap: { min: Math.min(...values), max: Math.max(...values), calculable: true, orient: "horizontal", left: 0, bottom: 4,
      itemHeight: 130, itemWidth: 12, dimension: 2, seriesIndex: 0, inRange: { color: [colour("heat-low"), colour("heat-middle"), colour("heat-high")] },
      formatter: (value) => significant(log ? 10 ** value : value), textStyle: { color: colour("soft"), fontSize: 10 },
      precision: 6, text: undefined },
    tooltip: tip({ formatter: ({ data }) => lines(`layer ${data.cell.layer}: ${data.cell.variant}`, data.cell.text + (unit ? " " + unit : ""),
      data.cell.chosen && "in the child") }),
    series: [{ type: "heatmap", data: cells.map((cell, i) => ({
      value: [variants.indexOf(cell.variant), layers.indexOf(cell.layer), values[i]], cell,
    })), itemStyle: { borderColor: colour("card"), borderWidth: 1 }, emphasis: { itemStyle: { borderColor: colour("ink"), borderWidth: 2 } } },
    { type: "scatter", silent: true, symbol: "circle", symbolSize: 8, itemStyle: { color: colour("chosen"), borderColor: colour("card"), borderWidth: 1.5 },
      data: cells.filter((cell) => cell.chosen).map((cell) => [variants.indexOf(cell.variant), layers.indexOf(cell.layer)]) }],
  }), numbers);
  figure.querySelector(".canvas").style.minWidth = `${variants.length * 18 + 60}px`;
  const canvas = figure.querySelector(".canvas");
  const scroll = element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": title });
  canvas.replaceWith(scroll);
  scroll.append(canvas);
  return figure;
}
