package io.github.puzzle4j.solver.puzzletron;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the library stage has planned to be scored: one solution per replacement. */
final class PlannedSolutions {

  static final String FILE = "single_sequence_replacement_solutions.json";

  private PlannedSolutions() {}

  /**
   * The replacements in the order of their numbers; none if the run has no such file.
   *
   * @param teacher learns of the blocks around each replacement
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
