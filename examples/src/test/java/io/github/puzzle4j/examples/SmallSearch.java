package io.github.puzzle4j.examples;

import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.nio.file.Path;

/** The search of {@code session.yaml}, small enough for a test. */
final class SmallSearch {

  private SmallSearch() {}

  static Path plan() {
    return Repository.root().resolve("examples/session.yaml");
  }

  static Path teacher() {
    return Repository.root().resolve("examples/tiny-teacher");
  }

  static Search open(Path run) throws IOException {
    return Search.open(PlanReader.read(plan()), run, Progress.silent());
  }
}
