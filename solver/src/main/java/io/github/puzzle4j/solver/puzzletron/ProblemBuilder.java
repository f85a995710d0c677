package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Builds a problem from replacements, scores and costs. */
final class ProblemBuilder {

  private static final int MAX_LISTED = 3;
  private static final Set<String> PARTS = Set.of("attention", "mla", "mamba", "ffn", "moe");

  private final Path run;
  private final List<Replacement> scored;
  private final Map<Integer, Replacement> teachers;
  private final Statistics statistics;
  private final Map<String, String> distinction;

  ProblemBuilder(
      Path run,
      List<Replacement> scored,
      Map<Integer, Replacement> teachers,
      Statistics statistics,
      Map<String, String> distinction) {
    this.run = run;
    this.scored = scored;
    this.teachers = teachers;
    this.statistics = statistics;
    this.distinction = distinction;
  }

  PuzzletronProblem build(
      String metric,
      Sense sense,
      Map<String, Limit> given,
      Optional<EarlierResult> earlier,
      List<String> notes)
      throws InvalidProblemException {
    requireOneGeneration();
    List<PuzzletronProblem.Choice> choices = choices(metric, notes);
    int layers = layers();
    requireCandidates(layers, choices, metric, notes);
    Map<String, Limit> limits = new Targets(statistics).resolve(given);
    Set<String> names = costNames(choices, limits.keySet());
    Map<String, PuzzletronProblem.Choice> byId = new LinkedHashMap<>();
    List<Candidate> candidates = new ArrayList<>();
    try {
      for (PuzzletronProblem.Choice choice : choices) {
        Replacement replacement = choice.replacement();
        candidates.add(
            new Candidate(
                replacement.id(), replacement.layers(), choice.score(), modelCosts(choice, names)));
        byId.put(replacement.id(), choice);
      }
      return new PuzzletronProblem(
          run,
          SelectionProblem.of(layers, sense, candidates, limits),
          metric,
          byId,
          statistics,
          new PuzzletronProblem.Origin(given, distinction, earlier, List.copyOf(notes)));
    } catch (IllegalArgumentException e) {
      throw new InvalidProblemException(
          run + ": " + String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?"), e);
    }
  }

  private void requireOneGeneration() throws InvalidProblemException {
    Replacement first = scored.getFirst();
    for (Replacement other : all().toList()) {
      if (other.block().generation() != first.block().generation()) {
        throw other
            .block()
            .config()
            .wrong("is a block of another generation of Puzzletron than that of " + first.source());
      }
    }
  }

  private Stream<Replacement> all() {
    return Stream.concat(scored.stream(), teachers.values().stream());
  }

  /** Replacements with a finite score; a note is added for the others. */
  private List<PuzzletronProblem.Choice> choices(String metric, List<String> notes)
      throws InvalidProblemException {
    BlockCosts costs = new BlockCosts(statistics);
    List<PuzzletronProblem.Choice> choices = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (Replacement replacement : all().toList()) {
      double score = score(replacement, metric);
      if (Double.isFinite(score)) {
        choices.add(new PuzzletronProblem.Choice(replacement, score, costs.of(replacement)));
      } else {
        leftOut.add(replacement.id());
      }
    }
    if (!leftOut.isEmpty()) {
      notes.add(
          "left out: %d of %d candidates, as their '%s' is NaN or infinite: %s%s"
              .formatted(
                  leftOut.size(),
                  leftOut.size() + choices.size(),
                  metric,
                  leftOut.stream().limit(MAX_LISTED).collect(Collectors.joining(", ")),
                  leftOut.size() > MAX_LISTED ? ", ..." : ""));
    }
    return choices;
  }

  private double score(Replacement replacement, String metric) throws InvalidProblemException {
    OptionalDouble measured = Metrics.find(replacement.metrics(), metric);
    if (measured.isPresent()) {
      return measured.getAsDouble();
    }
    Path folder = run.resolve(ScoreFiles.FOLDER);
    if (!replacement.teacher()) {
      throw new InvalidProblemException(
          "%s: has no measure '%s'; there are %s"
              .formatted(
                  folder.resolve(replacement.source() + ".json"),
                  metric,
                  String.join(", ", new TreeMap<>(replacement.metrics()).keySet())));
    }
    OptionalDouble own = Metrics.ofTeacher(metric);
    if (own.isEmpty()) {
      throw new InvalidProblemException(
          "%s: tells no '%s' of the teacher, which its own blocks are scored with; choose another measure"
              .formatted(folder.resolve("teacher.json"), metric));
    }
    return own.getAsDouble();
  }

  private int layers() {
    return all().mapToInt(replacement -> replacement.layers().getLast()).max().orElse(0) + 1;
  }

  private void requireCandidates(
      int layers, List<PuzzletronProblem.Choice> left, String metric, List<String> notes)
      throws InvalidProblemException {
    List<Integer> unknownTeachers = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      int wanted = layer;
      if (left.stream().noneMatch(one -> one.replacement().layers().contains(wanted))) {
        long before = all().filter(one -> one.layers().contains(wanted)).count();
        throw new InvalidProblemException(
            "%s: layer %d of 0 to %d has no candidate: %s"
                .formatted(
                    run,
                    layer,
                    layers - 1,
                    before == 0
                        ? "no replacement of it is scored, and its teacher's block is not known"
                        : "all %d have a '%s' that is NaN or infinite".formatted(before, metric)));
      }
      if (!teachers.containsKey(layer)) {
        unknownTeachers.add(layer);
      }
    }
    if (!unknownTeachers.isEmpty()) {
      notes.add(
          "the teacher's own block is not known, so no candidate, in layers " + unknownTeachers);
    }
  }

