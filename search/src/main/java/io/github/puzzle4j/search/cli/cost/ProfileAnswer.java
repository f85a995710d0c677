package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.LayerCost;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.profile.MachineProfile;
import io.github.puzzle4j.scoring.profile.Observation;
import io.github.puzzle4j.scoring.profile.Work;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.Template;
import java.io.IOException;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The answer of {@code puzzle4j profile}: a measured machine. */
final class ProfileAnswer {

  private static final String MACHINE =
      """
      {machine}
      reads {datasheet.memory_bytes_per_second/1e9:%.1f} GB/s, \
      multiplies {datasheet.peak_flops_per_second.bf16/1e9:%.0f} GFLOP/s, \
      {datasheet.memory_bytes/1073741824:%.1f} GiB of memory, \
      {datasheet.l2_bytes/1048576:%.0f} MiB of cache\
      """;

  private final MachineProfile profile;
  private final GpuTarget target;

  private ProfileAnswer(MachineProfile profile) {
    this.profile = profile;
    this.target = profile.target();
  }

  static Answer of(MachineProfile profile, String file) throws IOException {
    ObjectNode json = new ProfileAnswer(profile).json(file);
    return Answer.success(json, text(json));
  }

  private ObjectNode json(String file) throws IOException {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("target", target.name())
        .put("file", file)
        .put("machine", target.title())
        .set("datasheet", Json.mapper().valueToTree(target.datasheet()));
    ArrayNode engines = json.putArray("engines");
    for (var entry : profile.observations().entrySet()) {
      String backend = entry.getKey();
      // The error is of pieces of work, each predicted from the others.
      Provenance provenance = target.backend(backend).elementwise().provenance();
      ArrayNode rows =
          engines
              .addObject()
              .put("backend", backend)
              .put("version", target.backend(backend).version())
              .put("p90", provenance.p90())
              .put("provenance", provenance.summary())
              .putArray("rows");
      for (Observation observation : entry.getValue()) {
        rows.add(row(backend, observation));
      }
    }
    return json;
  }

  /**
   * One piece of work: bytes of weights and KV cache per second as a share of the bandwidth,
   * operations per second as a share of the peak.
   */
  private ObjectNode row(String backend, Observation observation) throws IOException {
    Work work = observation.work();
    Datasheet machine = target.datasheet();
    LayerCost cost = work.cost(CostModel.of(work.model(), target, backend));
    boolean prompt = work.phase() == Work.Phase.PROMPT;
    double rows = prompt ? work.scenario().inputTokens() : work.scenario().batch();
    double cached =
        prompt
            ? 0
            : cost.kvBytesPerToken()
                * work.scenario().batch()
                * work.scenario().meanContextTokens();
    double bytes = cost.weightBytes() + cached;
    // Two operations for each weight, which has two bytes.
    double operations = cost.weightBytes() * rows;
    double seconds = observation.seconds();
    return Json.mapper()
        .createObjectNode()
        .put("what", observation.what())
        .put("seconds", seconds)
        .put("spread", observation.spread())
        .put("repetitions", observation.repetitions())
        .put("predicted_seconds", profile.predictedSeconds(backend, observation))
        .put("memory_share", bytes / seconds / machine.memoryBytesPerSecond())
        .put("peak_share", operations / seconds / machine.flopsPerSecond(NumberFormat.BF16));
  }

  private static String text(ObjectNode json) {
    StringJoiner parts = new StringJoiner("\n\n");
    parts.add(Template.fill(json, MACHINE));
    String last = "";
    for (JsonNode engine : json.get("engines")) {
      parts.add(
          Template.table(
              engine.get("rows"),
              Template.fill(engine, "{backend}, {version}") + "={what}",
              "ms={seconds*1e3:%.3f}",
              "spread={spread*100:%.0f} %",
              "fitted ms={predicted_seconds*1e3:%.3f}",
              "of bandwidth={memory_share*100:%.0f} %",
              "of peak={peak_share*100:%.0f} %"));
      parts.add(Template.fill(engine, "{provenance}"));
      last = engine.get("backend").stringValue();
    }
    return parts
        .add(
            Template.fill(
                json.deepCopy().put("backend", last),
                "written to {file}; use it as '--target {file} --backend {backend}', or as 'gpu:"
                    + " {file}' in a plan"))
        .toString();
  }
}
