// Losses over the steps of trainings: of the variants of one layer, or of the blocks or the repair of one child.

const LINES = ["child", "ffn", "gkd", "uniform", "random", "sum", "evolution", "depth", "omission", "parameters"];

/** What can be chosen: a name, the unit of the losses, and one curve with a name for each training. */
function lossGroups(target) {
  const curves = (list, name) => [...Map.groupBy(list, name)].map(([key, of]) => ({ name: key, of }));
  const layers = [...Map.groupBy(target.whole("loss_curves"), (one) => one.layer)].sort((a, b) => a[0] - b[0])
    .map(([layer, list]) => ({ name: `variants of layer ${layer}`, unit: "normalised MSE", curves: curves(list, (one) => one.variant) }));
  const children = target.own("child_loss_curves");
  const repairs = children.filter((one) => one.stage === "uptrain");
  const blocks = [...Map.groupBy(children.filter((one) => one.stage === "adapt"), (one) => one.model)]
    .map(([model, list]) => ({ name: `blocks of ${model}, distilled anew`, unit: "normalised MSE", curves: curves(list, (one) => `${one.layer}: ${one.variant}`) }));
  return [...(repairs.length ? [{ name: "repair (GKD)", unit: "loss of uptrain", curves: curves(repairs, (one) => one.model) }] : []), ...blocks, ...layers];
}

function lossChart(group) {
  const all = group.curves.flatMap((curve) => curve.of);
  const log = isWide(all.map((one) => one.loss));
  return chart(`Training losses: ${group.name}`, "On the text of the training. Each point is the mean over the steps since the one before.", 360, () => ({
    legend: legend(), grid: grid({ top: 40, left: 70 }),
    xAxis: axis("optimizer steps", { min: 0, max: Math.max(...all.map((one) => one.step)) }),
    yAxis: axis(group.unit, { ...ends(all.map((one) => one.loss), log), scale: true, nameGap: 50 }),
    tooltip: tip({ formatter: ({ data, seriesName }) => lines(seriesName, `step ${grouped(data[0])}, ${grouped(data[2])} tokens`, `loss ${significant(data[1])}`) }),
    series: group.curves.map((curve, i) => ({ name: curve.name, type: "line", symbol: "circle", symbolSize: 4, color: colour(LINES[i % LINES.length]),
      lineStyle: { width: 1.5, type: i < LINES.length ? "solid" : "dashed" }, data: curve.of.map((one) => [one.step, one.loss, one.tokens]) })),
  }), () => [["training", "step", "tokens", `loss (${group.unit})`], group.curves.flatMap((curve) => curve.of.map((one) => [curve.name, one.step, one.tokens, significant(one.loss)]))]);
}

function lossCurves(target) {
  const groups = lossGroups(target);
  if (!groups.length) return null;
  const place = element("div", {});
  const show = (i) => {
    place.replaceChildren(lossChart(groups[i]));
    if (place.isConnected) drawAll();
  };
  show(0);
  return element("div", { id: "losses" }, element("div", { class: "controls" }, choice("training", groups.map((one) => one.name), 0, show)), place);
}
