package io.github.puzzle4j.solver.ojalgo;

import io.github.puzzle4j.solver.SolverBackendContract;
import io.github.puzzle4j.solver.backend.SolverBackend;

final class OjAlgoBackendTest extends SolverBackendContract {

  @Override
  protected SolverBackend backend() {
    return new OjAlgoBackend();
  }
}
