// The models of one or several targets: the trade-off, and pictures of the layers of those that are chosen in it.

const X = [
  { name: "throughput", title: "predicted output tokens/s per GPU", of: (model) => model.tokens_per_second_per_gpu, text: significant, more: true, limit: "throughput" },
  { name: "memory", title: "predicted memory (GiB)", of: (model) => model.memory_bytes / 2 ** 30, text: (value) => value.toFixed(2) + " GiB", limit: "memory" },
  { name: "time per token", title: "predicted time per output token (ms)", of: (model) => 1e3 * model.seconds_per_token, text: (value) => significant(value) + " ms", limit: "time per output token" },
];
const Y = [
  { name: "loss", of: (model) => model.loss, error: (model) => model.loss_standard_error, predicted: (model) => model.predicted_loss },
  { name: "KL", title: "KL to the teacher (nats per token)", of: (model) => model.kl_nats, error: (model) => model.kl_standard_error_nats },
  { name: "LM loss", title: "LM loss (nats per token)", of: (model) => model.lm_loss_nats, error: (model) => model.lm_loss_standard_error_nats },
];
const MOST_PICTURES = 8;

function qualityTitle(y, search) {
  return y.title ?? `${search.minimised} above the teacher (${search.unit})`;
}

/** The models on the lower edge: no other one is both cheaper and better. */
function frontier(models, x, y) {
  const cheaper = (a, b) => (x.more ? x.of(a) >= x.of(b) : x.of(a) <= x.of(b));
  return models.filter((one) => !models.some((other) => other !== one && cheaper(other, one) && y.of(other) <= y.of(one)
    && (x.of(other) !== x.of(one) || y.of(other) < y.of(one)))).sort((a, b) => x.of(a) - x.of(b));
}

function modelText(model, x, y) {
  const loss = model.source === "frontier" ? "" : `measured ${model.source === "round" ? "in the rounds " : ""}${estimate(y.of(model), y.error(model))}`;
  return [model.target.name, `${x.name} ${x.text(x.of(model))}`, loss,
    y.predicted ? `predicted by the sum of scores ${significant(y.predicted(model))}` : ""];
}

function markers(target, x) {
  const data = [];
  if (target.teacher) data.push({ xAxis: x.of(target.teacher), name: "teacher", label: { formatter: "teacher" }, lineStyle: { color: colour("soft") } });
  for (const limit of target.own("limits").filter((one) => one.limit_name === x.limit)) {
    const value = x.of({ tokens_per_second_per_gpu: limit.bound, memory_bytes: limit.bound, seconds_per_token: limit.bound });
    data.push({ xAxis: value, name: "limit", label: { formatter: limit.binds ? "limit (binds)" : "limit" }, lineStyle: { color: colour("limit") } });
  }
  return data;
}

function tradeOffSeries(scope, x, y, log) {
  const all = scope.flatMap((target) => target.models).filter((model) => model.kind !== "teacher");
  const low = (value) => (log ? Math.max(value, 1e-9) : value);
  const at = (model, value) => ({ value: [x.of(model), low(value)], key: model.key });
  const series = [];
  const measured = all.filter((model) => model.source === "model");
  if (y.predicted) {
    for (const target of scope) {
      const data = target.models.filter((one) => one.source === "frontier" && !(log && one.predicted_loss <= 0)).map((one) => at(one, one.predicted_loss));
      // A box chooses marks of scatter series, but none of lines.
      series.push({ name: "best choices, predicted", type: "line", silent: true, color: colour("soft"), symbol: "none", lineStyle: { width: 1.5, type: "dashed" }, data: data.map((one) => one.value) },
        { name: "best choices, predicted", type: "scatter", color: colour("soft"), symbol: "circle", symbolSize: 7, itemStyle: hollow(colour("soft")), data });
    }
    series.push({ name: "models, predicted", type: "scatter", symbol: "diamond", symbolSize: 10, color: colour("soft"), itemStyle: hollow(colour("soft")),
      data: measured.map((one) => ({ ...at(one, one.predicted_loss), predicted: true, itemStyle: hollow(kindColour(one.kind)) })) });
    series.push({ name: "measured in rounds", type: "scatter", symbol: "triangle", symbolSize: 7, color: colour("measured"),
      data: all.filter((one) => one.source === "round").map((one) => at(one, one.loss)) });
  }
  for (const [name, models] of Map.groupBy(measured, (one) => one.model)) {
    const fill = kindColour(models[0].kind);
    const trained = name.endsWith("after training");
    series.push({ name, type: "scatter", symbol: trained ? "rect" : "circle", symbolSize: name.startsWith("child") ? 13 : 10, color: fill, z: name.startsWith("child") ? 5 : 4,
      itemStyle: { borderColor: colour("card"), borderWidth: 1 }, data: models.map((one) => at(one, y.of(one))) });
    series.push(errorBars(models.map((one) => [x.of(one), low(y.of(one) - 2 * y.error(one)), y.of(one) + 2 * y.error(one), fill]), { name, z: 3 }));
  }
  if (scope.length > 1) {
    series.push({ name: "frontier of children, measured", type: "line", symbol: "none", color: colour("child"), lineStyle: { width: 2 },
      data: frontier(scope.map((target) => target.child), x, y).map((one) => at(one, y.of(one))) });
  }
  return series;
}

