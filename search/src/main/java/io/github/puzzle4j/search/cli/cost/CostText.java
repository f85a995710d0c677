package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.scoring.cost.LayerCost;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.search.report.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * A priced model for people.
 *
 * @param everyLayer whether to list each layer, not each run of equal ones
 */
record CostText(GpuTarget target, String backend, boolean everyLayer) {

  String of(Pricing.Priced priced, Optional<Pricing.Priced> other) {
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
    return String.format(
        Locale.ROOT,
        """
        %s on %s%s (%s), %s, %d tokens in, %d out
        throughput   %,.0f output tokens/s per GPU (within %.0f %% in nine cases of ten)
        per token    %.2f ms, first token %.1f ms (low confidence)
        batch        %d requests, %d fit at most
        memory       %s GiB%s: weights %s, KV cache %s, activations %s, reserve %s\
        """,
        priced.model(),
        gpus == 1 ? "" : gpus + " x ",
        target.title(),
        backend,
        scenario.format(),
        scenario.inputTokens(),
        scenario.outputTokens(),
        cost.throughputTokensPerSecond(),
        100 * cost.p90Error(),
        1e3 * cost.timePerOutputTokenSeconds(),
        1e3 * cost.timeToFirstTokenSeconds(),
        scenario.batch(),
        cost.maxBatch(),
        CostCommand.gib(cost.memory().totalBytes()),
        gpus == 1 ? "" : " per GPU",
        CostCommand.gib(cost.memory().weightBytes()),
        CostCommand.gib(cost.memory().kvCacheBytes()),
        CostCommand.gib(cost.memory().activationBytes()),
        CostCommand.gib(cost.memory().reserveBytes()));
  }

  private static String provenance(Pricing.Priced priced) {
    Scenario scenario = priced.cost().scenario();
    int positions = priced.architecture().config().maxPositions();
    String note =
        scenario.tokensPerRequest() <= positions
            ? ""
            : "%nnote         the model was made for %d positions, fewer than %d + %d"
                .formatted(positions, scenario.inputTokens(), scenario.outputTokens());
    return "provenance   " + priced.cost().provenance() + note;
  }

  private TextTable layers(Pricing.Priced priced) {
    ModelCost cost = priced.cost();
    TextTable table =
        new TextTable(
            List.of(
                "layers", "variant", "prefill ms", "decode us", "weights MiB", "KV bytes/token"));
    int first = 0;
    while (first < cost.layers().size()) {
      int next = first + 1;
      while (!everyLayer && next < cost.layers().size() && same(priced, first, next)) {
        next++;
      }
      String name = next == first + 1 ? "" + first : first + "-" + (next - 1);
      row(table, name, priced.architecture().blocks().get(first).id(), cost.layers().get(first));
      first = next;
    }
    row(table, "outside", "", cost.fixed().layerLike());
    row(table, "total", "", cost.total());
    return table;
  }

  private static boolean same(Pricing.Priced priced, int first, int second) {
    return priced
        .architecture()
        .blocks()
        .get(first)
        .equals(priced.architecture().blocks().get(second));
  }

  private static void row(TextTable table, String layers, String variant, LayerCost cost) {
    table.add(
        List.of(
            layers,
            variant,
            String.format(Locale.ROOT, "%.3f", 1e3 * cost.prefillSeconds()),
            String.format(Locale.ROOT, "%.1f", 1e6 * cost.decodeSeconds()),
            String.format(Locale.ROOT, "%.1f", cost.weightBytes() / (double) (1 << 20)),
            String.format(Locale.ROOT, "%,d", cost.kvBytesPerToken())));
  }

  private static String comparison(Pricing.Priced priced, Pricing.Priced second) {
    ModelCost cost = priced.cost();
    ModelCost than = second.cost();
    return String.format(
        Locale.ROOT,
        "%s has %.2f times the throughput per GPU of %s, %.2f times its time per token, and %.2f"
            + " times its memory per GPU",
        priced.model(),
        CostCommand.speedUp(cost, than),
        second.model(),
        cost.timePerOutputTokenSeconds() / than.timePerOutputTokenSeconds(),
        (double) cost.memory().totalBytes() / than.memory().totalBytes());
  }
}
