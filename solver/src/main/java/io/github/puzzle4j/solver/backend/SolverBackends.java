package io.github.puzzle4j.solver.backend;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The available backends, by name. */
public final class SolverBackends {

  private final TreeMap<String, SolverBackend> byName = new TreeMap<>();

  private SolverBackends(Iterable<SolverBackend> backends) {
    for (SolverBackend backend : backends) {
      SolverBackend earlier = byName.putIfAbsent(backend.name(), backend);
      if (earlier != null) {
        throw new IllegalStateException(
            "two solver backends are called '%s': %s and %s"
                .formatted(
                    backend.name(), earlier.getClass().getName(), backend.getClass().getName()));
      }
    }
  }

  /**
   * Backends found by {@link ServiceLoader} whose libraries are on the class path.
   *
   * @throws IllegalStateException if two have the same name
   */
  public static SolverBackends installed() {
    Iterator<SolverBackend> found =
        ServiceLoader.load(SolverBackend.class, SolverBackends.class.getClassLoader()).iterator();
    List<SolverBackend> backends = new ArrayList<>();
    while (true) {
      try {
        if (!found.hasNext()) {
          return of(backends);
        }
        backends.add(found.next());
      } catch (NoClassDefFoundError withoutLibrary) {
        // Not installed; the iterator goes on with the next one.
      }
    }
  }

  /**
   * A fixed list of backends.
   *
   * @throws IllegalStateException if two have the same name
   */
  public static SolverBackends of(Iterable<SolverBackend> backends) {
    return new SolverBackends(backends);
  }

  /** All names in alphabetical order. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** The backend of that name, even if it does not work on this machine. */
  public Optional<SolverBackend> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