/** The trade-off of some targets. `chosen` has the keys of models whose layers are shown, `change` is told when it changes. */
function tradeOff(scope, x, y, chosen, change) {
  const search = scope[0].search;
  const values = scope.flatMap((target) => target.models).flatMap((one) => [y.of(one), y.predicted?.(one)]).filter((value) => value > 0);
  const log = isWide(values);
  const near = scope.flatMap((target) => target.models).filter((one) => one.source !== "frontier").map(x.of);
  const far = scope.flatMap((target) => target.models).map(x.of);
  const zoomed = Math.max(...far) > 2 * Math.max(...near) || Math.min(...far) < Math.min(...near) / 2;
  const title = `Trade-off: quality against ${x.name}`;
  const figure = chart(title, "Filled marks are measured, with bars of two standard errors; hollow marks are predicted by the sum of scores."
    + " Drag a box around marks, click them, or use the arrow keys and Enter, to see their layers below.", 460, () => ({
    legend: legend({ data: [...new Set(tradeOffSeries(scope, x, y, log).map((one) => one.name))] }),
    grid: grid({ top: 58, left: 70, bottom: zoomed ? 84 : 48 }),
    // Best choices that no model comes near to would press the others together.
    dataZoom: zoomed ? [{ type: "slider", bottom: 4, height: 20, filterMode: "none", startValue: 0.85 * Math.min(...near), endValue: 1.3 * Math.max(...near), showDataShadow: false,
      labelFormatter: short, textStyle: { color: colour("soft"), fontSize: 10 }, borderColor: colour("rule") }] : [],
    toolbox: { right: 0, top: 22, itemSize: 14, iconStyle: { borderColor: colour("soft") }, feature: { brush: { type: ["rect", "clear"], title: { rect: "choose with a box", clear: "choose none" } } } },
    brush: { xAxisIndex: 0, throttleType: "debounce", throttleDelay: 120, brushStyle: { color: colour("brush"), borderColor: colour("child") }, outOfBrush: { colorAlpha: 0.35 } },
    xAxis: axis(x.title, { scale: true }),
    yAxis: axis(qualityTitle(y, search), { ...ends(values, log), scale: y.name === "LM loss", nameGap: 50 }),
    tooltip: tip({ formatter: ({ data, name }) => {
      const model = MODELS.get(data.key);
      return model ? lines(model.model + (data.predicted ? " (predicted)" : ""), ...modelText(model, x, y)) : escaped(name);
    } }),
    series: tradeOffSeries(scope, x, y, log).map((one, i) => (i || scope.length > 1 ? one : { ...one, markLine: { silent: true, symbol: "none",
      lineStyle: { type: "dotted" }, label: { color: colour("soft"), fontSize: 10, position: "insideEndTop" }, data: markers(scope[0], x) } })),
  }), () => [["model", "target", x.title, "quality", qualityTitle(y, search), "two standard errors"], scope.flatMap((target) => target.models).flatMap((one) => [
    ...(one.source === "frontier" ? [] : [[one.model, one.target.name, significant(x.of(one)), one.source === "round" ? "measured in rounds" : "measured", significant(y.of(one)), significant(2 * y.error(one))]]),
    ...(y.predicted && one.kind !== "teacher" ? [[one.model, one.target.name, significant(x.of(one)), "predicted", significant(y.predicted(one)), ""]] : []),
  ])]);
  whenDrawn(figure, (drawn) => {
    drawn.on("click", ({ data }) => data?.key && change([data.key], true));
    drawn.on("brushselected", ({ batch }) => {
      const all = drawn.getOption().series;
      const keys = batch[0].selected.flatMap((one) => one.dataIndex.map((i) => all[one.seriesIndex].data[i]?.key)).filter(Boolean);
      if (keys.length) change([...new Set(keys)], false);
    });
  });
  return keyboard(figure, scope, x, y, change);
}

