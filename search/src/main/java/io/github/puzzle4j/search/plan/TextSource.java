package io.github.puzzle4j.search.plan;

import java.nio.file.Path;
import java.util.List;

/** Where a part of the text comes from. */
public sealed interface TextSource {

  /** Text that puzzle4j makes from the plan's seed; each part of the data gets its own. */
  record Synthetic() implements TextSource {}

  /**
   * Text of the user.
   *
   * @param files files or folders, at least one
   */
  record Files(List<Path> files) implements TextSource {

    public Files {
      files = List.copyOf(files);
      if (files.isEmpty()) {
        throw new IllegalArgumentException("must name at least one file, or be 'synthetic'");
      }
    }
  }
}
