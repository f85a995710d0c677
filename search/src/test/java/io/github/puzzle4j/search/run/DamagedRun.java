package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.task.Digests;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.report.ReportData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A small run whose files can be damaged; its token cache and its activations are on disk. */
record DamagedRun(SmallRun small, String yaml) {

  static final String PLAN =
      SmallRun.PLAN
          .replace("cache: none", "cache: run")
          .replace("rank:", "activations: {memory: 0GiB}\nrank:")
          .replace("distill: {", "distill: {checkpointSteps: 1, ");

  /** With trainings that are in the midst of their steps most of the time. */
  static final String LONG_TRAININGS =
      PLAN.replace(
          "distill: {checkpointSteps: 1, steps: 4", "distill: {checkpointSteps: 1, steps: 60");

  DamagedRun(SmallRun small) {
    this(small, PLAN);
  }

  /** The plan in a file, for another process. */
  Path plan() throws IOException {
    return Files.writeString(
        small.folder().resolve("plan.yaml"),
        yaml.replace("TEACHER", small.teacher().toAbsolutePath().toString()));
  }

  /** Kinds of files of a finished run: globs of which the first file is meant. */
  static final SequencedMap<String, String> FINISHED = new LinkedHashMap<>();

  static {
    FINISHED.put("`plan.yaml`", "plan.yaml");
    FINISHED.put("`report.json`", "report.json");
    FINISHED.put("`report.html`", "report.html");
    FINISHED.put("`cache/<key>.tokens`", "cache/*.tokens");
    FINISHED.put("`targets/<target>/target.json`", "targets/*/target.json");
    FINISHED.put("config of an exported child", "targets/*/huggingface/config.json");
    FINISHED.put("weights of an exported child", "targets/*/huggingface/model.safetensors");
    FINISHED.put("`store/digests.json`", "store/digests.json");
    FINISHED.put("result of `rank`", "store/rank/*.json");
    FINISHED.put("result of `train`", "store/train/*.json");
    FINISHED.put("weights of `train`", "store/train/*/weights.safetensors");
    FINISHED.put("result of `score`", "store/score/*.json");
    FINISHED.put("result of `measure`", "store/measure/*.json");
    FINISHED.put("result of `repair`", "store/repair/*.json");
    FINISHED.put("weights of `repair`", "store/repair/*/weights.safetensors");
    FINISHED.put("result of `export`", "store/export/*.json");
  }

  /** Besides, what a stopped run leaves. */
  static final SequencedMap<String, String> STOPPED = new LinkedHashMap<>();

  static {
    STOPPED.put("state of a training", "store/unfinished/*.training");
    STOPPED.put("activations", "activations/*/*.safetensors");
  }

  /**
   * What a search is for.
   *
   * @param exports digests of the exported files by name; without the card, which names the plan
   *     and so the folder of the run
   */
  record Outcome(
      List<ReportData.VariantScore> scores,
      List<ReportData.DistilledVariant> distillation,
      List<?> rows,
      Map<String, String> exports) {}

  /** An outcome, and all lines of progress. */
  record Again(Outcome outcome, List<String> lines) {}

  Path run() {
    return small.run();
  }

  Again search() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (Search search =
        Search.open(
            small.plan(yaml),
            run(),
            Progress.lines(new PrintStream(printed, true, StandardCharsets.UTF_8)),
            ComputeDevice.processor(),
            TaskVersions.current())) {
      ReportData report = search.run().report();
      return new Again(
          new Outcome(
              report.scores(),
              report.distillation(),
              report.targets().getFirst().rows(),
              exports()),
          printed.toString(StandardCharsets.UTF_8).lines().toList());
    }
  }

  private Map<String, String> exports() throws IOException {
    Map<String, String> digests = new TreeMap<>();
    Path folder = run().resolve("targets/h100-sxm/huggingface");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file :
          files
              .filter(one -> !one.toString().contains(".aside") && !one.endsWith("README.md"))
              .toList()) {
        digests.put(folder.relativize(file).toString(), Digests.of(file));
      }
    }
    return digests;
  }

  /** The last file that matches a glob. */
  Path file(String glob) throws IOException {
    return find(glob).orElseThrow();
  }

  /** Whether there is such a file. */
  boolean has(String glob) throws IOException {
    return find(glob).isPresent();
  }

  private Optional<Path> find(String glob) throws IOException {
    PathMatcher matcher = run().getFileSystem().getPathMatcher("glob:" + run().resolve(glob));
    if (!Files.exists(run())) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(run())) {
      return files.filter(matcher::matches).max(Path::compareTo);
    }
  }

  static DamagedRun copy(DamagedRun from, Path to) throws IOException {
    Path source = from.small.folder();
    Files.walkFileTree(
        source,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(source.relativize(directory)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, to.resolve(source.relativize(file)));
            return FileVisitResult.CONTINUE;
          }
        });
    return new DamagedRun(SmallRun.at(to), from.yaml);
  }
}
