package io.github.puzzle4j.solver.ortools;

/** SCIP, with both of its gaps set to 0. */
public final class ScipBackend extends MixedIntegerBackend {

  public ScipBackend() {
    super("scip", "SCIP", "limits/gap = 0\nlimits/absgap = 0\nnumerics/feastol = 1e-9\n");
  }
}
