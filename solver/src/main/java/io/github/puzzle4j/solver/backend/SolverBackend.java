package io.github.puzzle4j.solver.backend;

import java.util.Optional;

/**
 * A solver for {@link ChoiceModel}s, found by {@link java.util.ServiceLoader}: a public class with
 * a public constructor without parameters, listed in {@code META-INF/services}. Implementations are
 * stateless and do not load native code before {@link #unavailable()} is called.
 */
public interface SolverBackend {

  /** Name for users, in lower case, for example {@code cp-sat}. */
  String name();

  /** Reason why it cannot be used on this machine, in one line; empty if it can. */
  Optional<String> unavailable();

  /** Reliability of its claims that a choice is optimal or that none exists. */
  Proof proof();

  /**
   * Searches for the choice with the smallest objective. Called only if {@link #unavailable()} is
   * empty.
   *
   * @return a choice that may violate rows by the backend's tolerance, which the caller checks;
   *     {@link BackendAnswer.GaveUp} rather than an exception if the time ends or numerics fail
   */
  BackendAnswer minimise(ChoiceModel model, Budget budget);

  /** Reliability of a backend's proofs. */
  enum Proof {
    /** By the search that also verifies the claims of other backends. */
    INTERNAL,
    /** In integer arithmetic. */
    EXACT,
    /** In floating point, correct up to a relative error of about 1e-9. */
    TOLERANCE,
    /** Known to be wrong in some cases; the caller verifies or corrects the claim. */
    UNRELIABLE
  }
}
