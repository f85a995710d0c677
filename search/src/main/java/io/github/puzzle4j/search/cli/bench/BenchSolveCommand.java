package io.github.puzzle4j.search.cli.bench;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.search.bench.solve.BenchReport;
import io.github.puzzle4j.search.bench.solve.BenchSettings;
import io.github.puzzle4j.search.bench.solve.Family;
import io.github.puzzle4j.search.bench.solve.Instance;
import io.github.puzzle4j.search.bench.solve.Instances;
import io.github.puzzle4j.search.bench.solve.Numbers;
import io.github.puzzle4j.search.bench.solve.SolveBenchmark;
import io.github.puzzle4j.search.bench.solve.Tightness;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.cli.frame.TimeConverter;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.solver.json.ProblemFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the solver against the plain backends. */
@Command(
    name = "solve",
    description = {
      "Compare the solver with plain backends: on single problems, and on whole frontiers."
    },
    showDefaultValues = true)
public final class BenchSolveCommand extends AnsweringCommand {

  @Option(
      names = "--sizes",
      defaultValue = "80x56,126x400",
      split = ",",
      paramLabel = "LxV",
      converter = SizeConverter.class,
      description = "Layers by candidates per layer.")
  private List<SizeConverter.Size> sizes;

  @Option(
      names = "--families",
      split = ",",
      paramLabel = "FAMILY",
      description = "Only these: ${COMPLETION-CANDIDATES}. All by default.")
  private List<Family> families = List.of(Family.values());

  @Option(
      names = "--backends",
      defaultValue = "cp-sat,scip,highs,cbc,ojalgo",
      split = ",",
      paramLabel = "NAME",
      description = {
        "Plain backends, in order: the limit of each is the time of the fastest before it."
      })
  private List<String> backends;

  @Option(
      names = "--full",
      description = {
        "All 45 instances of each size, and the frontiers of all families: takes hours. By default"
            + " a third of them, one per family where they are large, and two frontiers."
      })
  private boolean full;

  @Option(
      names = "--repetitions",
      defaultValue = "3",
      description = {"The median is used. Plain solves that take over a second are not repeated."})
  private int repetitions;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      defaultValue = "20s",
      converter = TimeConverter.class,
      description = "Of one solve, plain or not: 30s, 5m, 2h.")
  private Duration timeLimit;

  @Option(
      names = "--overall-limit",
      paramLabel = "TIME",
      defaultValue = "15m",
      converter = TimeConverter.class,
      description = "After it nothing more is started; what is left out is listed.")
  private Duration overallLimit;

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      defaultValue = "5s",
      converter = TimeConverter.class,
      description = "How long small problems are solved first, until the code is compiled.")
  private Duration warmUp;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Of the instances and the backends' random choices.")
  private long seed;

  @Option(
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      names = "--write-instances",
      paramLabel = "DIR",
      description = "Only write the instances as problem files.")
  private Optional<Path> folder = Optional.empty();

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    Require.positive("--repetitions", repetitions);
    BenchSettings settings =
        new BenchSettings(
            instances(), frontiers(), backends, repetitions, timeLimit, overallLimit, warmUp, seed);
    if (folder.isPresent()) {
      return written(settings, folder.get(), progress);
    }
    try (ProgressTask task = progress.start("bench solve", SolveBenchmark.steps(settings))) {
      Steps steps = new Steps(task);
      BenchReport report = SolveBenchmark.run(settings, steps::begin);
      task.step(1);
      return Answer.success(report, BenchSolveText.of(report));
    }
  }

  private List<Instance> instances() {
    List<Instance> instances = new ArrayList<>();
    for (SizeConverter.Size size : sizes) {
      instances.addAll(instances(size.layers(), size.variants()));
    }
    return instances.stream().filter(instance -> families.contains(instance.family())).toList();
  }

  private List<Instance> instances(int layers, int variants) {
    return full ? Instances.of(layers, variants, seed) : Instances.usual(layers, variants, seed);
  }

  /** Of the first size only: plain solves of others take too long. */
  private List<Instance> frontiers() {
    SizeConverter.Size size = sizes.getFirst();
    List<Family> wanted = full ? families : List.of(Family.CORRELATED, Family.GRID);
    return wanted.stream()
        .filter(families::contains)
        .map(family ->
            new Instance(
                family, Tightness.MEDIUM, Numbers.REAL, size.layers(), size.variants(), seed))
        .toList();
  }

  private static Answer written(BenchSettings settings, Path folder, Progress progress)
      throws IOException {
    List<String> files = new ArrayList<>();
    try (ProgressTask task = progress.start("write", settings.instances().size())) {
      for (Instance instance : settings.instances()) {
        Path file = folder.resolve(instance.name() + ".json");
        AtomicFile.writeString(file, ProblemFile.toJson(instance.problem()));
        files.add(file.toString());
        task.step(1);
      }
    }
    return Answer.success(Map.of("files", files), String.join("\n", files));
  }

  /** A step is done when the next one begins; the last one when the task is closed. */
  private static final class Steps {

    private final ProgressTask task;
    private boolean begun;

    Steps(ProgressTask task) {
      this.task = task;
    }

    void begin(String what) {
      if (begun) {
        task.step(1);
      }
      begun = true;
      task.note(what);
    }
  }
}
