package io.github.puzzle4j.search.plan;

import java.nio.file.Path;

/** Where tokens of text files are cached. */
public sealed interface TokenCaching {

  /** In the run directory. */
  record InRun() implements TokenCaching {}

  /** Nowhere. */
  record Nowhere() implements TokenCaching {}

  /**
   * In a folder that runs share.
   *
   * @param path made if need be
   */
  record Folder(Path path) implements TokenCaching {}
}
