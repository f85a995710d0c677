package io.github.puzzle4j.solver.ortools;

/** CBC, with its relative gap set to 0. */
public final class CbcBackend extends MixedIntegerBackend {

  public CbcBackend() {
    super("cbc", "CBC", "");
  }
}
