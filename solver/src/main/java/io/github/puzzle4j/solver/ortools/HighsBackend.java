package io.github.puzzle4j.solver.ortools;

/**
 * HiGHS. It applies its default relative gap of 1e-4, and returns wrong optima, unless its own
 * parameter is set.
 */
public final class HighsBackend extends MixedIntegerBackend {

  public HighsBackend() {
    super(
        "highs",
        "HIGHS",
        "output_flag=false\nmip_rel_gap=0\nmip_abs_gap=0\nmip_feasibility_tolerance=1e-9");
  }
}
