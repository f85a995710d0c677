package io.github.puzzle4j.search.cli.solve;

import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveResult;
import java.io.IOException;
import tools.jackson.databind.node.ObjectNode;

/** A problem, what it is called, and what is to be done with its answer. */
interface SolveInput {

  /** The file or folder that it comes from. */
  String name();

  SelectionProblem problem();

  /**
   * Writes the answer where the source wants it, and adds to the answer for machines.
   *
   * @return lines for people; may be empty
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
