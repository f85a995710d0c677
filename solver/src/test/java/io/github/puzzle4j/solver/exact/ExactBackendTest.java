package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.SolverBackendContract;
import io.github.puzzle4j.solver.backend.SolverBackend;

final class ExactBackendTest extends SolverBackendContract {

  @Override
  protected SolverBackend backend() {
    return new ExactBackend();
  }
}
