package io.github.puzzle4j.search.cli;

import io.github.puzzle4j.scoring.cost.BackendProfile;
import io.github.puzzle4j.scoring.cost.Datasheet;
import io.github.puzzle4j.scoring.cost.GpuTarget;
import io.github.puzzle4j.scoring.cost.Precision;
import io.github.puzzle4j.scoring.cost.Provenance;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** The GPUs that can be priced, in the JSON that {@code puzzle4j targets --json} prints. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record TargetsReport(List<Target> targets) {

  /** One GPU. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Target(
      String name,
      String title,
      String architecture,
      Datasheet datasheet,
      List<Backend> backends) {}

  /** One serving engine on it. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Backend(
      String name,
      String version,
      int maxBatchedTokens,
      int maxSequences,
      List<OperationError> operations) {}

  /**
   * How good the prediction of one kind of work is.
   *
   * @param precision of the numbers, or {@code any}
   * @param p90 relative error that nine predictions in ten stay below
   */
  record OperationError(String operation, String precision, double p90, String provenance) {}

  static TargetsReport of(List<GpuTarget> targets) {
    return new TargetsReport(targets.stream().map(TargetsReport::target).toList());
  }

  private static Target target(GpuTarget target) {
    List<Backend> backends = new ArrayList<>();
    target.backends().forEach((name, profile) -> backends.add(backend(name, profile)));
    return new Target(
        target.name(), target.title(), target.architecture(), target.datasheet(), backends);
  }

  private static Backend backend(String name, BackendProfile profile) {
    List<OperationError> errors = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      if (profile.supports(precision)) {
        String id = precision.id();
        errors.add(error("gemm", id, profile.gemm(precision).provenance()));
        errors.add(error("decode_attention", id, profile.decodeAttention(precision).provenance()));
        errors.add(
            error("prefill_attention", id, profile.prefillAttention(precision).provenance()));
      }
    }
    errors.add(error("elementwise", "any", profile.elementwise().provenance()));
    errors.add(error("engine", "any", profile.engine().provenance()));
    return new Backend(
        name, profile.version(), profile.maxBatchedTokens(), profile.maxSequences(), errors);
  }

  private static OperationError error(String operation, String precision, Provenance provenance) {
    return new OperationError(operation, precision, provenance.p90(), provenance.summary());
  }
}
