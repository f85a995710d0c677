package io.github.puzzle4j.search.cli.solve;

import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveResult;
import java.io.IOException;
import tools.jackson.databind.node.ObjectNode;

/** A problem with its name, and how its answer is written. */
interface SolveInput {

  /** The file or folder that it comes from. */
  String name();

  SelectionProblem problem();

  /**
   * Writes the answer in the format of the source, and adds to the JSON answer.
   *
   * @return lines of text; may be empty
   * @throws IOException if a file cannot be written
   */
  String finish(SolveResult result, ObjectNode json) throws IOException;

  /** A problem whose answer is printed, nothing else. */
  static SolveInput of(String name, SelectionProblem problem) {
    return new SolveInput() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public SelectionProblem problem() {
        return problem;
      }

      @Override
      public String finish(SolveResult result, ObjectNode json) {
        return "";
      }
    };
  }
}
