package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.cost.CostReport;
import io.github.puzzle4j.scoring.cost.LayerCost;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.ServingFormat;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.report.TextTable;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A priced model as JSON and as text.
 *
 * @param everyLayer whether to list each layer instead of runs of equal ones
 */
record CostAnswer(GpuTarget target, String backend, boolean everyLayer) {

  private static final String TEXT =
      """
      throughput   {throughput_tokens_per_second_per_gpu:%,.0f} output tokens/s per GPU \
      (within {p90_error*100:%.0f} % in nine cases of ten)
      per token    {tpot_ms:%.2f} ms, first token {ttft_ms:%.1f} ms (low confidence)
      batch        {batch} requests, {max_batch} fit at most
      memory       {memory_gib.total:%.2f} GiB{each}: weights {memory_gib.weights:%.2f}, \
      KV cache {memory_gib.kv_cache:%.2f}, activations {memory_gib.activations:%.2f}, \
      reserve {memory_gib.reserve:%.2f}
      model        {parameters:%,d} parameters, {attention_layers} layers with attention; \
      {weight_bytes:%,d} bytes of weights and {kv_bytes_per_token:%,d} of KV cache per token{each}\
      """;

  String text(Pricing.Priced priced, Optional<Pricing.Priced> other) {
    StringJoiner text = new StringJoiner("\n\n");
    text.add(total(priced));
    if (!priced.batches().isEmpty()) {
      text.add(batches(priced).toString());
    }
    other.ifPresent(old -> text.add(total(old)).add(comparison(priced, old)));
    text.add(layers(priced).toString());
    return text.add(provenance(priced)).toString();
  }

  private String total(Pricing.Priced priced) {
    ModelCost cost = priced.cost();
    Scenario scenario = cost.scenario();
    int gpus = scenario.tensorParallel();
    String what =
        "%s on %s%s (%s), %s%s, %d tokens in, %d out\n"
            .formatted(
                priced.path(),
                gpus == 1 ? "" : gpus + " x ",
                target.title(),
                backend,
                scenario.format(),
                priced.sourceOfFormat(),
                scenario.inputTokens(),
                scenario.outputTokens());
    return what + Template.fill(report(cost).put("each", gpus == 1 ? "" : " per GPU"), TEXT);
  }

  private static TextTable batches(Pricing.Priced priced) {
    TextTable table =
        new TextTable("batch|tokens/s per GPU|ms per token|first token ms|memory GiB|fits");
    for (ModelCost cost : priced.batches()) {
      CostReport report = CostReport.of(cost);
      table.row(
          "" + report.batch(),
          String.format(Locale.ROOT, "%,.0f", report.throughputTokensPerSecondPerGpu()),
          String.format(Locale.ROOT, "%.2f", report.tpotMs()),
          String.format(Locale.ROOT, "%.1f", report.ttftMs()),
          String.format(Locale.ROOT, "%.2f", report.memoryGib().total()),
          cost.fits() ? "yes" : "no");
    }
    return table;
  }

  private static String provenance(Pricing.Priced priced) {
    Scenario scenario = priced.cost().scenario();
    int positions = priced.model().common().maxPositions();
    String note =
        scenario.tokensPerRequest() <= positions
            ? ""
            : "%nnote         the model supports %d positions, fewer than %d + %d"
                .formatted(positions, scenario.inputTokens(), scenario.outputTokens());
    return "provenance   " + priced.cost().provenance() + note;
  }

  private TextTable layers(Pricing.Priced priced) {
    ModelCost cost = priced.cost();
    TextTable table =
        new TextTable("layers|variant|prefill ms|decode us|weights MiB|KV bytes/token");
    int first = 0;
    while (first < cost.layers().size()) {
      int next = first + 1;
      while (!everyLayer && next < cost.layers().size() && same(priced, first, next)) {
        next++;
      }
      String name = next == first + 1 ? "" + first : first + "-" + (next - 1);
      row(table, name, priced.model().layers().get(first).id(), cost.layers().get(first));
      first = next;
    }
    row(table, "outside", "", cost.fixed().layerLike());
    row(table, "total", "", cost.total());
    return table;
  }

  private static boolean same(Pricing.Priced priced, int first, int second) {
    return priced.model().layers().get(first).equals(priced.model().layers().get(second));
  }

