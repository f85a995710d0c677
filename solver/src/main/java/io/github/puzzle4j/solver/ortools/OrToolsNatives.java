package io.github.puzzle4j.solver.ortools;

import com.google.ortools.Loader;
import java.util.Optional;

/** OR-Tools' native library, unpacked and loaded at most once, when it is first asked for. */
final class OrToolsNatives {

  private OrToolsNatives() {}

  /** Why the library cannot be used here; empty where it is loaded. */
  static Optional<String> problem() {
    return Loaded.PROBLEM;
  }

  /** Initialised by the class loader, hence once and by one thread. */
  private static final class Loaded {
    static final Optional<String> PROBLEM = load();

    private static Optional<String> load() {
      try {
        Loader.loadNativeLibraries();
        return Optional.empty();
      } catch (RuntimeException | LinkageError e) {
        // The loader wraps whatever happens while unpacking in RuntimeException, and the JVM
        // reports a library for another platform as UnsatisfiedLinkError.
        return Optional.of("OR-Tools' native library does not load: " + e);
      }
    }
  }
}
