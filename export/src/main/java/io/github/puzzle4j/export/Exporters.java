package io.github.puzzle4j.export;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.Collections;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** The exporters on the class path. */
public final class Exporters {

  private Exporters() {}

  /**
   * All exporters by name.
   *
   * @throws IllegalStateException if two have the same name
   */
  public static SortedMap<String, CheckpointExporter> all() {
    SortedMap<String, CheckpointExporter> exporters = new TreeMap<>();
    for (CheckpointExporter exporter : ServiceLoader.load(CheckpointExporter.class)) {
      CheckpointExporter other = exporters.put(exporter.name(), exporter);
      if (other != null) {
        throw new IllegalStateException(
            "%s and %s both export '%s'"
                .formatted(
                    other.getClass().getName(), exporter.getClass().getName(), exporter.name()));
      }
    }
    return Collections.unmodifiableSortedMap(exporters);
  }

  /**
   * The exporter of a format.
   *
   * @throws InvalidInputException if there is none, listing the existing ones
   */
  public static CheckpointExporter named(String format) throws InvalidInputException {
    SortedMap<String, CheckpointExporter> exporters = all();
    CheckpointExporter exporter = exporters.get(format);
    if (exporter == null) {
      throw new InvalidInputException(
          "unknown export format '%s'; there are %s".formatted(format, exporters.keySet()));
    }
    return exporter;
  }
}
