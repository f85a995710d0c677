package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.LayerCost;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.profile.MachineProfile;
import io.github.puzzle4j.scoring.profile.Observation;
import io.github.puzzle4j.scoring.profile.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** A machine that was measured, in the JSON that {@code puzzle4j profile --json} prints. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record ProfileReport(
    String target, String file, String machine, Datasheet datasheet, List<Engine> engines) {

  /**
   * One engine.
   *
   * @param p90 relative error that nine in ten pieces of work stay below, each predicted from the
   *     others
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Engine(String backend, String version, double p90, String provenance, List<Row> rows) {}

  /**
   * One piece of work.
   *
   * @param predictedSeconds what the coefficients in the file say
   * @param memoryShare bytes of weights and KV cache by the time, as a share of the bandwidth
   * @param peakShare arithmetic of the weights by the time, as a share of the peak
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Row(
      String what,
      double seconds,
      double spread,
      int repetitions,
      double predictedSeconds,
      double memoryShare,
      double peakShare) {}

  static ProfileReport of(MachineProfile profile, String file) throws IOException {
    GpuTarget target = profile.target();
    List<Engine> engines = new ArrayList<>();
    for (var entry : profile.observations().entrySet()) {
      String backend = entry.getKey();
      List<Row> rows = new ArrayList<>();
      for (Observation observation : entry.getValue()) {
        rows.add(row(profile, backend, observation));
      }
      engines.add(
          new Engine(
              backend,
              target.backend(backend).version(),
              target.backend(backend).elementwise().provenance().p90(),
              target.backend(backend).elementwise().provenance().summary(),
              rows));
    }
    return new ProfileReport(
        target.name(), file, target.title(), target.datasheet(), List.copyOf(engines));
  }

  private static Row row(MachineProfile profile, String backend, Observation observation)
      throws IOException {
    Work work = observation.work();
    GpuTarget target = profile.target();
    Datasheet machine = target.datasheet();
    LayerCost cost = work.cost(CostModel.of(work.config(), target, backend));
    boolean prompt = work.phase() == Work.Phase.PROMPT;
    double rows = prompt ? work.scenario().inputTokens() : work.scenario().batch();
    double cached =
        prompt
            ? 0
            : cost.kvBytesPerToken()
                * work.scenario().batch()
                * work.scenario().meanContextTokens();
    double seconds = observation.seconds();
    return new Row(
        observation.what(),
        seconds,
        observation.spread(),
        observation.repetitions(),
        profile.predictedSeconds(backend, observation),
        (cost.weightBytes() + cached) / seconds / machine.memoryBytesPerSecond(),
        // Two operations for each weight, which has two bytes.
        cost.weightBytes() * rows / seconds / machine.flopsPerSecond(NumberFormat.BF16));
  }
}
