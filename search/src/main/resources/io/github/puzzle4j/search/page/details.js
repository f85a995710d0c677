// The parts of the page that show one target.

function section(id, title, lead, ...children) {
  return element("section", { id, "aria-labelledby": id + "-title" }, element("h2", { id: id + "-title" }, title),
    lead ? element("p", { class: "lead" }, lead) : null, ...children);
}

function highlights(target) {
  const { teacher, child, search } = target;
  const repaired = child.kind === "child_after_gkd" ? "repaired" : "before repair";
  const items = [
    ["throughput", (child.tokens_per_second_per_gpu / teacher.tokens_per_second_per_gpu).toFixed(2) + "x", "of the teacher's, predicted"],
    ["memory", percent(child.memory_bytes / teacher.memory_bytes), `of the teacher's, predicted, at batch ${child.batch}`],
    [search.minimised, significant(child.loss), `${search.unit}, measured on held-out text, ${repaired}`],
    ["binding limit", target.binding.join(", ") || "none", target.binding.length ? "without it, a better choice exists" : "the best choice is inside all limits"],
  ];
  return element("dl", { class: "highlights" }, ...items.map(([name, value, text]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value), element("dd", { class: "hint" }, text))));
}

function proof({ row }) {
  const proven = row.proof === "OPTIMAL" ? "proven optimal" : "not proven optimal";
  return `Choice by scores: ${proven}; sum of scores ${significant(row.objective)}, bound ${significant(row.bound)}; ${row.backend} in ${seconds(row.solve_seconds)}.`;
}

function modelTable(target) {
  const { teacher, search } = target;
  const other = search.metric !== "kl" && search.metric !== "lm_loss";
  const models = target.models.filter((one) => one.source === "model");
  return table(`Models of ${target.name}: speed and memory are predicted, quality is measured`,
    ["model", "tokens/s", "speed-up", "time per token", "memory", "sum of scores (predicted)", ...(other ? [`${search.minimised} (${search.unit})`] : []), "KL (nats)", "LM loss (nats)",
      "parameters", "weights", "KV cache per token", "layers with attention"],
    models.map((one) => [one.model, grouped(one.tokens_per_second_per_gpu), (one.tokens_per_second_per_gpu / teacher.tokens_per_second_per_gpu).toFixed(2) + "x",
      seconds(one.seconds_per_token), bytes(one.memory_bytes), significant(one.predicted_loss),
      ...(other ? [estimate(one.loss, one.loss_standard_error)] : []),
      one === teacher ? "0" : estimate(one.kl_nats, one.kl_standard_error_nats), estimate(one.lm_loss_nats, one.lm_loss_standard_error_nats),
      grouped(one.parameters), bytes(one.weight_bytes), bytes(one.kv_bytes_per_token), one.attention_layers]));
}

/** The child in fewer bits beside itself; null if it is served in 16. */
function roundedTable(target) {
  const formats = target.own("rounded_children");
  if (!formats.length) return null;
  const { child } = target;
  return table("The child with its weights in fewer bits, on held-out text; activations are not rounded",
    ["format", "KL (nats)", "LM loss (nats)", "LM loss less the child's"],
    [{ ...child, format: child.model }, ...formats].map((one) => [one.format, estimate(one.kl_nats, one.kl_standard_error_nats),
      estimate(one.lm_loss_nats, one.lm_loss_standard_error_nats), one.model ? "" : significant(one.lm_loss_nats - child.lm_loss_nats)]));
}

