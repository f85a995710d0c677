package io.github.puzzle4j.export;

import java.nio.file.Path;
import java.util.List;

/**
 * What an export wrote.
 *
 * @param format the exporter's name
 * @param files every file, in the order of writing
 * @param bytes their total size
 * @param notes what a user should know: padding, changed layers, engines that load it; one sentence
 *     each
 */
public record ExportSummary(String format, List<Path> files, long bytes, List<String> notes) {

  public ExportSummary {
    files = List.copyOf(files);
    notes = List.copyOf(notes);
  }
}