  /** The limited costs, and all others that every candidate has, except parts of a block. */
  private Set<String> costNames(List<PuzzletronProblem.Choice> choices, Set<String> limited)
      throws InvalidProblemException {
    Set<String> common = new LinkedHashSet<>(choices.getFirst().costs().keySet());
    choices.forEach(choice -> common.retainAll(choice.costs().keySet()));
    common.removeAll(statistics.unmeasured());
    for (String name : limited) {
      String plain = name.substring(Targets.PREFIX.length());
      if (!common.contains(plain)) {
        throw unknownCost(plain, choices, common);
      }
    }
    Set<String> names = new LinkedHashSet<>(common);
    names.removeIf(name ->
        PARTS.stream().anyMatch(part -> name.startsWith(part + "_"))
            && !limited.contains(Targets.PREFIX + name));
    return names;
  }

  private InvalidProblemException unknownCost(
      String name, List<PuzzletronProblem.Choice> choices, Set<String> common) {
    Value args = statistics.args();
    if (statistics.unmeasured().contains(name)) {
      return args.wrong(
          "limit %s%s: this entry's non_block.%s was not measured (null or NaN)"
              .formatted(Targets.PREFIX, name, name));
    }
    Optional<PuzzletronProblem.Choice> without =
        choices.stream().filter(choice -> !choice.costs().containsKey(name)).findFirst();
    if (without.isPresent()
        && choices.stream().anyMatch(choice -> choice.costs().containsKey(name))) {
      return args.wrong(
          "limit %s%s: this entry's %s of a block of layer %d was not measured (null or NaN)"
              .formatted(Targets.PREFIX, name, name, without.get().replacement().firstLayer()));
    }
    return args.wrong(
        "limit %s%s: no such cost was measured; there are %s"
            .formatted(Targets.PREFIX, name, String.join(", ", common)));
  }

  /**
   * Contribution of a choice to the costs of the model. Costs outside the layers are added to the
   * candidates of layer 0, since exactly one choice covers it; sums and limits are therefore those
   * of the whole model.
   */
  private Map<String, Double> modelCosts(PuzzletronProblem.Choice choice, Set<String> names) {
    Map<String, Double> costs = new LinkedHashMap<>();
    for (String name : names) {
      BigDecimal cost = BigDecimal.valueOf(choice.costs().getOrDefault(name, 0.0));
      if (choice.replacement().firstLayer() == 0) {
        cost = cost.add(BigDecimal.valueOf(statistics.nonBlock().getOrDefault(name, 0.0)));
      }
      costs.put(Targets.PREFIX + name, cost.doubleValue());
    }
    return costs;
  }
}
