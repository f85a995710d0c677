package io.github.puzzle4j.search.plan;

import java.nio.file.Path;

/** Where the results of tasks are kept. */
public sealed interface StoreLocation {

  /** In the run directory. */
  record InRun() implements StoreLocation {}

  /** In a folder that several plans share. */
  record Folder(Path path) implements StoreLocation {}
}
