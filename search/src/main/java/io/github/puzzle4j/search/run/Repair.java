package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsWriter;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.TaskStore.FileWriter;
import io.github.puzzle4j.blocklib.tensor.NativeHeap;
import io.github.puzzle4j.blocklib.train.GlobalDistillation;
import io.github.puzzle4j.blocklib.train.GlobalDistiller;
import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.LossCurve;
import io.github.puzzle4j.blocklib.train.StreamedTeacher;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.blocklib.train.TrainingSettings;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Global distillation of an assembled child; equal children are repaired once. */
final class Repair {

  private static final double GRADIENT_CLIP = 1;

  /** Part of the memory for activations that caches layers of the teacher. */
  static final int TEACHER_SHARE = 8;

  private final SearchPlan plan;
  private final Workspace workspace;
  private final Progress progress;
  private final TensorType stored;

  Repair(SearchPlan plan, Workspace workspace, Progress progress, TensorType stored) {
    this.plan = plan;
    this.workspace = workspace;
    this.progress = progress;
    this.stored = stored;
  }

  /**
   * The repaired child; the child itself if the plan asks for no steps.
   *
   * @param name of the target, for the display of progress
   */
  ChildWeights run(String name, ChildWeights assembled) throws IOException {
    SearchPlan.Training training = plan.uptrain();
    if (training.steps() == 0) {
      return assembled;
    }
    List<TokenBatch> text = text(training);
    RepairChild task =
        new RepairChild(
            workspace.teacherDigest(),
            assembled.child().replacements(),
            assembled.sources(),
            TokenBatch.digest(text),
            settings(training),
            stored);
    Optional<StoredResult> known = workspace.store().find(task);
    StoredResult result = known.isPresent() ? known.get() : train(name, task, assembled, text);
    return new ChildWeights(
        assembled.child(),
        workspace.keepOpen(SafetensorsFile.open(result.file(RepairChild.FILE))),
        List.of(result.key().digest()));
  }

  private List<TokenBatch> text(SearchPlan.Training training) throws IOException {
    int batches = Math.min(training.steps(), training.batches());
    return workspace.batches(
        workspace.texts().calibration(batches * training.batch()), training.batch());
  }

  private GlobalDistillation settings(SearchPlan.Training training) {
    LearningRate rate =
        new LearningRate(training.learningRate(), training.warmupSteps(), training.steps(), 0);
    return new GlobalDistillation(
        new TrainingSettings(rate, 0, GRADIENT_CLIP),
        training.loss(),
        plan.products(),
        training.seed());
  }

  private StoredResult train(
      String name, RepairChild task, ChildWeights assembled, List<TokenBatch> text)
      throws IOException {
    Path state = workspace.store().stateFile(task);
    // Weights, gradients and moments of the child need the memory more.
    workspace.releaseTeacherModel();
    NativeHeap.trim();
    try (ProgressTask shown = progress.start("uptrain " + name, plan.uptrain().steps());
        StreamedTeacher teacher =
            new StreamedTeacher(
                workspace.memory(),
                workspace.teacher(),
                workspace.weights(),
                workspace.runner(),
                plan.activations().budget().memoryBytes() / TEACHER_SHARE)) {
      workspace.warnOfText(
          shown, plan.uptrain().steps(), plan.uptrain().batches(), "uptrain.batches");
      new GlobalDistiller(task.settings(), state)
          .repair(
              workspace.memory(),
              teacher,
              assembled.child().model(),
              assembled.tensors(),
              assembled.child().alignment(),
              text,
              stored,
              new RepairProgress(shown),
              (repaired, losses) -> write(task, repaired, losses));
    }
    NativeHeap.trim();
    Files.deleteIfExists(state);
    return workspace.store().find(task).orElseThrow();
  }

  private void write(RepairChild task, TensorSource repaired, LossCurve losses) throws IOException {
    SequencedMap<String, FileWriter> files = new LinkedHashMap<>();
    files.put(RepairChild.FILE, path -> SafetensorsWriter.write(path, repaired));
    workspace.store().write(task, losses.beside(Map.of()), files);
  }
}
