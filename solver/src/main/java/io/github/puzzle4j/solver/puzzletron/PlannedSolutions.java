package io.github.puzzle4j.solver.puzzletron;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the library stage has planned to be scored: one solution per replacement. */
final class PlannedSolutions {

  static final String FILE = "single_sequence_replacement_solutions.json";

  private PlannedSolutions() {}

  /** The solutions in the order of their numbers; none if the run has no such file. */
  static List<Value> read(Path run) throws IOException {
    Optional<Value> file = Json.readIfThere(run.resolve(FILE));
    return file.isPresent() ? file.get().items() : List.of();
  }
}
