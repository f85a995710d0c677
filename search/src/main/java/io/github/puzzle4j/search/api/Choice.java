package io.github.puzzle4j.search.api;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.search.plan.Baseline;
import io.github.puzzle4j.search.run.Search;
import io.github.puzzle4j.search.run.TargetChoice;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** The child that was chosen for a target. Prints its predicted costs and its layers. */
public final class Choice {

  private final Search search;
  private final TargetChoice.Chosen chosen;

  Choice(Search search, TargetChoice.Chosen chosen) {
    this.search = search;
    this.chosen = chosen;
  }

  /** The target's name within the run. */
  public String target() {
    return chosen.name();
  }

  /** What it was chosen from. */
  public Problem problem() {
    return new Problem(chosen.name(), chosen.problem());
  }

  /** What replaces the teacher's layers. */
  public Table layers() {
    Table table = Table.of("layers", "variant");
    for (Replacement one : chosen.child().replacements()) {
      table = table.with(one.span().toString(), one.variant());
    }
    return table;
  }

  /** Predicted costs of the teacher, of the child and of simpler choices at the same budget. */
  public Table costs() {
    Table table =
        Table.of("model", "tokens_per_second_per_gpu", "ms_per_token", "memory_bytes", "batch");
    table = with(table, "teacher", chosen.teacher());
    table = with(table, "child", chosen.cost(chosen.child()));
    for (Map.Entry<Baseline, Child> baseline : chosen.baselines().entrySet()) {
      String name = baseline.getKey().name().toLowerCase(Locale.ROOT);
      table = with(table, name, chosen.cost(baseline.getValue()));
    }
    return table;
  }

  private static Table with(Table table, String model, ModelCost cost) {
    return table.with(
        model,
        cost.throughputTokensPerSecond(),
        1e3 * cost.timePerOutputTokenSeconds(),
        cost.memory().totalBytes(),
        cost.scenario().batch());
  }

  /** The child with weights from the library. */
  public ChildOfSession assembled() throws IOException {
    return new ChildOfSession(search, chosen.name(), search.children().assemble(chosen.child()));
  }

  /** The best finalist after its blocks were distilled anew, as far as the plan asks for that. */
  public ChildOfSession adapted() throws IOException {
    return new ChildOfSession(search, chosen.name(), search.children().adapt(chosen));
  }

  @Override
  public String toString() {
    return "%s: %s%n%n%s%n%n%s"
        .formatted(chosen.name(), chosen.solved().explanation(), costs(), layers());
  }
}
