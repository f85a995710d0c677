package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.task.Digests;
import io.github.puzzle4j.blocklib.task.OwnedFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The folder of a search: its plan, its report and its children. Results of tasks are in the store,
 * a subfolder unless the plan names another one.
 *
 * @param root of everything
 */
public record RunDirectory(Path root) {

  /** Files of one plan, which are moved before another plan runs here. */
  private static final List<String> OF_A_PLAN =
      List.of(
          "plan.yaml",
          "texts.json",
          "estimate.json",
          "times.json",
          "report.json",
          "losses.json",
          "report.html",
          "sweep.json");

  /** Of the problem in the folder of a target. */
  public static final String PROBLEM = "PROBLEM.json";

  private static final OwnedFolder.Layout LAYOUT =
      new OwnedFolder.Layout(
          List.of(
              "{store,cache,activations,targets,earlier,points}",
              "{activations,targets,earlier}/*",
              "targets/*/*"),
          List.of(
              "{plan.yaml,texts.json,estimate.json,times.json,report.json,losses.json,report.html}",
              "{sweep,point}.json",
              "cache/*.tokens",
              "activations/*/*.safetensors",
              "earlier/*/*",
              "targets/*/{target,PROBLEM}.json",
              "targets/*/*/*"));

  private static final int NAME_DIGITS = 12;

  /**
   * Takes a run directory for this process, made if need be.
   *
   * @param warnings receives a line for each file or folder that is made again
   * @throws InvalidInputException if it holds results of a release with another layout, or if
   *     another process works in it
   */
  public static OwnedFolder own(Path root, Consumer<String> warnings) throws IOException {
    if (Files.isDirectory(root)) {
      requireThisLayout(root);
    }
    return OwnedFolder.open(root, LAYOUT, warnings);
  }

  private static void requireThisLayout(Path root) throws IOException {
    try (DirectoryStream<Path> old = Files.newDirectoryStream(root, "{library,scores}-*")) {
      for (Path folder : old) {
        throw new InvalidInputException(
            "%s: made by an earlier release, whose results are not read; choose another --out, or remove library-*, scores-* and targets there"
                .formatted(folder));
      }
    }
  }

  /** The plan with all defaults filled in. */
  public Path plan() {
    return root.resolve("plan.yaml");
  }

  /** What the plan was estimated to take. */
  public Path estimate() {
    return root.resolve("estimate.json");
  }

  /** What its stages took so far. */
  Path times() {
    return root.resolve("times.json");
  }

  /** Whether the run is of exactly this plan. */
  public boolean keeps(String plan) throws IOException {
    return Files.exists(plan()) && Digests.of(plan()).equals(Digests.of(plan));
  }

  /**
   * Stores the plan. Plan and report of another plan that ran here are moved to {@code
   * earlier/<digest of the plan>}.
   */
  public void writePlan(String plan) throws IOException {
    if (keeps(plan)) {
      return;
    }
    if (Files.exists(plan())) {
      String before = Digests.of(plan());
      Path folder = root.resolve("earlier").resolve(before.substring(0, NAME_DIGITS));
      Files.createDirectories(folder);
      for (String name : OF_A_PLAN) {
        Path file = root.resolve(name);
        if (Files.exists(file)) {
          AtomicFile.write(folder.resolve(name), stream -> Files.copy(file, stream));
        }
      }
      for (String name : OF_A_PLAN.reversed()) {
        Files.deleteIfExists(root.resolve(name));
      }
    }
    AtomicFile.writeString(plan(), plan);
  }

  /** Results of tasks, unless the plan names another folder. */
  public Path store() {
    return root.resolve("store");
  }

  /**
   * During a stage: activations at the boundaries of the current layer. Those that a stopped run of
   * another teacher left are removed.
   *
   * @param key of the teacher, and of the precision in which it is computed
   */
  Path activations(String stage, String key) throws IOException {
    Path all = root.resolve("activations");
    Path folder = all.resolve(stage + "-" + key);
    if (Files.isDirectory(all)) {
      try (DirectoryStream<Path> kept = Files.newDirectoryStream(all, stage + "*")) {
        for (Path one : kept) {
          if (!one.equals(folder)) {
            removeActivations(one);
          }
        }
      }
    }
    return folder;
  }

  private static void removeActivations(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.safetensors")) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** Tokens of text files. */
  public Path cache() {
    return root.resolve("cache");
  }

  /** Of a sweep: what became of its points so far. */
  public Path sweep() {
    return root.resolve("sweep.json");
  }

  /** Of a sweep: the run directory of a point. */
  public RunDirectory point(String name) {
    return new RunDirectory(root.resolve("points").resolve(name));
  }

  /** The folder of one target. */
  public Path target(String name) {
    return root.resolve("targets").resolve(name);
  }

  /** The problem whose answer is the child of a target, for {@code puzzle4j solve}. */
  public Path problem(String name) {
    return target(name).resolve(PROBLEM);
  }

  /** The problems of all targets, in the order of their folders' names. */
  public List<Path> problems() throws IOException {
    Path targets = root.resolve("targets");
    if (!Files.isDirectory(targets)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(targets)) {
      return folders.map(folder -> folder.resolve(PROBLEM)).filter(Files::exists).sorted().toList();
    }
  }

  /** The identity of every row of text that results depend on. */
  public Path texts() {
    return root.resolve("texts.json");
  }

  /** The page of the report. */
  public Path report() {
    return root.resolve("report.html");
  }

  /** The losses of trainings. */
  public Path losses() {
    return root.resolve("losses.json");
  }

  /** The data of the report. */
  public Path figures() {
    return root.resolve("report.json");
  }
}
