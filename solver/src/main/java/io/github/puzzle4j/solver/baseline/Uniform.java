package io.github.puzzle4j.solver.baseline;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The same variant in every layer. */
public final class Uniform {

  private Uniform() {}

  /**
   * The best selection that uses one variant in all layers and keeps all limits; empty if there is
   * none. Only candidates for single layers are used; a variant must have exactly one in every
   * layer.
   *
   * @param variant maps a candidate to the name of its variant
   */
  public static Optional<Selection> select(
      SelectionProblem problem, Function<Candidate, String> variant) {
    Map<String, List<Candidate>> byVariant = new LinkedHashMap<>();
    for (Candidate candidate : problem.available()) {
      if (candidate.layers().size() == 1) {
        byVariant
            .computeIfAbsent(variant.apply(candidate), name -> new ArrayList<>())
            .add(candidate);
      }
    }
    Comparator<Selection> order = Comparator.comparingDouble(Selection::objective);
    return byVariant.values().stream()
        .flatMap(same -> throughout(problem, same))
        .min(problem.sense() == Sense.MIN ? order : order.reversed());
  }

  private static Stream<Selection> throughout(SelectionProblem problem, List<Candidate> same) {
    long layers = same.stream().map(Candidate::firstLayer).distinct().count();
    return same.size() == problem.layers() && layers == problem.layers()
        ? SingleLayers.admissible(problem, same).stream()
        : Stream.empty();
  }
}