function limitSection(target) {
  const limits = target.own("limits");
  const gains = target.own("limit_gains");
  const { minimised, unit } = target.search;
  const children = [table("Limits", ["limit", "bound", "the child uses", "binds"], limits.map((one) =>
    [one.limit_name, `${one.side === "min" ? "at least" : "at most"} ${inUnit(one.bound, one.unit)}`, inUnit(one.used, one.unit), one.binds ? "yes" : "no"]))];
  if (gains.some((one) => one.gain > 0)) {
    const names = [...new Set(gains.map((one) => one.limit_name))];
    const shares = [...new Set(gains.map((one) => one.share))].sort((a, b) => a - b);
    children.push(chart("What a little more budget would buy", `By how much the best sum of scores (${minimised}, ${unit}) falls if one limit is loosened and all others stay. Predicted, each solved anew.`, 300, () => ({
      legend: legend(), grid: grid({ top: 34, left: 70 }),
      xAxis: { ...axis("limit loosened by"), type: "category", data: shares.map((share) => +(100 * share).toFixed(2) + " %"), axisLabel: { color: colour("soft") } },
      yAxis: axis(`gain (${unit})`, { nameGap: 52 }),
      tooltip: tip({ formatter: ({ data }) => lines(data.gain.limit_name, `${inUnit(data.gain.bound, data.unit)} instead of ${inUnit(data.bound, data.unit)}`,
        `sum of scores ${significant(data.gain.predicted_loss)}, ${significant(data.gain.gain)} less`, data.gain.proven ? "" : "not proven optimal") }),
      series: names.map((name, i) => ({ name, type: "bar", color: colour(["child", "ffn", "gkd", "uniform", "random", "sum"][i % 6]), barMaxWidth: 36,
        data: shares.map((share) => {
          const gain = gains.find((one) => one.limit_name === name && one.share === share);
          const limit = limits.find((one) => one.limit_name === name);
          return gain ? { value: gain.gain, gain, unit: limit.unit, bound: limit.bound } : null;
        }) })),
    }), () => [["limit", "loosened by", "to", "best sum of scores", "gain", "proven"], gains.map((one) => [one.limit_name, percent(one.share),
      inUnit(one.bound, limits.find((limit) => limit.limit_name === one.limit_name).unit), significant(one.predicted_loss), significant(one.gain), one.proven ? "yes" : "no"])]));
  } else if (gains.length) {
    children.push(element("p", { class: "hint" }, `No limit, loosened by up to ${percent(Math.max(...gains.map((one) => one.share)))}, allows a better choice.`));
  }
  return section("limits", "Limits", target.binding.length ? `Binding: ${target.binding.join(", ")}.` : "No limit binds.", ...children);
}

function qualityChart(target) {
  const models = target.models.filter((one) => (one.source === "model" && !one.model.endsWith("after training") && !["teacher", "child_after_gkd"].includes(one.kind)) || one.source === "round");
  const log = isWide(models.map((one) => one.loss));
  const low = (value) => (log ? Math.max(value, 1e-9) : value);
  const values = models.flatMap((one) => [one.predicted_loss, one.loss]).filter((value) => value > 0);
  const most = Math.max(...values), least = log ? Math.min(...values) : 0;
  const { minimised, unit } = target.search;
  const groups = [["measured in rounds, as assembled", models.filter((one) => one.source === "round"), "triangle", 8],
    ...models.filter((one) => one.source === "model").map((one) => [one.model, [one], "circle", 11])];
  return chart("Quality: predicted against measured", "On the dashed line prediction and measurement agree. Bars are two standard errors of the measurement.", 400, () => ({
    legend: legend({ data: groups.filter((one) => one[1].length).map((one) => one[0]) }), grid: grid({ top: 40, left: 66 }),
    xAxis: axis(`predicted: sum of scores (${unit})`, ends(values, log)), yAxis: axis(`measured ${minimised} (${unit})`, { ...ends(values, log), nameGap: 46 }),
    tooltip: tip({ formatter: ({ data }) => {
      const model = MODELS.get(data.key);
      return model ? lines(model.model, `predicted ${significant(model.predicted_loss)}`, `measured ${estimate(model.loss, model.loss_standard_error)}`) : "";
    } }),
    series: [{ type: "line", silent: true, symbol: "none", lineStyle: { type: "dashed", color: colour("soft"), width: 1 }, tooltip: { show: false }, data: [[least, least], [most, most]] },
      ...groups.flatMap(([name, of, symbol, size]) => {
        const fill = of.length && of[0].source === "model" ? kindColour(of[0].kind) : colour("measured");
        return [{ name, type: "scatter", symbol, symbolSize: size, color: fill, data: of.map((model) => ({ value: [low(model.predicted_loss), low(model.loss)], key: model.key })) },
          errorBars(of.map((one) => [low(one.predicted_loss), low(one.loss - 2 * one.loss_standard_error), one.loss + 2 * one.loss_standard_error, fill]), { name })];
      })],
  }), () => [["model", "predicted", "measured", "standard error"], models.map((one) => [one.model, significant(one.predicted_loss), significant(one.loss), significant(one.loss_standard_error)])]);
}

