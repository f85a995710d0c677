package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.blocklib.task.FileDigestMemo;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.plan.StoreLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shared resources of all stages: the teacher, its text, the store. Opening reads no weights
 * and starts no libtorch; both happen when a stage first computes.
 */
final class Workspace implements AutoCloseable {

  private final SearchPlan plan;
  private final ModelFolder teacher;
  private final ComputeDevice device;
  private final SearchSpace space;
  private final List<PricedTarget> targets;
  private final PlanTexts texts;
  private final TaskStore store;
  private final FileDigestMemo digests;
  private @Nullable DeviceMemory memory;
  private @Nullable BlockRunner runner;
  private @Nullable LanguageModel teacherModel;

  private Workspace(
      SearchPlan plan,
      RunDirectory directory,
      ComputeDevice device,
      TaskVersions versions,
      ModelFolder teacher,
      SearchSpace space,
      List<PricedTarget> targets)
      throws IOException {
    this.plan = plan;
    this.device = device;
    this.teacher = teacher;
    this.space = space;
    this.targets = targets;
    this.texts = new PlanTexts(plan, directory.cache(), teacher);
    this.store = new TaskStore(store(plan, directory), versions);
    this.digests = FileDigestMemo.open(store.folder().resolve("digests.json"));
  }

  private static Path store(SearchPlan plan, RunDirectory directory) {
    return switch (plan.store()) {
      case StoreLocation.InRun() -> directory.store();
      case StoreLocation.Folder(Path path) -> path;
    };
  }

  /**
   * Opens everything; closes the plan's teacher when it is closed.
   *
   * @param device that computes
   */
  static Workspace open(
      CheckedPlan checked, RunDirectory directory, ComputeDevice device, TaskVersions versions)
      throws IOException {
    return new Workspace(
        checked.plan(),
        directory,
        device,
        versions,
        checked.teacher(),
        checked.space(),
        checked.targets());
  }

  Model teacher() {
    return teacher.model();
  }

  ModelFolder folder() {
    return teacher;
  }

  /** The teacher's weights, mapped when they are first asked for. */
  Checkpoint weights() throws IOException {
    return teacher.weights();
  }

  /** The digest of the teacher's shape and weights. */
  String teacherDigest() throws IOException {
    return teacher.weightsDigest(digests);
  }

  /** The digest of the files that accompany the teacher's weights. */
  String companionsDigest() throws IOException {
    return teacher.companionsDigest(digests);
  }

  TaskStore store() {
    return store;
  }

  /** Native memory of the device. */
  DeviceMemory memory() {
    if (memory == null) {
      memory = device.memory();
    }
    return memory;
  }

  /** Runs single layers of the teacher or of a child. */
  BlockRunner runner() {
    if (runner == null) {
      runner = new BlockRunner(memory(), teacher().common(), plan.precision());
    }
    return runner;
  }

  /** The whole teacher in memory, loaded when it is first asked for. */
  LanguageModel teacherModel() throws IOException {
    if (teacherModel == null) {
      teacherModel = load(teacher(), weights());
    }
    return teacherModel;
  }

  /** A model with the teacher's common parts in memory; the caller closes it. */
  LanguageModel load(Model model, TensorSource tensors) throws IOException {
    return LanguageModel.load(memory(), model, tensors, plan.precision());
  }

  SearchSpace space() {
    return space;
  }

  List<PricedTarget> targets() {
    return targets;
  }

  PlanTexts texts() {
    return texts;
  }

  /** Batches of {@code rows} sequences; an incomplete last one is dropped. */
  List<TokenBatch> batches(List<TokenSequence> sequences, int rows) {
    List<TokenBatch> batches = new ArrayList<>();
    for (int from = 0; from + rows <= sequences.size(); from += rows) {
      batches.add(
          TokenBatch.ofAllTokens(
              sequences.subList(from, from + rows).stream().map(TokenSequence::ids).toList(),
              teacher().common().vocabularySize()));
    }
    return batches;
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
    }
    teacher.close();
  }
}
