package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.json.ProblemFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Where problems are: a file, the folder of a run's target, or a run with all its targets. */
public final class ProblemPath {

  private ProblemPath() {}

  /** The problem files of a path, at least one; the path itself if it has no others. */
  public static List<Path> files(Path path) throws IOException {
    InputFile.requireEither(path, "no such file");
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    Path own = path.resolve(RunDirectory.PROBLEM);
    if (InputFile.isThere(own)) {
      return List.of(own);
    }
    List<Path> ofTargets = new RunDirectory(path).problems();
    return ofTargets.isEmpty() ? List.of(path) : ofTargets;
  }

  /**
   * The only problem of a path.
   *
   * @throws InvalidInputException if it is a run with several
   */
  public static SelectionProblem one(Path path) throws IOException {
    List<Path> files = files(path);
    if (files.size() > 1) {
      throw new InvalidInputException(
          "%s: has %d problems; give one of %s"
              .formatted(
                  path,
                  files.size(),
                  files.stream().map(Path::toString).collect(Collectors.joining(", "))));
    }
    return read(files.getFirst());
  }

  /** The problem in a file. */
  public static SelectionProblem read(Path file) throws IOException {
    if (!Files.isDirectory(file)) {
      InputFile.require(file);
    }
    return ProblemFile.read(file);
  }
}
