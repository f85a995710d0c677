package io.github.puzzle4j.search.rounds;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.scoring.quality.ChildLoss;
import io.github.puzzle4j.scoring.quality.ChildScore;
import io.github.puzzle4j.scoring.quality.Effort;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.baseline.Evolution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The rival of scores and rounds: an evolutionary search over whole children that are measured, as
 * in EvoPress (arXiv 2410.14649). It knows no scores, begins with a random child within the budget,
 * and ends when it has done as much work as it is granted.
 */
public final class EvolutionSearch {

  /** Enough that only the effort ends a search. */
  private static final int MOST_GENERATIONS = 100_000;

  private final ChildProblem space;
  private final List<Stage> stages;
  private final Effort granted;
  private final Evolution.Settings settings;

  /**
   * A text on which the offspring of a generation are compared.
   *
   * @param meter measures children on it
   * @param loss what is minimised on it, see {@link ChildMeter#loss}
   * @param tokens of the text
   * @param survivors of the children that are measured on it; of the last stage one survives
   */
  public record Stage(ChildMeter meter, ChildLoss loss, long tokens, int survivors) {}

  /**
   * What was found.
   *
   * @param best the last parent
   * @param generations that it took
   * @param children that were measured, on one text at least
   * @param effort of measuring them
   */
  public record Evolved(Child best, int generations, int children, Effort effort) {}

  /**
   * A search.
   *
   * @param offspring of each generation
   * @param stages by rising effort, at least one
   * @param granted no further generation begins when as many tokens went through a layer
   */
  public EvolutionSearch(
      ChildProblem space, int offspring, List<Stage> stages, Effort granted, long seed) {
    this.space = space;
    this.stages = List.copyOf(stages);
    this.granted = granted;
    this.settings =
        new Evolution.Settings(
            offspring,
            stages.subList(0, stages.size() - 1).stream().map(Stage::survivors).toList(),
            MOST_GENERATIONS,
            seed);
  }

  /**
   * Searches; empty if no child is within the limits.
   *
   * @param listener told the effort so far before each generation
   * @throws IOException from a meter
   */
  public Optional<Evolved> run(Consumer<Effort> listener) throws IOException {
    Measured measured = new Measured(listener);
    try {
      return Evolution.search(space.problem(), settings, measured)
          .map(result ->
              new Evolved(
                  space.child(result.best()),
                  result.history().size(),
                  measured.known(),
                  measured.effort));
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    }
  }

  /** Losses of children on the text of a stage; each child is measured once on it. */
  private final class Measured implements Evolution.Fitness {

    /** So many generations without new children in a row: all within reach are known. */
    private static final int PATIENCE = 20;

    private final List<Map<Child, Double>> known =
        stages.stream().map(_ -> (Map<Child, Double>) new HashMap<Child, Double>()).toList();
    private final Consumer<Effort> listener;
    private Effort effort = Effort.NONE;
    private long before = -1;
    private int idle;

    Measured(Consumer<Effort> listener) {
      this.listener = listener;
    }

    @Override
    public List<Double> of(List<Selection> selections, int stage) {
      List<Child> children = selections.stream().map(space::child).toList();
      Map<Child, Double> values = known.get(stage);
      Stage text = stages.get(stage);
      List<Child> missing =
          children.stream().filter(child -> !values.containsKey(child)).distinct().toList();
      try {
        for (ChildScore score : text.meter().measure(missing)) {
          values.put(score.child(), text.loss().of(score).mean());
          effort = effort.plus(Effort.of(score.child(), text.tokens()));
        }
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      return children.stream().map(child -> Objects.requireNonNull(values.get(child))).toList();
    }

    @Override
    public boolean goesOn(int generation) {
      listener.accept(effort);
      idle = effort.layerTokens() == before ? idle + 1 : 0;
      before = effort.layerTokens();
      return idle < PATIENCE && effort.layerTokens() < granted.layerTokens();
    }

    int known() {
      Set<Child> all = new HashSet<>();
      known.forEach(values -> all.addAll(values.keySet()));
      return all.size();
    }
  }
}
