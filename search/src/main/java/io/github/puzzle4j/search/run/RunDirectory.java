package io.github.puzzle4j.search.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a search keeps what it computes. Library and scores lie in folders named by the fingerprint
 * of their inputs; run again, a search goes on with what is there.
 *
 * @param root of everything
 */
public record RunDirectory(Path root) {

  /** A run directory, made if need be. */
  public static RunDirectory open(Path root) throws IOException {
    Files.createDirectories(root);
    return new RunDirectory(root);
  }

  /** The plan with all defaults filled in. */
  public Path plan() {
    return root.resolve("plan.yaml");
  }

  Path library(String fingerprint) {
    return root.resolve("library-" + fingerprint);
  }

  /** While a stage runs: what is at the boundary of the layer that it works on. */
  Path activations(String fingerprint) {
    return root.resolve("activations-" + fingerprint);
  }

  /** Tokens of text files. */
  Path cache() {
    return root.resolve("cache");
  }

  Path scores(String fingerprint) {
    return root.resolve("scores-" + fingerprint);
  }

  /** Everything about one target. */
  public Path target(String name) {
    return root.resolve("targets").resolve(name);
  }

  /** The page that shows the search. */
  public Path report() {
    return root.resolve("report.html");
  }

  /** The figures that the page is made from. */
  public Path figures() {
    return root.resolve("report.json");
  }
}
