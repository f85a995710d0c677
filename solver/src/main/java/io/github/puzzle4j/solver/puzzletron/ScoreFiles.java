package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The folder that the scoring stage fills: one file per replacement, and one for the teacher. */
final class ScoreFiles {

  static final String FOLDER = "single_sequence_replacement_solutions--validation";

  private static final String SUBBLOCK_FOLDER = "single_subblock_replacement_solutions--validation";
  private static final String TEACHER = "teacher.json";
  private static final int NUMBER_DIGITS = 12;

  private final List<Replacement> replacements;
  private final List<Value> solutions;
  private final Map<String, Double> teacherMetrics;

  private ScoreFiles(
      List<Replacement> replacements, List<Value> solutions, Map<String, Double> teacherMetrics) {
    this.replacements = List.copyOf(replacements);
    this.solutions = List.copyOf(solutions);
    this.teacherMetrics = Map.copyOf(teacherMetrics);
  }

  /**
   * @param planned what was to be scored, for files that name it by number alone
   */
  static ScoreFiles read(Path run, List<Value> planned) throws IOException {
    List<Path> files = files(run);
    List<Replacement> replacements = new ArrayList<>();
    List<Value> solutions = new ArrayList<>();
    Optional<Value> first = Optional.empty();
    for (Path file : files) {
      Value scores = Json.read(file);
      Value solution = solution(scores, planned);
      solutions.add(solution);
      replacements.add(
          Replacement.of(
              name(file),
              solution.get("single_sequence_replacement"),
              Metrics.averages(scores),
              false));
      first = first.or(() -> Optional.of(scores));
    }
    return new ScoreFiles(replacements, solutions, teacherMetrics(run, first));
  }

  /** What was scored, in the order of the files' numbers. */
  List<Replacement> replacements() {
    return replacements;
  }

  /** The peer's solution that each of them was scored as. */
  List<Value> solutions() {
    return solutions;
  }

  /** What was measured of the teacher. */
  Map<String, Double> teacherMetrics() {
    return teacherMetrics;
  }

  private static List<Path> files(Path run) throws IOException {
    Path folder = run.resolve(FOLDER);
    if (!Files.isDirectory(folder)) {
      throw new InvalidProblemException(missing(run, folder));
    }
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, "*solution*.json")) {
      stream.forEach(files::add);
    }
    if (files.isEmpty()) {
      throw new InvalidProblemException(folder + ": has no file solution_<i>.json with scores");
    }
    files.sort(Comparator.comparing(ScoreFiles::inOrder));
    return files;
  }

  private static String missing(Path run, Path folder) throws IOException {
    if (!Files.exists(run)) {
      return run + ": no such folder";
    }
    if (!Files.isDirectory(run)) {
      throw new NotDirectoryException(run.toString());
    }
    if (Files.isDirectory(run.resolve(SUBBLOCK_FOLDER))) {
      return "%s: scores of single subblocks are not supported, only those of whole blocks in %s"
          .formatted(run.resolve(SUBBLOCK_FOLDER), FOLDER);
    }
    if (Files.isDirectory(run.resolve("scenarios"))) {
      return "%s: has several scenarios; give the folder of one of them, such as %s"
          .formatted(run, run.resolve("scenarios").resolve("width-<n>").resolve("depth-00"));
    }
    return folder + ": no such folder; the run's scoring stage makes it";
  }

  /** {@code solution_10} after {@code solution_9}. */
  private static String inOrder(Path file) {
    String name = name(file);
    String digits = name.replaceAll(".*?(\\d*)$", "$1");
    String rest = name.substring(0, name.length() - digits.length());
    return rest + "0".repeat(Math.max(0, NUMBER_DIGITS - digits.length())) + digits;
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName()).replaceAll("\\.json$", "");
  }

  private static Value solution(Value scores, List<Value> planned) throws InvalidProblemException {
    Optional<Value> own = scores.find("puzzle_solution");
    if (own.isEmpty()) {
      Value index = scores.get("i_solution");
      if (index.wholeNumber() < 0 || index.wholeNumber() >= planned.size()) {
        throw index.wrong(
            "%d is out of range: %s has %d solutions, and the file has no 'puzzle_solution'"
                .formatted(index.wholeNumber(), PlannedSolutions.FILE, planned.size()));
      }
      return planned.get(index.wholeNumber());
    }
    for (String other : List.of("subblock_replacement", "single_block_replacement")) {
      if (own.get().find(other).isPresent()) {
        throw own.get()
            .wrong(
                "scores of a '%s' are not supported, only those of a 'single_sequence_replacement'"
                    .formatted(other));
      }
    }
    return own.get();
  }

  private static Map<String, Double> teacherMetrics(Path run, Optional<Value> firstScores)
      throws IOException {
    Optional<Value> teacher = Json.readIfThere(run.resolve(FOLDER).resolve(TEACHER));
    if (teacher.isPresent()) {
      return Metrics.averages(teacher.get());
    }
    Optional<Value> baseline =
        firstScores.isEmpty() ? firstScores : firstScores.get().find("sliced_teacher_baseline");
    if (baseline.isEmpty()) {
      return Map.of();
    }
    Map<String, Double> metrics = new TreeMap<>(Metrics.averages(baseline.get()));
    for (String key : baseline.get().keys()) {
      Optional<Value> value = baseline.get().find(key);
      if (value.isPresent() && value.get().node().isNumber()) {
        metrics.put(key, value.get().number());
      }
    }
    return metrics;
  }
}
