package io.github.puzzle4j.solver.ortools;

import io.github.puzzle4j.solver.SolverBackendContract;
import io.github.puzzle4j.solver.backend.SolverBackend;

final class CbcBackendTest extends SolverBackendContract {

  @Override
  protected SolverBackend backend() {
    return new CbcBackend();
  }
}