function speedChart(target) {
  const error = target.row.cost_error_p90;
  const served = target.own("served");
  const bars = served.length
    ? served.map((one) => ({ name: `${one.model}, batch ${one.batch}`, predicted: one.predicted_tokens_per_second, measured: one.measured_tokens_per_second }))
    : target.models.filter((one) => one.source === "model" && !one.model.endsWith("after training")).map((one) => ({ name: one.model, predicted: one.tokens_per_second_per_gpu }));
  const text = served.length ? `Output tokens/s in ${served[0].engine}.` : "Not measured: the target is not this machine.";
  return chart("Speed: predicted against measured", `${text} Bars at predictions are the error of nine costs of ten, ${percent(error)}.`, 90 + 34 * bars.length, () => ({
    legend: legend({ data: served.length ? ["predicted", "measured"] : ["predicted"] }), grid: { left: 16, right: 24, top: 34, bottom: 44, containLabel: true },
    yAxis: { type: "category", inverse: true, data: bars.map((one) => one.name), axisLabel: { color: colour("soft"), fontSize: 11 }, axisLine: { show: false }, axisTick: { show: false } },
    xAxis: axis("output tokens/s", { min: 0 }),
    tooltip: tip({ formatter: ({ data, seriesName }) => (data.value ? lines(bars[data.value[1]].name, `${seriesName} ${significant(data.value[0])} tokens/s`) : "") }),
    series: [
      { name: "predicted", type: "scatter", symbol: "diamond", symbolSize: 13, color: colour("child"), z: 4, itemStyle: hollow(colour("child")), data: bars.map((one, i) => ({ value: [one.predicted, i] })) },
      ...bars.map((one, i) => ({ name: "predicted", type: "line", silent: true, symbol: "rect", symbolSize: [1.5, 9], color: colour("child"), lineStyle: { width: 1.5 }, tooltip: { show: false },
        data: [[one.predicted * (1 - error), i], [one.predicted * (1 + error), i]] })),
      ...(served.length ? [{ name: "measured", type: "scatter", symbol: "circle", symbolSize: 11, color: colour("gkd"), data: bars.map((one, i) => ({ value: [one.measured, i] })) }] : []),
    ],
  }), () => [["model", "predicted tokens/s", "measured tokens/s"], bars.map((one) => [one.name, significant(one.predicted), one.measured ? significant(one.measured) : "not measured"])]);
}

function predictionSection(target) {
  const predictors = target.own("predictors");
  const words = predictors.map((one) => `${one.predictor}: rank correlation ${one.rank_correlation.toFixed(2)}, median error ${percent(one.median_error)}, measured ${one.median_ratio.toFixed(2)}x the prediction`);
  return section("predictions", "Predicted and measured", predictors.length ? `${predictors[0].children} children were measured in the rounds. Predicted by the ${words.join("; by the ")}.` : "",
    element("div", { class: "charts" }, qualityChart(target), speedChart(target)));
}

