package io.github.puzzle4j.search.api;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.ModelConfigFile;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.scoring.profile.MachineProfile;
import io.github.puzzle4j.scoring.profile.Observation;
import io.github.puzzle4j.search.convert.FolderFromGguf;
import io.github.puzzle4j.search.doctor.Diagnosis;
import io.github.puzzle4j.search.doctor.EngineCheck;
import io.github.puzzle4j.search.doctor.ProductRates;
import io.github.puzzle4j.search.generate.ContinuationQuestions;
import io.github.puzzle4j.search.generate.TextGenerator;
import io.github.puzzle4j.search.machine.MachineProfiling;
import io.github.puzzle4j.search.plan.Computing;
import io.github.puzzle4j.search.plan.PlanFile;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.plan.SweepFile;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.run.ProblemPath;
import io.github.puzzle4j.search.run.RunDirectory;
import io.github.puzzle4j.search.sweep.Conditions;
import io.github.puzzle4j.search.sweep.SweepSearch;
import io.github.puzzle4j.search.verify.Finding;
import io.github.puzzle4j.search.verify.Verification;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The beginning of a session: what the command {@code puzzle4j} does, with results that print
 * themselves as tables and values that plot. Models, plans and runs are named by their paths.
 *
 * <p>Mistakes are an {@link InvalidInputException} with one line.
 *
 * @param progress gives a listener to each piece of work
 * @param device that computes: {@code cpu}, {@code cuda}, {@code cuda:1}, or {@code auto} for a GPU
 *     where there is one; if empty, that of the plan, and without a plan {@code auto}
 */
public record Puzzle(Supplier<Progress> progress, Optional<String> device) {

  /** Texts that are written together. */
  private static final int TOGETHER = 16;

  /** Without messages. */
  public static Puzzle quiet() {
    return listenedBy(Progress::silent);
  }

  /** With lines about progress. */
  public static Puzzle printing(PrintStream out) {
    return listenedBy(() -> Progress.lines(out));
  }

  /** With listeners of one's own. */
  public static Puzzle listenedBy(Supplier<Progress> progress) {
    return new Puzzle(progress, Optional.empty());
  }

  /** The same on another device. */
  public Puzzle on(String other) {
    return new Puzzle(progress, Optional.of(other));
  }

  /** What a checkpoint folder, a {@code config.json} or a GGUF file holds. */
  public ModelDescription model(String path) throws IOException {
    return ModelDescription.of(Path.of(path));
  }

  /**
   * What a model predicts of text, and how it answers questions: means, with accuracies as shares.
   *
   * @param model a checkpoint folder or a GGUF file
   */
  public Table measure(String model, TestData on) throws IOException {
    return on.measure(Path.of(model), this::memory, progress.get());
  }

  /**
   * Writes text that a model draws from its own distribution, as a corpus; goes on where it was
   * stopped.
   *
   * @param documents number of texts
   * @param tokens of each at most
   * @return what was written: JSON Lines
   */
  public Path generate(String model, String out, int documents, int tokens) throws IOException {
    Path file = Path.of(out);
    try (ModelFolder folder = ModelFolder.open(Path.of(model));
        DeviceMemory memory = memory();
        ProgressTask task = progress.get().start("generate", documents)) {
      new TextGenerator(documents, tokens, 1, 1, TOGETHER, Precision.FLOAT32)
          .write(memory, folder, file, task::step);
    }
    return file;
  }

  /**
   * Makes multiple choice of text: which of four passages follows a prompt.
   *
   * @param data file or folder with rows of text
   * @return what was written: JSON Lines for {@link TestData#questions}
   */
  public Path questions(String data, String out, int count) throws IOException {
    Path file = Path.of(out);
    ContinuationQuestions.usual(count).write(Path.of(data), file);
    return file;
  }

  /** Writes a GGUF file as a checkpoint folder with its tokenizer, and says what it holds. */
  public ModelDescription convert(String gguf, String folder) throws IOException {
    FolderFromGguf.write(Path.of(gguf), Path.of(folder), progress.get());
    return model(folder);
  }

  /**
   * The engines and devices of this machine that compute searches, with the speed of their
   * products. What is missing, and how to get it, is told by {@code puzzle4j doctor}.
   */
  public Table engines() throws IOException {
    Table table = Table.of("engine", "version", "device", "float32_gflops", "bfloat16_gflops");
    Diagnosis diagnosis = Diagnosis.ofAll(Path.of(""));
    for (EngineCheck engine : diagnosis.engines()) {
      String version = engine.version().orElse("");
      for (Map.Entry<String, ProductRates> device : engine.rates().entrySet()) {
        ProductRates rates = device.getValue();
        table =
            table.with(
                engine.id(),
                version,
                device.getKey(),
                rates.float32Gflops(),
                rates.bfloat16Gflops());
      }
    }
    return table;
  }

