package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.estimate.PlanEstimate;
import io.github.puzzle4j.search.progress.DurationText;
import io.github.puzzle4j.search.progress.StageTime;
import io.github.puzzle4j.search.run.MemoryBounds;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** What a plan will take: as comments, so that the output remains a plan, and as JSON. */
final class PlanText {

  private static final double GIB = 1L << 30;

  private PlanText() {}

  static String memory(MemoryBounds memory) {
    return String.format(
        Locale.ROOT,
        """
        # At most in memory, in float32 on a processor, without pages of mapped files:
        # distill  %6.2f GiB
        # score    %6.2f GiB
        # measure  %6.2f GiB
        # repair   %6.2f GiB\
        """,
        memory.distill() / GIB,
        memory.score() / GIB,
        memory.measure() / GIB,
        memory.repair() / GIB);
  }

  static String estimate(PlanEstimate estimate) {
    StringBuilder text = new StringBuilder();
    text.append(
        "\n# About %s on this machine if the store is empty, from %s of measured work:\n"
            .formatted(DurationText.of(estimate.total()), DurationText.of(estimate.measuring())));
    for (StageTime stage : estimate.stages()) {
      text.append(
          String.format(
              Locale.ROOT, "#   %-8s %s%n", stage.stage(), DurationText.of(stage.duration())));
    }
    PlanEstimate.Disk disk = estimate.disk();
    text.append(
        String.format(
            Locale.ROOT,
            "# On disk: %.2f GiB (library %.2f, activations %.2f, children and exports %.2f)",
            disk.total() / GIB,
            disk.library() / GIB,
            disk.activations() / GIB,
            disk.children() / GIB));
    return text.toString();
  }

  static ObjectNode json(PlanEstimate estimate, MemoryBounds memory) {
    ObjectNode json = Json.mapper().createObjectNode();
    ObjectNode seconds = json.putObject("seconds");
    estimate
        .stages()
        .forEach(stage -> seconds.put(stage.stage(), stage.duration().toMillis() / 1e3));
    json.put("total_seconds", estimate.total().toMillis() / 1e3);
    json.putObject("memory_bytes")
        .put("distill", memory.distill())
        .put("score", memory.score())
        .put("measure", memory.measure())
        .put("repair", memory.repair());
    json.putObject("disk_bytes")
        .put("library", estimate.disk().library())
        .put("activations", estimate.disk().activations())
        .put("children", estimate.disk().children());
    return json;
  }
}
