package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.Sense;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The folder of a run of NVIDIA's Puzzletron (Model-Optimizer), of either format generation, after
 * its scoring stage. Input files are {@code subblock_stats.json}, {@code
 * single_sequence_replacement_solutions--validation}, {@code
 * single_sequence_replacement_solutions.json} and {@code replacement_library.json}; paths inside
 * these files are not followed.
 */
public final class PuzzletronRun {

  private static final String STATISTICS = "subblock_stats.json";

  private final Path folder;
  private final int planned;
  private final List<Replacement> scored;
  private final Map<Integer, Replacement> teachers;
  private final StatisticsFile statistics;

  private PuzzletronRun(
      Path folder,
      int planned,
      List<Replacement> scored,
      Map<Integer, Replacement> teachers,
      StatisticsFile statistics) {
    this.folder = folder;
    this.planned = planned;
    this.scored = scored;
    this.teachers = teachers;
    this.statistics = statistics;
  }

  /**
   * Reads a run.
   *
   * @throws InvalidProblemException if a file is missing, malformed or unsupported; one line with
   *     location and reason
   * @throws IOException if a file cannot be read
   */
  public static PuzzletronRun read(Path folder) throws IOException {
    TeacherBlocks teacher = new TeacherBlocks();
    List<Value> planned = PlannedSolutions.read(folder, teacher);
    ScoreFiles scores = ScoreFiles.read(folder, planned, teacher);
    teacher.addUnscored(folder, scores.replacements());
    return new PuzzletronRun(
        folder,
        planned.size(),
        scores.replacements(),
        teacher.replacements(scores.teacherMetrics()),
        StatisticsFile.of(Value.read(folder.resolve(STATISTICS))));
  }

  /**
   * Builds a problem from the run.
   *
   * @throws InvalidProblemException if the run lacks what the settings refer to, or a layer has no
   *     candidate; one line with the alternatives
   * @throws IOException if an earlier result cannot be read
   */
  public PuzzletronProblem problem(PuzzletronSettings question) throws IOException {
    List<String> notes = new ArrayList<>();
    boolean asBefore = question.limits().isEmpty();
    Optional<EarlierResult> earlier =
        asBefore || question.like().isPresent()
            ? EarlierResults.find(folder, question.like())
            : Optional.empty();
    Map<String, Limit> limits =
        asBefore ? earlier.map(EarlierResult::limits).orElse(Map.of()) : question.limits();
    if (limits.isEmpty()) {
      notes.add("no limit is given: the choice is the best by its score alone");
    }
    String metric = metric(question, earlier, notes);
    Optional<EarlierResult> sameMetric = earlier.filter(one -> one.metric().equals(metric));
    Sense sense =
        question
            .sense()
            .or(() -> sameMetric.map(EarlierResult::sense))
            .orElse(Metrics.sense(metric));
    Statistics chosen = statistics.choose(statsArgs(question, earlier));
    if (planned > scored.size()) {
      notes.add(
          "%d of %d replacements have no score and are left out"
              .formatted(planned - scored.size(), planned));
    }
    boolean sameQuestion = asBefore && question.statsArgs().isEmpty();
    return new ProblemBuilder(folder, scored, teachers, chosen, statistics.distinction(chosen))
        .build(
            metric,
            sense,
            limits,
            sameMetric.filter(one -> sameQuestion && one.sense() == sense),
            notes);
  }

  private static Map<String, String> statsArgs(
      PuzzletronSettings question, Optional<EarlierResult> earlier) {
    return question.statsArgs().isEmpty()
        ? earlier.map(EarlierResult::statsArgs).orElse(Map.of())
        : question.statsArgs();
  }

  private String metric(
      PuzzletronSettings question, Optional<EarlierResult> earlier, List<String> notes) {
    Optional<String> wanted =
        question.metric().map(Metrics::plain).or(() -> earlier.map(EarlierResult::metric));
    if (wanted.isPresent()) {
      return wanted.get();
    }
    Map<String, Double> measured = scored.getFirst().metrics();
    String used =
        Metrics.DEFAULTS.stream()
            .filter(measured::containsKey)
            .findFirst()
            .orElse(Metrics.DEFAULTS.getFirst());
    if (!used.equals(Metrics.DEFAULTS.getFirst())) {
      notes.add(
          "the run has no '%s': '%s' is minimised".formatted(Metrics.DEFAULTS.getFirst(), used));
    }
    return used;
  }
}
