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

/** Output folder of the scoring stage: one file per replacement, and one for the teacher. */
final class ScoreFiles {

  static final String FOLDER = "single_sequence_replacement_solutions--validation";

  private static final String SUBBLOCK_FOLDER = "single_subblock_replacement_solutions--validation";
  private static final String TEACHER = "teacher.json";
  private static final int NUMBER_DIGITS = 12;

  private final List<Replacement> replacements;
  private final Map<String, Double> teacherMetrics;

  private ScoreFiles(List<Replacement> replacements, Map<String, Double> teacherMetrics) {
    this.replacements = List.copyOf(replacements);
    this.teacherMetrics = Map.copyOf(teacherMetrics);
  }

  /**
   * Reads the whole folder.
   *
   * @param planned planned solutions, for files that refer to them by number
   * @param teacher receives the blocks around each replacement
   */
  static ScoreFiles read(Path run, List<Value> planned, TeacherBlocks teacher) throws IOException {
    List<Replacement> replacements = new ArrayList<>();
    Map<String, Double> teacherMetrics = new TreeMap<>();
    Optional<Value> measured = Value.readIfThere(run.resolve(FOLDER).resolve(TEACHER));
    if (measured.isPresent()) {
      teacherMetrics.putAll(Metrics.averages(measured.get()));
    }
    for (Path file : files(run)) {
      Value scores = Value.read(file);
      if (measured.isEmpty() && replacements.isEmpty()) {
        teacherMetrics.putAll(baseline(scores));
      }
      Value replacement = replacement(scores, planned, teacher);
      replacements.add(Replacement.of(name(file), replacement, Metrics.averages(scores), false));
    }
    return new ScoreFiles(replacements, teacherMetrics);
  }

  /** The scored replacements, in the order of the files' numbers. */
  List<Replacement> replacements() {
    return replacements;
  }

  /** The metrics of the teacher. */
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

  /** Sort key that orders {@code solution_9} before {@code solution_10}. */
  private static String inOrder(Path file) {
    String name = name(file);
    String digits = name.replaceAll(".*?(\\d*)$", "$1");
    String rest = name.substring(0, name.length() - digits.length());
    return rest + "0".repeat(Math.max(0, NUMBER_DIGITS - digits.length())) + digits;
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName()).replaceAll("\\.json$", "");
  }

  private static Value replacement(Value scores, List<Value> planned, TeacherBlocks teacher)
      throws InvalidProblemException {
    Optional<Value> solution = scores.find("puzzle_solution");
    if (solution.isEmpty()) {
      Value index = scores.get("i_solution");
      if (index.wholeNumber() < 0 || index.wholeNumber() >= planned.size()) {
        throw index.wrong(
            "%d is out of range: %s has %d solutions, and the file has no 'puzzle_solution'"
                .formatted(index.wholeNumber(), PlannedSolutions.FILE, planned.size()));
      }
      return planned.get(index.wholeNumber());
    }
    for (String other : List.of("subblock_replacement", "single_block_replacement")) {
      if (solution.get().find(other).isPresent()) {
        throw solution
            .get()
            .wrong(
                "scores of a '%s' are not supported, only those of a '%s'"
                    .formatted(other, TeacherBlocks.REPLACEMENT));
      }
    }
    teacher.addRest(solution.get());
    return solution.get().get(TeacherBlocks.REPLACEMENT);
  }

  /** The second generation's metrics of the teacher that candidates are derived from. */
  private static Map<String, Double> baseline(Value scores) throws InvalidProblemException {
    Optional<Value> baseline = scores.find("sliced_teacher_baseline");
    if (baseline.isEmpty()) {
      return Map.of();
    }
    Map<String, Double> metrics = Metrics.averages(baseline.get());
    for (String key : baseline.get().keys()) {
      Optional<Value> value = baseline.get().find(key);
      if (value.isPresent() && value.get().node().isNumber()) {
        metrics.put(key, value.get().number());
      }
    }
    return metrics;
  }
}