function scoreSection(target) {
  const scores = target.whole("variant_scores");
  if (!scores.length) return null;
  const child = target.own("model_layers").filter((one) => one.model === target.child.model);
  const chosen = (layer, variant) => child.some((one) => one.layer === layer && one.variant === variant);
  const { minimised, unit } = target.search;
  const node = section("scores", "Scores and costs", "Each cell is the teacher with one layer replaced; dots are the layers of the child.",
    element("p", { class: "hint" }, target.search.scoring[0].toUpperCase() + target.search.scoring.slice(1) + "."),
    heatMap(`Scores (${minimised}, ${unit})`, "How much worse the model becomes: a stronger colour means that it needs that layer more. Measured, or the sum of two measured.",
      scores.map((one) => ({ layer: one.layer, variant: one.variant, value: one.loss, text: estimate(one.loss, one.loss_standard_error), chosen: chosen(one.layer, one.variant) })), unit,
      () => [["layer", "variant", `score (${unit})`, "standard error"], scores.map((one) => [one.layer, one.variant, significant(one.loss), significant(one.loss_standard_error)])]));
  const costs = target.whole("candidate_costs");
  if (costs.length) node.append(costMap(target, costs, chosen));
  return node;
}

function costMap(target, costs, chosen) {
  const candidates = Map.groupBy(target.whole("candidates"), (one) => one.folder);
  const folders = [...candidates.keys()];
  const names = [...new Set(costs.map((one) => one.cost))];
  const state = { folder: Math.max(0, folders.findIndex((one) => target.row.target.startsWith(one))), name: Math.max(0, names.indexOf("runtime_seconds")) };
  const place = element("div", {});
  const show = () => {
    const amounts = new Map(costs.filter((one) => one.cost === names[state.name] && one.folder === folders[state.folder]).map((one) => [one.candidate, one.amount]));
    const of = candidates.get(folders[state.folder]).filter((one) => amounts.has(one.candidate));
    const unit = names[state.name].includes("seconds") ? "seconds" : names[state.name].includes("bytes") ? "bytes" : "";
    place.replaceChildren(heatMap(`Costs: ${names[state.name].replaceAll("_", " ")}`, "Predicted cost of each candidate, at the batch of the choice.",
      of.map((one) => ({ layer: one.layer, variant: one.layer === one.last_layer ? one.variant : `L${one.layer}-${one.last_layer}/${one.variant}`, value: amounts.get(one.candidate),
        text: inUnit(amounts.get(one.candidate), unit), chosen: chosen(one.layer, one.variant) })), "",
      () => [["layer", "variant", names[state.name]], of.map((one) => [one.layer, one.variant, amounts.get(one.candidate)])]));
    if (place.isConnected) drawAll();
  };
  const pick = (key) => (i) => { state[key] = i; show(); };
  const node = element("div", {}, element("div", { class: "controls" }, choice("cost", names.map((name) => name.replaceAll("_", " ")), state.name, pick("name")),
    folders.length > 1 ? choice("target", folders, state.folder, pick("folder")) : null), place);
  show();
  return node;
}

