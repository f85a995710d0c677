package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.SolverBackend;
import java.util.Optional;

/** This module's own search; pure Java, so it works on every platform. */
public final class ExactBackend implements SolverBackend {

  @Override
  public String name() {
    return "exact";
  }

  @Override
  public Optional<String> unavailable() {
    return Optional.empty();
  }

  @Override
  public Proof proof() {
    return Proof.INTERNAL;
  }

  @Override
  public BackendAnswer minimise(ChoiceModel model, Budget budget) {
    return ExactSearch.verify(
        model, new BackendAnswer.GaveUp("nothing was found in the time given"), budget.time());
  }
}
