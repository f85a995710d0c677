package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
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
    profile.gemm().forEach((type, it) -> errors.add(error("gemm", type.id(), it.provenance())));
    profile
        .decodeAttention()
        .forEach((kernel, it) ->
            errors.add(error("decode_attention", kernel.toString(), it.provenance())));
    profile
        .prefillAttention()
        .forEach((kernel, it) ->
            errors.add(error("prefill_attention", kernel.toString(), it.provenance())));
    profile
        .allReduce()
        .forEach((gpus, it) -> errors.add(error("all_reduce", gpus + " GPUs", it.provenance())));
    profile
        .experts()
        .forEach((type, it) -> errors.add(error("experts", type.id(), it.provenance())));
    errors.add(error("elementwise", "any", profile.elementwise().provenance()));
    errors.add(error("engine", "any", profile.engine().provenance()));
    return new Backend(
        name, profile.version(), profile.maxBatchedTokens(), profile.maxSequences(), errors);
  }

  private static OperationError error(String operation, String precision, Provenance provenance) {
    return new OperationError(operation, precision, provenance.p90(), provenance.summary());
  }
}
