package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.library.Train;
import io.github.puzzle4j.blocklib.task.SealedJson;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.train.LossCurve;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.report.TrainingLosses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Collects the losses of the trainings of a search from their results, for its report. */
final class LossesOfTrainings {

  private static final int WHOLE_MODEL = -1;

  private final TaskStore store;
  private final Path file;
  private final long tokensOfBlocks;
  private final long tokensOfRepair;
  private final List<TrainingLosses.Curve> library = new ArrayList<>();
  private final List<TrainingLosses.OfChild> children = new ArrayList<>();

  LossesOfTrainings(SearchPlan plan, Workspace workspace, RunDirectory directory) {
    this.store = workspace.store();
    this.file = directory.losses();
    long length = plan.data().sequenceLength();
    this.tokensOfBlocks =
        length * plan.distill().batch() * plan.distill().settings().settings().batchesPerStep();
    this.tokensOfRepair = length * plan.uptrain().batch();
  }

  /** Adds all trainings of a library that have ended. */
  void add(BlockLibrary filled) throws IOException {
    for (Train train : filled.plan().trainings()) {
      Optional<StoredResult> result = store.find(train);
      if (result.isPresent()) {
        String name = train.name();
        if (train.span().length() > 1) {
          name = train.span() + "/" + name;
        }
        String variant = train.part().id() + " " + name;
        curve(train.span().first(), variant, tokensOfBlocks, result.get().value())
            .ifPresent(library::add);
      }
    }
    write();
  }

  /**
   * Adds the trainings from which the weights of a child come.
   *
   * @param target its place in the report
   * @param model such as {@code child}
   */
  void add(int target, String model, ChildWeights weights) throws IOException {
    for (String source : weights.sources()) {
      Optional<TaskStore.Manifest> repair = store.manifest(Task.Kind.REPAIR, source);
      if (repair.isPresent()) {
        for (JsonNode block : repair.get().task().path("weights")) {
          addBlock(target, model, block.asString());
        }
        curve(WHOLE_MODEL, "", tokensOfRepair, repair.get().value())
            .ifPresent(curve -> add(target, model, Task.Kind.REPAIR, curve));
      } else {
        addBlock(target, model, source);
      }
    }
    write();
  }

  private void addBlock(int target, String model, String source) throws IOException {
    Optional<TaskStore.Manifest> adapted = store.manifest(Task.Kind.ADAPT, source);
    if (adapted.isPresent()) {
      JsonNode beginning = adapted.get().task().path("beginning");
      Replacement trained =
          Json.bind(
              "a result in the store", beginning.path(beginning.size() - 1), Replacement.class);
      String variant = ReportBuilder.name(trained, trained.variant());
      curve(trained.span().first(), variant, tokensOfBlocks, adapted.get().value())
          .ifPresent(curve -> add(target, model, Task.Kind.ADAPT, curve));
    }
  }

  private void add(int target, String model, Task.Kind kind, TrainingLosses.Curve curve) {
    String stage = kind == Task.Kind.REPAIR ? "uptrain" : "adapt";
    children.add(new TrainingLosses.OfChild(target, model, stage, curve));
  }

  private static Optional<TrainingLosses.Curve> curve(
      int layer, String variant, long tokensPerStep, JsonNode result) throws IOException {
    return LossCurve.of(result)
        .map(losses -> new TrainingLosses.Curve(layer, variant, tokensPerStep, losses));
  }

  private void write() throws IOException {
    SealedJson.write(file, new TrainingLosses(TrainingLosses.SCHEMA, library, children));
  }
}