/** Arrow keys go through the models from left to right, Enter chooses one. */
function keyboard(figure, scope, x, y, change) {
  const canvas = figure.querySelector(".canvas");
  const order = scope.flatMap((target) => target.models).filter((one) => one.kind !== "teacher").sort((a, b) => x.of(a) - x.of(b));
  let place = -1;
  canvas.tabIndex = 0;
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      place = (place + step + order.length) % order.length;
      point(canvas, order[place].key);
      say([order[place].model, ...modelText(order[place], x, y)].filter(Boolean).join(", "));
    } else if (event.key === "Enter" && place >= 0) {
      change([order[place].key], true);
    } else return;
    event.preventDefault();
  });
  return figure;
}

/** Shows the mark of a model. */
function point(canvas, key) {
  const drawn = shown.get(canvas)?.chart;
  if (!drawn) return;
  drawn.dispatchAction({ type: "downplay" });
  drawn.getOption().series.forEach((one, seriesIndex) => {
    const dataIndex = one.data.findIndex((item) => item?.key === key && !item.predicted);
    if (dataIndex >= 0 && one.type !== "custom") {
      drawn.dispatchAction({ type: "highlight", seriesIndex, dataIndex });
      drawn.dispatchAction({ type: "showTip", seriesIndex, dataIndex });
    }
  });
}

const THIN = 0.06; // a linear part has neither heads nor channels

function parts(model) {
  const { kv_heads: heads, ffn_channels: channels } = model.target.search;
  const part = (id, number, whole, unit) => (id === "noop" ? { share: 0, text: "none" }
    : number ? { share: Math.min(1, number / whole), text: `${number.toLocaleString("en-US")} of ${whole.toLocaleString("en-US")} ${unit}` } : { share: THIN, text: id });
  return layersOf(model).map((layer) => ({
    name: layer.layer === layer.last ? String(layer.layer) : `${layer.layer}-${layer.last}`,
    attention: part(layer.attention, layer.kv_heads, heads, "KV heads"), window: layer.window_tokens,
    ffn: part(layer.ffn, layer.ffn_channels, channels, "channels"),
  }));
}

/** A model's layers from top to bottom: attention to the left by KV heads, FFN to the right by channels, as shares of the teacher's. */
function picture(model, close, canvasOfTradeOff) {
  const layers = parts(model);
  const row = layers.length > 40 ? 9 : layers.length > 20 ? 13 : 18;
  const removed = layers.filter((one) => !one.attention.share).length;
  const without = layers.filter((one) => !one.ffn.share).length;
  const description = `${layers.length} layers, ${removed} without attention, ${without} without FFN; predicted ${grouped(model.tokens_per_second_per_gpu)} tokens/s`
    + (model.source === "frontier" ? "" : `, measured loss ${significant(model.loss)}`) + ".";
  const side = (name, sign) => ({ name, type: "bar", stack: "own", barWidth: "72%", color: colour(name === "FFN" ? "ffn" : "attention"),
    data: layers.map((layer) => {
      const part = name === "FFN" ? layer.ffn : layer.attention;
      return part.share ? { value: sign * part.share, layer } : { value: sign, layer, itemStyle: { color: "transparent", borderColor: colour("soft"), borderType: "dashed", opacity: 0.6 } };
    }) });
  const figure = chart(model.model, description, layers.length * row + 44, () => ({
    grid: { left: 30, right: 6, top: 20, bottom: 4 },
    legend: { show: false },
    xAxis: { type: "value", min: -1, max: 1, axisLabel: { show: false }, splitLine: { show: false } },
    yAxis: { type: "category", inverse: true, data: layers.map((layer) => layer.name), axisTick: { show: false }, axisLine: { show: false },
      axisLabel: { color: colour("soft"), fontSize: row < 12 ? 8 : 10, interval: layers.length > 40 ? 4 : 0 } },
    graphic: [["attention", "22%"], ["FFN", "74%"]].map(([text, left]) => ({ type: "text", left, top: 2, style: { text, fill: colour("soft"), fontSize: 11 } })),
    tooltip: tip({ formatter: ({ data }) => lines("layer " + data.layer.name, "attention: " + data.layer.attention.text
      + (data.layer.window ? `, window ${grouped(data.layer.window)}` : ""), "FFN: " + data.layer.ffn.text) }),
    series: [side("attention", -1), side("FFN", 1)],
  }), () => [["layer", "attention", "FFN"], layers.map((layer) => [layer.name, layer.attention.text, layer.ffn.text])]);
  figure.classList.add("picture");
  figure.style.setProperty("--kind", kindColour(model.kind));
  figure.addEventListener("mouseenter", () => point(canvasOfTradeOff(), model.key));
  figure.addEventListener("focusin", () => point(canvasOfTradeOff(), model.key));
  if (close) figure.querySelector("figcaption").append(element("button", { type: "button", class: "copy", "aria-label": `hide ${model.model}`, onclick: close }, "hide"));
  return figure;
}
