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
      reserve {memory_gib.reserve:%.2f}\
      """;

  String text(Pricing.Priced priced, Optional<Pricing.Priced> other) {
    StringJoiner text = new StringJoiner("\n\n");
    text.add(total(priced) + "\n" + provenance(priced));
    text.add(layers(priced).toString());
    other.ifPresent(second -> text.add(total(second)).add(comparison(priced, second)));
    return text.toString();
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

  private static String comparison(Pricing.Priced priced, Pricing.Priced second) {
    return Template.fill(
        ratios(priced.cost(), second.cost()),
        "%s has {speed_up:%%.2f} times the throughput per GPU of %s, {tpot_ratio:%%.2f} times its"
                .formatted(priced.path(), second.path())
            + " time per token, and {memory_ratio:%.2f} times its memory per GPU");
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
