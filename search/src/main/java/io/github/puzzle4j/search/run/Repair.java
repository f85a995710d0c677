package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsWriter;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.train.BlockLibrary;
import io.github.puzzle4j.blocklib.train.GlobalDistillation;
import io.github.puzzle4j.blocklib.train.GlobalDistiller;
import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.LostStep;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.blocklib.train.TrainingListener;
import io.github.puzzle4j.blocklib.train.TrainingSettings;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Global distillation of an assembled child, kept on disk when it is done. */
final class Repair {

  private static final double GRADIENT_CLIP = 1;
  private static final double COSINE_WEIGHT = 1;
  private static final int MOST_BATCHES = 1024;

  private final SearchPlan plan;
  private final Workspace workspace;
  private final RunDirectory directory;
  private final Progress progress;
  private final TensorType stored;

  Repair(
      SearchPlan plan,
      Workspace workspace,
      RunDirectory directory,
      Progress progress,
      TensorType stored) {
    this.plan = plan;
    this.workspace = workspace;
    this.directory = directory;
    this.progress = progress;
    this.stored = stored;
  }

  TensorSource run(String name, Architecture child, BlockLibrary library, String libraryFingerprint)
      throws IOException {
    TensorSource assembled =
        library.child(workspace.checkpoint(), workspace.checkpoint().architecture(), child);
    if (plan.uptrain().steps() == 0) {
      return assembled;
    }
    String stem = "repaired-" + fingerprint(child, libraryFingerprint);
    Path file = directory.target(name).resolve(stem + ".safetensors");
    if (!Files.exists(file)) {
      Path state = directory.target(name).resolve(stem + ".training");
      SafetensorsWriter.write(file, train(name, child, assembled, state));
      Files.deleteIfExists(state);
    }
    return read(file);
  }

  private String fingerprint(Architecture child, String libraryFingerprint) {
    return new Fingerprint()
        .with("library", libraryFingerprint)
        .with("uptrain", PlanReader.tree(plan).path("uptrain"))
        .with(
            "child", child.blocks().stream().map(BlockVariant::id).collect(Collectors.joining(",")))
        .value();
  }

  private TensorSource train(String name, Architecture child, TensorSource assembled, Path state)
      throws IOException {
    SearchPlan.Training training = plan.uptrain();
    int batches = Math.min(training.steps(), MOST_BATCHES);
    List<TokenBatch> text =
        workspace.batches(
            workspace.texts().calibration(batches * training.batch()), training.batch());
    GlobalDistillation settings =
        new GlobalDistillation(
            new TrainingSettings(
                new LearningRate(
                    training.learningRate(), training.warmupSteps(), training.steps(), 0),
                0,
                GRADIENT_CLIP),
            COSINE_WEIGHT,
            plan.precision(),
            training.seed());
    try (ProgressTask task = progress.start("uptrain " + name, training.steps())) {
      return new GlobalDistiller(settings, state)
          .repair(
              workspace.memory(),
              workspace.teacher(),
              child,
              assembled,
              text,
              stored,
              new RepairProgress(task));
    }
  }

  private record RepairProgress(ProgressTask task) implements TrainingListener {

    @Override
    public void step(int stepsDone, double loss) {
      task.step(1);
      task.note("loss %.3f".formatted(loss));
    }

    @Override
    public void lost(LostStep step) {
      task.warn(step.toString());
    }
  }

  private static TensorSource read(Path file) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (SafetensorsFile mapped = SafetensorsFile.open(file)) {
      for (String name : mapped.names()) {
        Tensor tensor = mapped.tensor(name);
        tensors.put(name, Tensor.ofFloats(tensor.type(), tensor.shape(), tensor.toFloats()));
      }
    }
    return TensorSource.of(tensors);
  }
}
