package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.task.MissingTasks;
import io.github.puzzle4j.blocklib.task.OwnedFolder;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.ScoringEffort;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.report.ReportFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * What a run has and lacks.
 *
 * @param holder the process that works in it, as text; empty if there is none
 * @param plan of the run
 * @param check memory and replacements of the plan
 * @param stages whose tasks are known before they run, in order
 * @param kept results in the store of the kinds whose tasks depend on other results, of all plans
 *     that share it
 * @param unfinished trainings that were stopped, and go on from their states
 * @param targets of the plan
 * @param reported targets that the report has; all of them when the search is finished
 */
public record RunStatus(
    Optional<String> holder,
    SearchPlan plan,
    PlanCheck check,
    List<Stage> stages,
    Map<Task.Kind, Integer> kept,
    int unfinished,
    int targets,
    int reported) {

  /** The kinds whose tasks depend on what others find. */
  private static final List<Task.Kind> LATER =
      List.of(
          Task.Kind.CHILD, Task.Kind.MEASURE, Task.Kind.ADAPT, Task.Kind.REPAIR, Task.Kind.EXPORT);

  public RunStatus {
    stages = List.copyOf(stages);
  }

  /**
   * The tasks of a kind.
   *
   * @param name of the stage
   * @param done tasks whose results are in the store
   * @param total number of tasks; those of a race at least
   * @param reasons why the others will be computed, with their numbers
   */
  public record Stage(String name, int done, int total, SequencedMap<String, Integer> reasons) {

    public Stage {
      reasons = new LinkedHashMap<>(reasons);
    }

    /** In the order in which they were found. */
    @Override
    public SequencedMap<String, Integer> reasons() {
      return new LinkedHashMap<>(reasons);
    }

    /** The share that is missing, between 0 and 1. */
    public double missing() {
      return total == 0 ? 0 : (double) (total - done) / total;
    }
  }

  /** Whether nothing is left to do. */
  public boolean isFinished() {
    return reported == targets && stages.stream().allMatch(stage -> stage.missing() == 0);
  }

  /**
   * Looks at a run, also while another process works in it. Text is read and results are compared
   * with their digests, but nothing is computed.
   *
   * @param warnings receives a line for each damaged file
   * @throws InvalidInputException if there is no run, or if its plan cannot be run any more
   */
  public static RunStatus of(RunDirectory directory, Consumer<String> warnings) throws IOException {
    return of(directory, TaskVersions.current(), warnings);
  }

  static RunStatus of(RunDirectory directory, TaskVersions versions, Consumer<String> warnings)
      throws IOException {
    if (!Files.exists(directory.plan())) {
      throw new InvalidInputException(
          "%s: no run: there is no %s in it"
              .formatted(directory.root(), directory.plan().getFileName()));
    }
    SearchPlan plan = PlanReader.read(directory.plan());
    CheckedPlan checked =
        CheckedPlan.of(
            plan,
            CheckedPlan.machine(
                    plan, directory, HeldStore.toRead(versions, warnings), Progress.silent())
                .asProfiled());
    PlanCheck check = PlanCheck.of(checked);
    try (Workspace workspace =
        Workspace.toRead(checked, directory, ComputeDevice.processor(), versions, warnings)) {
      TaskStore store = workspace.store();
      BlockLibrary library = new Distilling(plan, workspace, Search.STORED).library();
      Map<Task.Kind, Integer> kept = new LinkedHashMap<>();
      for (Task.Kind kind : LATER) {
        kept.put(kind, store.manifests(kind).size());
      }
      return new RunStatus(
          OwnedFolder.holder(directory.root()),
          plan,
          check,
          stages(plan, workspace, library),
          kept,
          store.unfinished(),
          plan.targets().size(),
          reported(directory, warnings));
    }
  }

  private static int reported(RunDirectory directory, Consumer<String> warnings)
      throws IOException {
    if (!Files.exists(directory.figures())) {
      return 0;
    }
    try {
      return ReportFile.readJson(directory.figures()).targets().size();
    } catch (InvalidInputException damaged) {
      warnings.accept(String.valueOf(damaged.getMessage()));
      return 0;
    }
  }

  private static List<Stage> stages(SearchPlan plan, Workspace workspace, BlockLibrary library)
      throws IOException {
    MissingTasks missing = new MissingTasks(workspace.store());
    List<Task> rankings = new ArrayList<>();
    List<Task> trainings = new ArrayList<>();
    for (Task task : library.plan().tasks()) {
      (task.kind() == Task.Kind.RANK ? rankings : trainings).add(task);
    }
    return List.of(
        stage("rank", rankings, workspace.store(), missing),
        stage("distill", trainings, workspace.store(), missing),
        stage("score", scores(plan, workspace, library), workspace.store(), missing));
  }

  /** Of a race, those of its first round: the others depend on their results. */
  private static List<Task> scores(SearchPlan plan, Workspace workspace, BlockLibrary library)
      throws IOException {
    ScoringText text = ScoringText.of(workspace.texts().validation(plan.score().sequences()));
    List<ScoringText.Portion> portions =
        plan.score().effort() == ScoringEffort.RACING
            ? text.rounds(plan.data().seed()).getFirst()
            : text.portions();
    Scoring scoring = new Scoring(plan, workspace, library, text, Path.of("activations"));
    List<Task> tasks = new ArrayList<>();
    for (Replacement one :
        new ScoringUnits(
                workspace.space(),
                workspace.space().replacements(),
                library,
                plan.score().granularity())
            .units()) {
      for (ScoringText.Portion portion : portions) {
        tasks.add(scoring.task(one, portion));
      }
    }
    return tasks;
  }

  private static Stage stage(String name, List<Task> tasks, TaskStore store, MissingTasks missing)
      throws IOException {
    SequencedMap<String, Integer> reasons = new LinkedHashMap<>();
    for (Task task : tasks) {
      if (store.find(task).isEmpty()) {
        reasons.merge(missing.why(task), 1, Integer::sum);
      }
    }
    int lacking = reasons.values().stream().mapToInt(Integer::intValue).sum();
    return new Stage(name, tasks.size() - lacking, tasks.size(), reasons);
  }
}
