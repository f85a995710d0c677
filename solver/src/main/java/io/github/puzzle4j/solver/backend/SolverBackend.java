package io.github.puzzle4j.solver.backend;

import java.util.Optional;

/**
 * A solver for {@link ChoiceModel}s. Found by {@link java.util.ServiceLoader}: a public class with
 * a public constructor without parameters, named in {@code META-INF/services}. Implementations are
 * stateless and load native code no earlier than {@link #unavailable()} is called.
 */
public interface SolverBackend {

  /** What users call it, such as {@code cp-sat}; lower case. */
  String name();

  /** Why it cannot be used on this machine, in one line; empty where it can. */
  Optional<String> unavailable();

  /** How far a claim that no better choice, or none at all, exists may be believed. */
  Proof proof();

  /**
   * Searches for the choice of the smallest objective. Called only where {@link #unavailable()} is
   * empty.
   *
   * @return a choice that may violate rows by the backend's own tolerance, which the caller checks;
   *     {@link BackendAnswer.GaveUp} rather than an exception where the time ends or numerics fail
   */
  BackendAnswer minimise(ChoiceModel model, Budget budget);

  /** How a backend arrives at its claims. */
  enum Proof {
    /** By the very search that the claims of others are checked with. */
    OWN,
    /** In whole numbers. */
    EXACT,
    /** In floating point, right up to a relative error of about 1e-9. */
    TOLERANCE,
    /** In ways that have been seen to fail; the caller proves or corrects the claim by itself. */
    HEARSAY
  }
}
