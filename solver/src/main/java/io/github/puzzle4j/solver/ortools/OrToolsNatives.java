package io.github.puzzle4j.solver.ortools;

import com.google.ortools.Loader;
import java.util.Optional;

/** OR-Tools' native library, unpacked and loaded once, when this class is initialised. */
final class OrToolsNatives {

  private static final Optional<String> PROBLEM = load();

  private OrToolsNatives() {}

  /** Reason why the library cannot be used here; empty if it is loaded. */
  static Optional<String> problem() {
    return PROBLEM;
  }

  private static Optional<String> load() {
    try {
      Loader.loadNativeLibraries();
      return Optional.empty();
    } catch (RuntimeException | LinkageError e) {
      // The loader throws RuntimeException for any failure to unpack, and the JVM throws
      // UnsatisfiedLinkError for a library of another platform.
      return Optional.of("OR-Tools' native library does not load: " + e);
    }
  }
}
