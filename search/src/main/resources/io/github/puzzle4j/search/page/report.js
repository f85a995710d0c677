// The page: an overview of all targets, the trade-off with pictures of layers, and the details of one target.

const ALL = targets();
const state = { target: 0, alone: false, x: 0, y: 0, chosen: null };

function current() {
  return ALL[state.target];
}

function scope() {
  return state.alone ? [current()] : ALL.filter((one) => one.group === current().group);
}

function set(changes) {
  Object.assign(state, changes);
  show();
}

function showTarget(place) {
  set({ target: place, chosen: null });
  say(`Shown: ${current().name}`);
}

/** All targets, where there are several, and points that were not done. */
function overview() {
  const waiting = DATA.runs.flatMap((run) => pointsOf(run, "points").flatMap((point) => rows(run, "points", point).filter((one) => one.status !== "done" || one.reason)
    .map((one) => [[run.name, point].filter(Boolean).join(" · "), one.status.replaceAll("_", " "), one.reason])));
  if (ALL.length < 2 && !waiting.length) return null;
  const best = new Set([...Map.groupBy(ALL, (one) => one.group).values()].flatMap((list) => frontier(list.map((one) => one.child), X[0], Y[0])));
  const children = [];
  if (ALL.length > 1) {
    const lines = ALL.map((one, i) => [
      element("button", { type: "button", class: "link", "aria-pressed": String(i === state.target), onclick: () => showTarget(i) }, one.name),
      one.child.model, grouped(one.child.tokens_per_second_per_gpu), (one.child.tokens_per_second_per_gpu / one.teacher.tokens_per_second_per_gpu).toFixed(2) + "x", bytes(one.child.memory_bytes),
      estimate(one.child.loss, one.child.loss_standard_error), estimate(one.child.lm_loss_nats, one.child.lm_loss_standard_error_nats), one.binding.join(", ") || "none", best.has(one.child) ? "*" : ""]);
    children.push(table("Children of all searches and targets; * on the frontier of those that are served and measured alike",
      ["target", "child", "tokens/s", "speed-up", "memory", `${current().search.minimised} (${current().search.unit})`, "LM loss (nats)", "binding limit", "frontier"], lines));
  }
  if (waiting.length) children.push(table("Not done, or in part", ["search", "status", "reason"], waiting));
  return section("overview", "Overview", `${ALL.length} results of ${DATA.runs.map((run) => run.name).join(", ")}. Speed and memory are predicted, quality is measured.`, ...children);
}

function navigation() {
  const node = element("nav", { "aria-label": "What is shown" });
  if (ALL.length > 1) node.append(choice("shown", ALL.map((one) => one.name), state.target, showTarget));
  for (const [id, name] of [["overview", "Overview"], ["tradeoff", "Trade-off"], ["limits", "Limits"], ["predictions", "Predictions"], ["scores", "Scores"], ["distillation", "Distillation"], ["times", "Times"], ["provenance", "Repeat"]]) {
    if (document.getElementById(id)) node.append(element("a", { href: "#" + id }, name));
  }
  return node;
}

/** Those whose layers are shown until others are chosen: child and baselines. */
function first() {
  return current().models.filter((one) => one.source === "model" && !one.model.endsWith("after training") && !["teacher", "child_after_gkd", "child_assembled"].includes(one.kind)).map((one) => one.key);
}

function tradeOffSection() {
  const target = current();
  const several = ALL.filter((one) => one.group === target.group).length > 1;
  const pictures = element("div", { class: "pictures", id: "layers" });
  const figure = tradeOff(scope(), X[state.x], Y[state.y], state.chosen, (keys, toggles) => {
    const before = state.chosen ?? [];
    state.chosen = toggles && before.includes(keys[0]) ? before.filter((key) => key !== keys[0]) : toggles ? [...before, ...keys] : keys;
    showPictures(pictures, figure);
    say(`Layers of ${state.chosen.length} models are shown`);
  });
  const names = Y.map((one) => (one.name === "loss" ? target.search.minimised : one.name));
  const node = section("tradeoff", target.name, `${target.row.scenario}. Budget: ${target.row.budget}. Costs: ${target.row.cost_source}.`, highlights(target), element("p", { class: "hint" }, proof(target)),
    element("div", { class: "controls" }, choice("quality", names, state.y, (y) => set({ y })), choice("against", X.map((one) => one.name), state.x, (x) => set({ x })),
      several ? choice("models of", ["all that are served alike", "this target"], Number(state.alone), (i) => set({ alone: i === 1 })) : null),
    figure, element("h3", {}, "Layers"), element("p", { class: "hint" }, "Attention by KV heads to the left, FFN by channels to the right, as shares of the teacher's. Dashed: removed."), pictures, modelTable(target), roundedTable(target));
  showPictures(pictures, figure);
  return node;
}

function showPictures(place, figure) {
  const keys = state.chosen ?? first();
  const models = keys.slice(-MOST_PICTURES).map((key) => MODELS.get(key));
  place.replaceChildren(...models.map((model) => picture(model, () => {
    state.chosen = keys.filter((key) => key !== model.key);
    showPictures(place, figure);
  }, () => figure.querySelector(".canvas"))));
  if (keys.length > MOST_PICTURES) place.prepend(element("p", { class: "hint" }, `${MOST_PICTURES} of ${keys.length} chosen models.`));
  if (place.isConnected) drawAll();
}

function teacherText() {
  const { search } = current();
  return `Teacher ${search.teacher}: ${grouped(search.parameters)} parameters, ${search.layers} layers, hidden size ${grouped(search.hidden_size)}, at most ${search.kv_heads} KV heads and `
    + `${grouped(search.ffn_channels)} FFN channels per layer, ${grouped(search.kv_bytes_per_token)} bytes of KV cache per token.`;
}

function show() {
  const main = document.getElementById("report");
  const focused = document.activeElement?.closest?.("label")?.querySelector("span")?.textContent;
  if (!ALL.length) {
    main.replaceChildren(...[overview() ?? section("overview", "No results", "No search of this run is finished yet.")]);
    return;
  }
  const target = current();
  const left = DATA.left_out.length ? element("p", { class: "note" }, `Too large for a page, and left to puzzle4j query: ${DATA.left_out.join(", ")}.`) : null;
  main.replaceChildren(...[element("p", { class: "teacher" }, teacherText()), left, overview(), tradeOffSection(), limitSection(target), predictionSection(target), scoreSection(target),
    distillationSection(target), timeSection(target), provenanceSection(target)].filter(Boolean));
  main.prepend(navigation());
  drawAll();
  for (const label of focused ? main.querySelectorAll("label") : []) {
    if (label.querySelector("span").textContent === focused) label.querySelector("select").focus({ preventScroll: true });
  }
}

show();
