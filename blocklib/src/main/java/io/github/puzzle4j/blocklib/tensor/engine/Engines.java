package io.github.puzzle4j.blocklib.tensor.engine;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The engines on the class path. */
public final class Engines {

  /** The name of the engine that needs no installation. */
  public static final String DEFAULT = "djl";

  /** A system property that names another default, for a whole process. */
  public static final String PROPERTY = "puzzle4j.engine";

  private static final List<ComputeEngine> ALL =
      ServiceLoader.load(ComputeEngine.class, Engines.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .sorted(Comparator.comparing(ComputeEngine::id))
          .toList();

  private Engines() {}

  /** The engine that is used where none is named: {@value #DEFAULT}, unless a property says so. */
  public static String byDefault() {
    return System.getProperty(PROPERTY, DEFAULT);
  }

  /** All of them, by name; none is loaded by this. */
  public static List<ComputeEngine> all() {
    return ALL;
  }

  /**
   * An engine by its name; its library is not loaded yet.
   *
   * @throws InvalidInputException if there is no such engine
   */
  public static ComputeEngine named(String id) throws InvalidInputException {
    return ALL.stream()
        .filter(engine -> engine.id().equals(id))
        .findFirst()
        .orElseThrow(() ->
            new InvalidInputException(
                "engine '%s': expected %s"
                    .formatted(
                        id,
                        ALL.stream().map(ComputeEngine::id).collect(Collectors.joining(" or ")))));
  }
}
