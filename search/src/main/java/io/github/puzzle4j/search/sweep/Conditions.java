package io.github.puzzle4j.search.sweep;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.search.plan.SearchPlan;
import java.util.Optional;

/** What a caller asks of every point of a sweep, beyond its plan. */
public interface Conditions {

  /**
   * A point's plan as it is run.
   *
   * @throws InvalidInputException if it cannot be run here
   */
  SearchPlan plan(SearchPlan plan) throws InvalidInputException;

  /**
   * What computes a plan of {@link #plan}.
   *
   * @throws InvalidInputException if there is no such engine or device here
   */
  ComputeDevice device(SearchPlan plan) throws InvalidInputException;

  /** Plans as they are, on the devices that they name. */
  static Conditions none() {
    return new Conditions() {
      @Override
      public SearchPlan plan(SearchPlan plan) {
        return plan;
      }

      @Override
      public ComputeDevice device(SearchPlan plan) throws InvalidInputException {
        return plan.deviceHere(Optional.empty());
      }
    };
  }
}
