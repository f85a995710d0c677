package io.github.puzzle4j.search.api;

import io.github.puzzle4j.blocklib.library.TrainingStatistics;
import io.github.puzzle4j.blocklib.train.LossCurve;
import io.github.puzzle4j.search.report.SolverText;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A variant of a layer with its training. Prints how well it imitates the teacher's layer.
 *
 * @param statistics its losses on held-out text, as normalised MSE: 0 is the teacher itself
 * @param losses of its training, before the steps; those of all variants that share its weights
 */
public record Distilled(TrainingStatistics statistics, LossCurve losses) {

  /** The losses of the training. */
  public Table table() {
    Table table = Table.of("step", "loss");
    for (int i = 0; i < losses.losses().size(); i++) {
      table = table.with(losses.step(i), losses.losses().get(i));
    }
    return table;
  }

  /** The losses of the training over its steps; several may be compared by {@link Plot#and}. */
  public Plot plot() {
    List<Double> steps =
        IntStream.range(0, losses.losses().size()).mapToObj(i -> (double) losses.step(i)).toList();
    return new Plot("Distillation loss", "step", "normalised MSE", List.of())
        .line(name(), steps, losses.losses());
  }

  private String name() {
    return "layer %d, %s %s"
        .formatted(statistics.layer(), statistics.part().id(), statistics.variant());
  }

  @Override
  public String toString() {
    return "%s: normalised MSE %s -> %s on held-out text, after %d steps"
        .formatted(
            name(),
            SolverText.number(statistics.lossBefore()),
            SolverText.number(statistics.lossAfter()),
            statistics.steps());
  }
}
