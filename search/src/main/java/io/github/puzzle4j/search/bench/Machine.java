package io.github.puzzle4j.search.bench;

import io.github.puzzle4j.blocklib.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** The machine of a measurement. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Machine(int processors, long maxHeapMib, String system, String java) {

  /** The local machine. */
  public static Machine here() {
    Runtime runtime = Runtime.getRuntime();
    return new Machine(
        runtime.availableProcessors(),
        runtime.maxMemory() >> 20,
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("java.vm.name") + " " + Runtime.version());
  }

  /** As in JSON answers. */
  public JsonNode json() {
    return Json.mapper().valueToTree(this);
  }
}
