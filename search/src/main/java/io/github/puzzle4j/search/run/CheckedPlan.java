package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.Exporters;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.search.machine.ThisMachine;
import io.github.puzzle4j.search.plan.PlanValueException;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.plan.Target;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.SelectionSolver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan in which nothing was found that would end a search later: all that can be judged without
 * computing with weights.
 *
 * @param teacher open; whoever takes it closes it
 * @param space the plan's replacements without those that no target can use
 * @param notes what a user should know before the search begins, one line each
 */
record CheckedPlan(
    SearchPlan plan,
    List<CheckpointExporter> exporters,
    ModelFolder teacher,
    SearchSpace space,
    List<PricedTarget> targets,
    List<String> notes) {

  /** For all targets together; a budget that is not decided by then is left to the search. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** Profiles this machine, or finds its profile in a store. */
  static ThisMachine machine(
      SearchPlan plan, RunDirectory directory, HeldStore.Source store, Progress progress) {
    Path folder = Workspace.store(plan, directory);
    return ThisMachine.of(
        plan,
        lookup -> {
          try (HeldStore.Part part = store.of(folder)) {
            return lookup.in(part.store());
          }
        },
        progress);
  }

  /**
   * Checks a plan.
   *
   * @param here profiles this machine where it is a target
   * @throws PlanValueException naming the first key that is wrong
   */
  static CheckedPlan of(SearchPlan plan, ThisMachine here) throws IOException {
    List<CheckpointExporter> exporters = exporters(plan);
    requireBackend(plan);
    ModelFolder teacher = teacher(plan);
    boolean checked = false;
    try {
      CheckedPlan result = of(plan, exporters, teacher, here);
      checked = true;
      return result;
    } finally {
      if (!checked) {
        teacher.close();
      }
    }
  }

  private static CheckedPlan of(
      SearchPlan written, List<CheckpointExporter> exporters, ModelFolder teacher, ThisMachine here)
      throws IOException {
    Model model = teacher.model();
    SearchSpace asked = space(written, model);
    requireFiles(written, exporters, teacher);
    SearchPlan plan = written.withTargets(here.profiled(written.targets(), asked));
    List<String> notes = new ArrayList<>(plan.space().notes(model));
    List<PricedTarget> targets = PricedTarget.all(plan.targets(), asked, teacher.storedFormat());
    Loadable loadable = new Loadable(model, exporters);
    loadable.requireSome(targets);
    for (int i = 0; i < targets.size(); i++) {
      String target = "targets[%d], %s: ".formatted(i, targets.get(i).target().gpuName());
      loadable.exclusions(targets.get(i)).forEach(line -> notes.add(target + line));
    }
    SearchSpace space = asked.limitedTo(loadable.allowed(targets));
    notes.addAll(leftOut(asked, space));
    requireLimits(targets, loadable);
    return new CheckedPlan(plan, exporters, teacher, space, targets, List.copyOf(notes));
  }

  private static List<String> leftOut(SearchSpace asked, SearchSpace space) {
    int left = asked.replacements().size() - space.replacements().size();
    return left == 0
        ? List.of()
        : List.of(
            "%d of %d replacements are neither trained nor scored: no target can use them"
                .formatted(left, asked.replacements().size()));
  }

  private static List<CheckpointExporter> exporters(SearchPlan plan) throws PlanValueException {
    List<CheckpointExporter> exporters = new ArrayList<>();
    for (int i = 0; i < plan.export().size(); i++) {
      try {
        exporters.add(Exporters.named(plan.export().get(i)));
      } catch (InvalidInputException unknown) {
        throw new PlanValueException(
            "export[%d]".formatted(i), "export: " + unknown.getMessage(), unknown);
      }
    }
    return List.copyOf(exporters);
  }

  private static void requireBackend(SearchPlan plan) throws PlanValueException {
    try {
      SelectionSolver.requireBackend(plan.solve().backend());
    } catch (InvalidProblemException unknown) {
      throw mistake("solve.backend", unknown);
    }
  }

  private static ModelFolder teacher(SearchPlan plan) throws IOException {
    try {
      return ModelFolder.open(plan.teacher().path());
    } catch (InvalidInputException missing) {
      throw mistake("teacher.path", missing);
    }
  }

  private static SearchSpace space(SearchPlan plan, Model teacher) throws PlanValueException {
    int longest = teacher.common().longestContext();
    if (plan.data().sequenceLength() > longest) {
      throw new PlanValueException(
          "data.sequenceLength",
          "data.sequenceLength is %d; the teacher supports at most %d tokens"
              .formatted(plan.data().sequenceLength(), longest));
    }
    return plan.space().fitted(teacher);
  }

  /** Weights, tokenizer, text and what the formats need are there; weights are not read. */
  private static void requireFiles(
      SearchPlan plan, List<CheckpointExporter> exporters, ModelFolder teacher) throws IOException {
    try {
      teacher.requireWeights();
      teacher.tokenizer();
    } catch (InvalidInputException missing) {
      throw mistake("teacher.path", missing);
    }
    new PlanTexts(plan, Path.of("cache"), teacher, line -> {});
    PlanQuestions.read(plan, teacher);
    for (int i = 0; i < exporters.size(); i++) {
      try {
        exporters.get(i).requireCompanions(teacher.model().common(), teacher.companionFolder());
      } catch (InvalidInputException unfit) {
        throw new PlanValueException(
            "export[%d]".formatted(i),
            "export: %s: %s".formatted(exporters.get(i).name(), unfit.getMessage()),
            unfit);
      }
    }
  }

  private static void requireLimits(List<PricedTarget> targets, Loadable loadable)
      throws PlanValueException {
    for (int i = 0; i < targets.size(); i++) {
      String key = "targets[%d]".formatted(i);
      Target target = targets.get(i).target();
      if (loadable.needsAttention()
          && target.attentionLayers().most(Long.MAX_VALUE).orElse(1) < 1) {
        throw new PlanValueException(
            key + ".attentionLayers",
            key
                + ".attentionLayers must be at least 1, not 0: a format of 'export' needs a KV cache");
      }
      if (!target.hasLimit()) {
        throw new PlanValueException(
            key,
            key
                + ": has no limit, so that the best child would be the teacher itself; set throughput,"
                + " memory, maxTimePerToken, maxTimeToFirstToken, parameters, weightBytes,"
                + " kvBytesPerToken or attentionLayers");
      }
    }
  }

  /**
   * Says what a user should know before hours are spent, such as variants that are never chosen.
   *
   * @throws OutOfReachException if no child can keep the budget of a target
   */
  void announce(Progress progress) throws IOException {
    requireReachable();
    if (!notes.isEmpty()) {
      try (ProgressTask task = progress.start("check plan", 1)) {
        notes.forEach(task::warn);
        task.step(1);
      }
    }
  }

  /**
   * Rejects budgets that no child can keep.
   *
   * @throws OutOfReachException naming the targets, with what can be reached
   */
  private void requireReachable() throws IOException {
    Loadable loadable = new Loadable(teacher.model(), exporters);
    List<String> outOfReach = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      PricedTarget priced = targets.get(i);
      String key = "targets[%d], ".formatted(i);
      new TargetSelector(
              loadable,
              ScoreTable.ofZeros(priced.space().replacements()),
              plan.score().metric(),
              plan.solve(),
              List.of(),
              plan.data().seed())
          .unreachable(priced.target().gpuName(), priced, LONGEST.dividedBy(targets.size()))
          .ifPresent(none -> outOfReach.add(key + none.explanation()));
    }
    if (!outOfReach.isEmpty()) {
      throw new OutOfReachException(String.join("; ", outOfReach));
    }
  }

  private static PlanValueException mistake(String key, IOException why) {
    return new PlanValueException(key, "%s: %s".formatted(key, why.getMessage()), why);
  }
}