function distillationSection(target) {
  const all = target.whole("distillation");
  if (!all.length) return null;
  const mean = (list, key) => list.reduce((sum, one) => sum + one[key], 0) / list.length;
  const means = [...Map.groupBy(all, (one) => one.variant)].map(([variant, list]) => ({ variant, before: mean(list, "loss_before"), after: mean(list, "loss_after") }));
  const numbers = () => [["layer", "variant", "before", "after"], all.map((one) => [one.layer, one.variant, significant(one.loss_before), significant(one.loss_after)])];
  return section("distillation", "Distillation", "Each variant learns to imitate its own teacher block. Losses are normalised MSE: 0 is the teacher itself.",
    chart("By variant", "Mean over the layers, before (hollow) and after (filled).", 90 + 20 * means.length, () => ({
      legend: legend(), grid: { left: 16, right: 24, top: 34, bottom: 44, containLabel: true },
      yAxis: { type: "category", inverse: true, data: means.map((one) => one.variant), axisLabel: { color: colour("soft"), fontSize: 11, interval: 0 }, axisLine: { show: false }, axisTick: { show: false } },
      xAxis: axis("normalised MSE", { min: 0 }),
      tooltip: tip({ formatter: ({ dataIndex, seriesName }) => (means[dataIndex] ? lines(means[dataIndex].variant, `before ${significant(means[dataIndex].before)}`, `after ${significant(means[dataIndex].after)}`) : seriesName) }),
      series: [...["before", "after"].map((name) => ({ name, type: "scatter", symbol: "circle", symbolSize: 9, z: 4, color: colour("attention"), itemStyle: name === "before" ? hollow(colour("attention")) : {}, data: means.map((one, i) => [one[name], i]) })),
        ...means.map((one, i) => ({ type: "line", silent: true, symbol: "none", color: colour("attention"), lineStyle: { opacity: 0.4, width: 3 }, tooltip: { show: false }, data: [[one.before, i], [one.after, i]] }))],
    }), () => [["variant", "before", "after"], means.map((one) => [one.variant, significant(one.before), significant(one.after)])]),
    heatMap("Loss after distillation", "By layer and variant.", all.map((one) => ({ layer: one.layer, variant: one.variant, value: one.loss_after,
      text: `${significant(one.loss_after)} after, ${significant(one.loss_before)} before` })), "", numbers),
    lossCurves(target));
}

function timeSection(target) {
  const estimated = target.whole("estimated_stages");
  const covered = (stage) => estimated.find((one) => stage === one.stage || stage.startsWith(one.stage + " "));
  const stages = [...estimated.map((one) => ({ stage: one.stage, truth: one.seconds, estimate: one.estimated_seconds })),
    ...target.whole("stages").filter((one) => !covered(one.stage)).map((one) => ({ stage: one.stage, truth: one.seconds }))];
  if (!stages.length) return null;
  const total = target.whole("stages").reduce((sum, one) => sum + one.seconds, 0);
  return section("times", "Times", `${seconds(total)} in all${estimated.length ? "" : "; not estimated before"}.`,
    chart("Stages", estimated.length ? "What stages took, and what they were estimated to take before." : "What stages took.", 80 + 26 * stages.length, () => ({
      legend: legend(), grid: { left: 16, right: 24, top: 30, bottom: 44, containLabel: true },
      yAxis: { type: "category", inverse: true, data: stages.map((one) => one.stage), axisLabel: { color: colour("soft"), fontSize: 11, interval: 0, width: 150, overflow: "truncate" }, axisLine: { show: false }, axisTick: { show: false } },
      xAxis: axis("seconds", { min: 0 }),
      tooltip: tip({ formatter: ({ dataIndex }) => lines(stages[dataIndex].stage, `took ${seconds(stages[dataIndex].truth)}`, stages[dataIndex].estimate !== undefined && `estimated ${seconds(stages[dataIndex].estimate)}`) }),
      series: [{ name: "took", type: "bar", color: colour("child"), barMaxWidth: 10, data: stages.map((one) => one.truth) },
        ...(estimated.length ? [{ name: "estimated", type: "bar", barMaxWidth: 10, itemStyle: { color: "transparent", borderColor: colour("ffn"), borderWidth: 1.5 }, color: colour("ffn"), data: stages.map((one) => one.estimate ?? null) }] : [])],
    }), () => [["stage", "took", "estimated before"], stages.map((one) => [one.stage, seconds(one.truth), one.estimate === undefined ? "" : seconds(one.estimate)])]));
}

function provenanceSection(target) {
  const commands = target.whole("commands").filter((one) => one.target_number < 0 || one.target_number === target.row.target_number);
  return section("provenance", "Repeat and serve", "",
    ...commands.map((one) => element("div", { class: "command" }, element("span", {}, one.purpose), element("code", {}, one.command))),
    ...target.own("notes").map((one) => element("p", { class: "note" }, one.note)),
    element("details", {}, element("summary", {}, "Provenance"), table("Provenance", ["what", "is"], target.whole("facts").map((one) => [one.name, one.value]))));
}
