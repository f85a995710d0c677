package io.github.puzzle4j.scoring.cost.target;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import java.util.Map;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A GPU to serve on: one JSON file.
 *
 * @param schema version of the file's form, 1
 * @param name such as {@code h100-sxm}
 * @param title name for people
 * @param architecture such as {@code hopper}: coefficients transfer within one
 * @param datasheet what the maker states
 * @param backends serving engines by name
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record GpuTarget(
    int schema,
    String name,
    String title,
    String architecture,
    Datasheet datasheet,
    Map<String, BackendProfile> backends) {

  /** The form that this release reads. */
  public static final int SCHEMA = 1;

  public GpuTarget {
    if (schema != SCHEMA) {
      throw new IllegalArgumentException("schema=%d; known is %d".formatted(schema, SCHEMA));
    }
    if (!name.matches("[a-z0-9][a-z0-9._-]*")) {
      throw new IllegalArgumentException(
          "name='%s' must be lower-case letters, digits, dots and dashes".formatted(name));
    }
    if (backends.isEmpty()) {
      throw new IllegalArgumentException("backends must hold at least one engine");
    }
    backends = Entries.copy("backends", backends);
  }

  /**
   * The profile of a serving engine.
   *
   * @throws InvalidInputException if this target has none of that name, listing those it has
   */
  public BackendProfile backend(String backend) throws InvalidInputException {
    BackendProfile profile = backends.get(backend);
    if (profile == null) {
      throw new InvalidInputException(
          "target %s: unknown backend '%s'%s"
              .formatted(name, backend, NearestName.hint(backend, backends.keySet())));
    }
    return profile;
  }
}
