package io.github.puzzle4j.search.bundle;

import java.util.Arrays;
import java.util.Optional;

/** Libraries that no stage of a search needs up to the repair of a child. */
public enum LeftOut {
  DUCKDB("DuckDB", "org/duckdb|java/sql"),
  OR_TOOLS("OR-Tools", "com/google/ortools|com/google/protobuf"),
  OJALGO("ojAlgo", "org/ojalgo"),
  LLAMA_CPP("llama.cpp", "de/kherud/llama"),
  HIPPARCHUS("Hipparchus optim", "org/hipparchus/optim");

  private final String title;
  private final String packages;

  LeftOut(String title, String packages) {
    this.title = title;
    this.packages = packages;
  }

  /** The name that its makers gave it. */
  public String title() {
    return title;
  }

  /** The library that a class is of which was not found; empty if it is of none of these. */
  public static Optional<LeftOut> missing(NoClassDefFoundError error) {
    String name = String.valueOf(error.getMessage()).replace('.', '/');
    return Arrays.stream(values())
        .filter(library -> name.matches(".*\\b(" + library.packages + ")/.*"))
        .findFirst();
  }
}