  /**
   * Measures this processor with libtorch and llama.cpp for the shapes of a model and of usual
   * variants.
   *
   * @param out the file to write, which {@link #prices} and plans take in place of a GPU's name
   * @param seconds for each of the two; everything is timed three times at least
   * @return what was timed, beside what the fitted formula says
   */
  public Table profile(String model, String out, int seconds) throws IOException {
    MachineProfile profile =
        MachineProfiling.usual(ModelConfigFile.read(Path.of(model)), Duration.ofSeconds(seconds))
            .write(Path.of(out), "this-machine", progress.get());
    Table table = Table.of("engine", "what", "seconds", "fitted_seconds", "repetitions");
    for (Map.Entry<String, List<Observation>> engine : profile.observations().entrySet()) {
      for (Observation one : engine.getValue()) {
        double fitted = profile.predictedSeconds(engine.getKey(), one);
        table = table.with(engine.getKey(), one.what(), one.seconds(), fitted, one.repetitions());
      }
    }
    return table;
  }

  /** The GPUs that models can be priced on, by the names of their profiles. */
  public Table gpus() throws IOException {
    Table table = Table.of("gpu", "title", "engines");
    for (GpuTarget target : GpuTargets.all()) {
      table =
          table.with(
              target.name(),
              target.title(),
              String.join(", ", target.backends().keySet().stream().sorted().toList()));
    }
    return table;
  }

  /**
   * What a model costs to serve on each of some GPUs, as predicted; weights are not needed.
   *
   * @param model a checkpoint folder, a {@code config.json} or a GGUF file
   * @param gpus names of {@link #gpus}, or files of profiles
   */
  public Table prices(String model, Serving serving, String... gpus) throws IOException {
    return serving.prices(Path.of(model), List.of(gpus));
  }

  /** The plan in a file. */
  public Plan plan(String file) throws IOException {
    return Plan.read(Path.of(file));
  }

  /** A plan with values that fit a checkpoint, for some GPUs. */
  public Plan planFor(String model, String... gpus) throws IOException {
    return Plan.fitted(Path.of(model), List.of(gpus));
  }

  /**
   * Opens a search, to go through it step by step.
   *
   * @param run its folder, made if need be
   * @throws InvalidInputException if the plan is a sweep or does not fit its teacher, or if another
   *     process works in the folder
   */
  public Session open(Plan plan, String run) throws IOException {
    return switch (plan.document()) {
      case PlanFile one -> Session.open(one, Path.of(run), progress.get(), device);
      case SweepFile sweep ->
          throw new InvalidInputException(
              "%s: is a sweep, which search(plan, run) runs".formatted(sweep.source()));
    };
  }

  /** Runs a whole plan, or all points of a sweep; goes on where an earlier run was stopped. */
  public Run search(Plan plan, String run) throws IOException {
    return switch (plan.document()) {
      case PlanFile _ -> {
        try (Session session = open(plan, run)) {
          session.search().begin();
          yield session.run();
        }
      }
      case SweepFile sweep -> {
        try (SweepSearch search =
            SweepSearch.open(sweep, Path.of(run), progress.get(), new OnDevice(device))) {
          search.run();
          yield run(run);
        }
      }
    };
  }

  /** The results in the folder of a run or sweep, also while it is under way. */
  public Run run(String folder) {
    return new Run(new RunDirectory(Path.of(folder)), progress.get());
  }

  /**
   * What a child is chosen from.
   *
   * @param path of a problem file, of the folder of a target, or of a run with one target
   */
  public Problem problem(String path) throws IOException {
    return new Problem(path, ProblemPath.one(Path.of(path)));
  }

  /** Checks that an exported model is read again and computes the same elsewhere. */
  public Table verify(String model) throws IOException {
    return verify(Path.of(model), Optional.empty());
  }

  /** The same, and that it computes what another form of it computes. */
  public Table verify(String model, String against) throws IOException {
    return verify(Path.of(model), Optional.of(Path.of(against)));
  }

  private Table verify(Path model, Optional<Path> against) throws IOException {
    Table table = Table.of("check", "outcome", "detail");
    try (DeviceMemory memory = memory()) {
      for (Finding one :
          new Verification(model, against, Optional.empty())
              .run(memory, Verification.Rows.drawn())) {
        table = table.with(one.check(), one.outcome().id(), one.detail());
      }
      return table;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private DeviceMemory memory() throws InvalidInputException {
    return Computing.usual().onThisMachine().device(device.orElse(ComputeDevice.AUTO)).memory();
  }

  /** Plans as they are, on the device that was asked for. */
  private record OnDevice(Optional<String> device) implements Conditions {

    @Override
    public SearchPlan plan(SearchPlan plan) {
      return plan;
    }

    @Override
    public ComputeDevice device(SearchPlan plan) throws InvalidInputException {
      return plan.deviceHere(device);
    }
  }
}
