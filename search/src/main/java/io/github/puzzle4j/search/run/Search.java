package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.library.Train;
import io.github.puzzle4j.blocklib.task.SealedJson;
import io.github.puzzle4j.blocklib.task.TaskCounts;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.scoring.quality.Effort;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.search.estimate.Estimator;
import io.github.puzzle4j.search.estimate.PlanEstimate;
import io.github.puzzle4j.search.machine.ThisMachine;
import io.github.puzzle4j.search.plan.Baseline;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.PlanValueException;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.plan.Target;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.report.ScoringReport;
import io.github.puzzle4j.search.rounds.Calibration;
import io.github.puzzle4j.solver.json.ProblemFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search, stage by stage: distil, score, choose, measure, repair, export. Each stage takes the
 * results of the ones before it from the store and computes those that are missing.
 *
 * <p>Holds native memory until closed. Not for use by several threads at a time.
 */
public final class Search implements AutoCloseable {

  /** Children are stored in bf16, as teachers are published. */
  static final TensorType STORED = TensorType.BF16;

  private final CheckedPlan checked;
  private final SearchPlan plan;
  private final RunDirectory directory;
  private final KeptTimes progress;
  private final Workspace workspace;
  private final List<CheckpointExporter> exporters;
  private final Instant began;
  private final List<String> targetNames;
  private final Groundwork groundwork;
  private final Children children;
  private @Nullable ScoringReport scoring;

  private Search(
      CheckedPlan checked,
      RunDirectory directory,
      KeptTimes progress,
      Workspace workspace,
      Instant began)
      throws IOException {
    this.checked = checked;
    this.plan = checked.plan();
    this.directory = directory;
    this.progress = progress;
    this.workspace = workspace;
    this.exporters = checked.exporters();
    this.began = began;
    this.targetNames = TargetNames.of(plan, directory, progress::warn);
    this.groundwork = new Groundwork(plan, workspace, this.progress);
    this.children = new Children(plan, workspace, directory, exporters, groundwork, this.progress);
  }

  /**
   * Opens a search on the device of its plan; nothing is computed, and no weights are read.
   *
   * @param runDirectory made if need be
   * @throws PlanValueException if plan and teacher do not match, or if the plan names a GPU, solver
   *     or format that does not exist, a scenario that a target has no prices for, or formats that
   *     can hold no child of this teacher
   * @throws InvalidInputException if another process works in the run directory or in the store
   */
  public static Search open(SearchPlan plan, Path runDirectory, Progress progress)
      throws IOException {
    return open(plan, runDirectory, progress, plan.deviceHere(Optional.empty()));
  }

  /** The same on another device, see {@link ComputeDevice#named}. */
  public static Search open(
      SearchPlan plan, Path runDirectory, Progress progress, ComputeDevice device)
      throws IOException {
    return open(plan, runDirectory, progress, device, TaskVersions.current());
  }

  /** The same with other algorithm versions. */
  public static Search open(
      SearchPlan plan,
      Path runDirectory,
      Progress progress,
      ComputeDevice device,
      TaskVersions versions)
      throws IOException {
    return open(
        plan,
        runDirectory,
        progress,
        device,
        store -> HeldStore.open(store, versions, progress::warn).forOneSearch());
  }

  /** The same with a store that is held for several searches, whatever the plan says. */
  public static Search open(
      SearchPlan plan, Path runDirectory, Progress progress, ComputeDevice device, HeldStore store)
      throws IOException {
    return open(plan, runDirectory, progress, device, _ -> store.lent());
  }

  private static Search open(
      SearchPlan plan,
      Path runDirectory,
      Progress progress,
      ComputeDevice device,
      HeldStore.Source store)
      throws IOException {
    Instant began = Instant.now();
    int known = progress.stageTimes().size();
    RunDirectory directory = new RunDirectory(runDirectory);
    SearchPlan decided = DecidedPrecision.of(plan, directory, device, progress);
    CheckedPlan checked =
        CheckedPlan.of(decided, CheckedPlan.machine(decided, directory, store, progress));
    Workspace workspace = Workspace.open(checked, directory, device, store, progress::warn);
    boolean opened = false;
    try {
      directory.writePlan(PlanReader.write(decided));
      KeptTimes times = KeptTimes.of(directory.times(), progress, known, InstantSource.system());
      Search search = new Search(checked, directory, times, workspace, began);
      opened = true;
      return search;
    } finally {
      if (!opened) {
        workspace.close();
      }
    }
  }

  /**
   * Says what a user should know before hours are spent, such as variants that are never chosen.
   *
   * @throws OutOfReachException if no child can keep the budget of a target, which is known from
   *     costs alone
   */
  public void begin() throws IOException {
    checked.announce(progress);
  }

  /** The plan. */
  public SearchPlan plan() {
    return plan;
  }

  /** The run directory. */
  public RunDirectory directory() {
    return directory;
  }

  /** The teacher's shape. */
  public Model teacher() {
    return workspace.teacher();
  }

  /** The replacements of the plan for this teacher. */
  public SearchSpace space() {
    return workspace.space();
  }

  /** Numbers of computed and reused tasks so far. */
  public TaskCounts tasks() {
    return workspace.store().counts();
  }

  /** What is done with whole children. */
  public Children children() {
    return children;
  }

  /** The library in the store, complete or not. */
  public BlockLibrary library() throws IOException {
    return groundwork.library();
  }

