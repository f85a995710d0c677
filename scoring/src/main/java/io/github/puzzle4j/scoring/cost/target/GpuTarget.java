package io.github.puzzle4j.scoring.cost.target;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import java.util.Map;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A GPU to serve on, described by a JSON file.
 *
 * @param schema version of the file format, 1
 * @param name for example {@code h100-sxm}
 * @param title name for users
 * @param architecture for example {@code hopper}; coefficients are transferable within one
 * @param datasheet data from the maker
 * @param backends profiles of serving engines by name
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record GpuTarget(
    int schema,
    String name,
    String title,
    String architecture,
    Datasheet datasheet,
    Map<String, BackendProfile> backends) {

  /** The supported version of the file format. */
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
   * @throws InvalidInputException if there is none of that name, with a list of the names
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
