package io.github.puzzle4j.solver.puzzletron;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Solutions that the library stage planned to score: one per replacement. */
final class PlannedSolutions {

  static final String FILE = "single_sequence_replacement_solutions.json";

  private PlannedSolutions() {}

  /**
   * The planned solutions by number; empty if the run has no such file.
   *
   * @param teacher receives the blocks around each replacement
   */
  static List<Value> read(Path run, TeacherBlocks teacher) throws IOException {
    List<Value> planned = new ArrayList<>();
    Value.readList(
        run.resolve(FILE),
        solution -> {
          planned.add(solution.get(TeacherBlocks.REPLACEMENT));
          teacher.addRest(solution);
        });
    return planned;
  }
}