  /** Trains all variants that the library lacks. */
  public BlockLibrary distill() throws IOException {
    return distill(new LinkedHashSet<>(library().plan().trainings()));
  }

  /** Runs those of these trainings of the library that it lacks. */
  public BlockLibrary distill(Set<Train> trainings) throws IOException {
    groundwork.distilling().run(library(), trainings, workspace.activations("distill"), progress);
    return library();
  }

  /** Scores all replacements that have no score yet; needs the library. */
  public ScoreTable score() throws IOException {
    ScoreStage stage = scoreStage(space().replacements());
    ScoreTable scores = stage.run(progress);
    scoring = stage.report();
    return scores;
  }

  /**
   * Scores some replacements, each on the whole validation text, or as the sum of two of them;
   * needs their trainings.
   */
  public ScoreTable score(List<Replacement> some) throws IOException {
    return scoreStage(some).exactly(progress);
  }

  private ScoreStage scoreStage(List<Replacement> some) throws IOException {
    return ScoreStage.of(plan, workspace, some, library(), this::selector);
  }

  /** How the scores came about, once there are any. */
  public Optional<ScoringReport> scoring() {
    return Optional.ofNullable(scoring);
  }

  private TargetSelector selector(ScoreTable scores) {
    return new TargetSelector(
        new Loadable(teacher(), exporters),
        scores,
        plan.score().metric(),
        plan.solve(),
        plan.baselines(),
        plan.data().seed());
  }

  /**
   * Chooses a child for each target of the plan, in its order, by the sum of scores: the proven
   * optimum of what replace-one scores predict.
   */
  public List<TargetChoice> choose(ScoreTable scores) throws IOException {
    TargetSelector selector = selector(scores);
    List<TargetChoice> choices = new ArrayList<>();
    List<PricedTarget> targets = workspace.targets();
    try (ProgressTask task = progress.start("solve", targets.size())) {
      for (int i = 0; i < targets.size(); i++) {
        TargetChoice choice = selector.choose(targetNames.get(i), targets.get(i));
        AtomicFile.writeString(
            directory.problem(choice.name()), ProblemFile.toJson(choice.problem()));
        choices.add(choice);
        task.step(1);
      }
    }
    return List.copyOf(choices);
  }

  /**
   * Chooses again among whole children that are measured, in the rounds of the plan; each target
   * begins with its choice by the sum of scores.
   */
  public List<TargetChoice> refine(List<TargetChoice> choices, ScoreTable scores)
      throws IOException {
    if (plan.rounds() == 0 && !plan.baselines().contains(Baseline.EVOLUTION)) {
      return choices;
    }
    try (Refining refining = new Refining(plan, workspace, library(), scores, progress)) {
      return refining.refine(choices, scoring().map(ScoringReport::effort).orElse(Effort.NONE));
    }
  }

  /**
   * Measures a sample of the children that keep a target's budget, and compares predictions with
   * it; empty if nothing fits, or too little for a sample.
   */
  public Optional<Calibration> calibrate(TargetChoice choice, ScoreTable scores, int children)
      throws IOException {
    return switch (choice) {
      case TargetChoice.OutOfReach _ -> Optional.empty();
      case TargetChoice.Chosen chosen -> {
        try (Refining refining = new Refining(plan, workspace, library(), scores, progress)) {
          yield refining.calibrate(chosen, children);
        }
      }
    };
  }

  /** Writes down which text was used so far. */
  List<UsedText> recordTexts() throws IOException {
    List<UsedText> used = workspace.texts().used();
    SealedJson.write(directory.texts(), new UsedText.All(UsedText.All.SCHEMA, used));
    return used;
  }

  /** The variants that are never candidates for a target of the plan, with the reasons. */
  List<String> exclusions(Target target) {
    return new Loadable(teacher(), exporters).exclusions(workspace.priced(target));
  }

  /** Collects the losses of trainings. */
  LossesOfTrainings losses() {
    return new LossesOfTrainings(plan, workspace, directory);
  }

  /** The most that was taken of the GPU's memory so far; empty on the processor. */
  OptionalLong gpuTakenBytes() {
    return workspace.gpuTakenBytes();
  }

  /** Serves children on this machine; the caller closes it. */
  Serving serving() {
    return new Serving(workspace, ThisMachine.threads(plan.threads()), progress);
  }

  /**
   * Measures for some seconds how long each stage will take, unless that is known, or the library
   * is complete already. The run then says from time to time what is left, and its report compares.
   */
  public void estimate() throws IOException {
    if (Files.exists(directory.estimate()) || library().isComplete()) {
      return;
    }
    try (ProgressTask task = progress.start("estimate", 1)) {
      SealedJson.write(
          directory.estimate(), Estimator.of(plan, space(), workspace.memory().device()));
      task.step(1);
    }
  }

  /** What the run was estimated to take; empty if it was not. */
  Optional<PlanEstimate> estimated() throws IOException {
    return Files.exists(directory.estimate())
        ? Optional.of(SealedJson.read(directory.estimate(), PlanEstimate.class))
        : Optional.empty();
  }

  /** All stages, and the report. */
  public SearchOutcome run() throws IOException {
    return new WholeSearch(this, progress, began, true).run();
  }

  /** The same, but for the page: that of a sweep shows all of its points. */
  public SearchOutcome runPoint() throws IOException {
    return new WholeSearch(this, progress, began, false).run();
  }

  @Override
  public void close() {
    workspace.close();
  }
}
