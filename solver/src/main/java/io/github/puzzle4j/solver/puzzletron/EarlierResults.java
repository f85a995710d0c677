package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Solutions that Puzzletron left in a run. */
final class EarlierResults {

  private static final int DEPTH = 3;
  private static final int MAX_LISTED = 5;

  private EarlierResults() {}

  /**
   * Selects the result to take settings from; empty if the run has none.
   *
   * @throws InvalidProblemException if there are several and none was specified, or the specified
   *     one does not exist
   */
  static Optional<EarlierResult> find(Path run, Optional<String> like) throws IOException {
    NavigableMap<String, Value> results = all(run.resolve(SolutionsFile.FOLDER));
    if (like.isPresent()) {
      Value named = results.get(like.get());
      if (named == null) {
        throw new InvalidProblemException(
            "%s: no earlier result '%s'; there are %s"
                .formatted(run.resolve(SolutionsFile.FOLDER), like.get(), listed(results)));
      }
      return Optional.of(EarlierResult.of(like.get(), named));
    }
    if (results.size() > 1) {
      throw new InvalidProblemException(
          "%s: no limit is given, and there are %d earlier results to take it from: %s"
              .formatted(run.resolve(SolutionsFile.FOLDER), results.size(), listed(results)));
    }
    return results.isEmpty()
        ? Optional.empty()
        : Optional.of(EarlierResult.of(results.firstKey(), results.firstEntry().getValue()));
  }

  /** The best solution of each non-empty result of Puzzletron, by folder. */
  private static NavigableMap<String, Value> all(Path folder) throws IOException {
    NavigableMap<String, Value> results = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      return results;
    }
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder, DEPTH)) {
      files = walk.filter(path -> path.endsWith(SolutionsFile.NAME)).toList();
    }
    for (Path file : files) {
      Value content = Value.read(file);
      if (!SolutionsFile.isOurs(content)) {
        List<Value> solutions = content.items();
        if (!solutions.isEmpty()) {
          String name = folder.relativize(file.resolveSibling("")).toString();
          results.put(name.replace('\\', '/'), solutions.getFirst());
        }
      }
    }
    return results;
  }

  private static String listed(Map<String, Value> results) {
    List<String> names = results.keySet().stream().limit(MAX_LISTED).toList();
    String more = results.size() > MAX_LISTED ? ", ..." : "";
    return names.isEmpty() ? "none" : String.join(", ", names) + more;
  }
}