  private static void row(TextTable table, String layers, String variant, LayerCost cost) {
    table.row(
        layers,
        variant,
        String.format(Locale.ROOT, "%.3f", 1e3 * cost.prefillSeconds()),
        String.format(Locale.ROOT, "%.1f", 1e6 * cost.decodeSeconds()),
        String.format(Locale.ROOT, "%.1f", cost.weightBytes() / (double) (1 << 20)),
        String.format(Locale.ROOT, "%,d", cost.kvBytesPerToken()));
  }

  /** Each figure of both models, and the new one's relative to the old one's. */
  private static String comparison(Pricing.Priced now, Pricing.Priced old) {
    TextTable table = new TextTable("|old|new|new / old");
    CostReport before = CostReport.of(old.cost());
    CostReport after = CostReport.of(now.cost());
    compare(
        table,
        "tokens/s per GPU",
        "%,.0f",
        before.throughputTokensPerSecondPerGpu(),
        after.throughputTokensPerSecondPerGpu());
    compare(table, "ms per output token", "%.2f", before.tpotMs(), after.tpotMs());
    compare(table, "ms to the first token", "%.1f", before.ttftMs(), after.ttftMs());
    compare(table, "memory GiB", "%.2f", before.memoryGib().total(), after.memoryGib().total());
    compare(
        table, "parameters", "%,.0f", (double) before.parameters(), (double) after.parameters());
    compare(
        table,
        "weight bytes",
        "%,.0f",
        (double) before.weightBytes(),
        (double) after.weightBytes());
    compare(
        table,
        "KV bytes/token",
        "%,.0f",
        (double) before.kvBytesPerToken(),
        (double) after.kvBytesPerToken());
    compare(
        table,
        "layers with attention",
        "%,.0f",
        (double) before.attentionLayers(),
        (double) after.attentionLayers());
    return "new: %s%nold: %s%n%s".formatted(now.path(), old.path(), table);
  }

  private static void compare(
      TextTable table, String name, String format, double before, double after) {
    table.row(
        name,
        String.format(Locale.ROOT, format, before),
        String.format(Locale.ROOT, format, after),
        before == 0 ? "-" : String.format(Locale.ROOT, "%.2fx", after / before));
  }

  /** The report of the model, of its layers (bytes of one GPU), and of at most one second model. */
  static ObjectNode json(Pricing.Priced priced, Optional<Pricing.Priced> other) {
    ModelCost cost = priced.cost();
    ObjectNode json = report(cost);
    ArrayNode layers = json.putArray("layers");
    for (LayerCost layer : cost.layers()) {
      layers
          .addObject()
          .put("layer", layers.size() - 1)
          .put("variant", priced.model().layers().get(layers.size() - 1).id())
          .put("prefill_ms", 1e3 * layer.prefillSeconds())
          .put("decode_ms", 1e3 * layer.decodeSeconds())
          .put("weight_bytes", layer.weightBytes())
          .put("kv_bytes_per_token", layer.kvBytesPerToken());
    }
    if (!priced.batches().isEmpty()) {
      ArrayNode batches = json.putArray("batches");
      priced.batches().forEach(one -> batches.add(report(one).put("fits", one.fits())));
    }
    other.ifPresent(second ->
        json.putArray("compare").add(report(second.cost()).setAll(ratios(cost, second.cost()))));
    return json;
  }

  private static ObjectNode report(ModelCost cost) {
    ObjectNode report = Json.mapper().valueToTree(CostReport.of(cost));
    ServingFormat format = cost.scenario().format();
    return report
        .put("tensor_parallel", cost.scenario().tensorParallel())
        .put("weights", format.weights().id())
        .put("kv_cache", format.cache().id());
  }

  /** The first model's throughput per GPU, time per output token and memory over the second's. */
  private static ObjectNode ratios(ModelCost cost, ModelCost than) {
    return Json.mapper()
        .createObjectNode()
        .put("speed_up", cost.throughputTokensPerSecond() / than.throughputTokensPerSecond())
        .put("tpot_ratio", cost.timePerOutputTokenSeconds() / than.timePerOutputTokenSeconds())
        .put("memory_ratio", (double) cost.memory().totalBytes() / than.memory().totalBytes());
  }
}
