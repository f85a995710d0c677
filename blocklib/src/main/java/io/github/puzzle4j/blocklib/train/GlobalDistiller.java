package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Kernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains a whole child to imitate its teacher: KL divergence of the output distributions plus one
 * minus the cosine of the hidden states after each layer, without a language-modelling loss.
 */
public final class GlobalDistiller {

  private record Outputs(List<DeviceTensor> hidden, DeviceTensor logits) {}

  private final GlobalDistillation distillation;
  private final Path stateFile;

  /**
   * A repair with these settings.
   *
   * @param stateFile state of the running repair; the caller removes it when the result has been
   *     written
   */
  public GlobalDistiller(GlobalDistillation distillation, Path stateFile) {
    this.distillation = distillation;
    this.stateFile = stateFile;
  }

  /**
   * Trains to the end, from where an earlier run stopped if there was one.
   *
   * @param assembled the child's weights at the start
   * @param alignment for each layer of the child the layer of the teacher after which both should
   *     agree, or -1, see {@code Child.alignment}
   * @param batches drawn from at random
   * @param stored the type of the result
   * @return the repaired weights
   * @throws InvalidInputException if the loss becomes NaN or infinite repeatedly, or if the state
   *     is that of another child
   * @throws IllegalArgumentException if the two models have other layers, hidden states or tokens
   */
  public TensorSource repair(
      DeviceMemory parent,
      LanguageModel teacher,
      Model child,
      TensorSource assembled,
      List<Integer> alignment,
      List<TokenBatch> batches,
      TensorType stored,
      TrainingListener listener)
      throws IOException {
    requireComparable(teacher.model(), child, alignment);
    Imitation objective =
        new Imitation(distillation, teacher, child, assembled, alignment, batches);
    return new Trainer(distillation.settings(), stateFile, listener)
        .train(parent, objective, trained -> trained.complete(objective.name(), stored));
  }

  private static void requireComparable(Model teacher, Model child, List<Integer> alignment) {
    if (alignment.size() != child.layers().size()
        || alignment.stream().anyMatch(layer -> layer >= teacher.layers().size())
        || teacher.hiddenSize() != child.hiddenSize()
        || teacher.common().vocabularySize() != child.common().vocabularySize()) {
      throw new IllegalArgumentException(
          "a child of shape %d x %d with %d tokens cannot imitate a teacher of %d x %d with %d"
              .formatted(
                  child.layers().size(),
                  child.hiddenSize(),
                  child.common().vocabularySize(),
                  teacher.layers().size(),
                  teacher.hiddenSize(),
                  teacher.common().vocabularySize()));
    }
  }

  private static final class Imitation implements Objective {

    private final GlobalDistillation distillation;
    private final LanguageModel teacher;
    private final Model child;
    private final TensorSource assembled;
    private final List<Integer> alignment;
    private final List<TokenBatch> batches;
    private final int[] draws;

    Imitation(
        GlobalDistillation distillation,
        LanguageModel teacher,
        Model child,
        TensorSource assembled,
        List<Integer> alignment,
        List<TokenBatch> batches) {
      this.distillation = distillation;
      this.teacher = teacher;
      this.child = child;
      this.assembled = assembled;
      this.alignment = List.copyOf(alignment);
      this.batches = List.copyOf(batches);
      TrainingSettings settings = distillation.settings();
      this.draws = new int[Math.multiplyExact(settings.steps(), settings.batchesPerStep())];
      SplittableRandom random = new SplittableRandom(distillation.seed());
      Arrays.setAll(draws, draw -> random.nextInt(batches.size()));
    }

    @Override
    public String name() {
      return "the child's repair";
    }

    @Override
    public Learner start(DeviceMemory memory) throws IOException {
      return new ModelLearner(
          LanguageModel.load(memory, child, assembled, distillation.precision()), this::loss);
    }

    @Override
    public int batches() {
      return batches.size();
    }

    @Override
    public int batch(int draw) {
      return draws[draw];
    }

    private DeviceTensor loss(DeviceMemory scope, LanguageModel model, int batch) {
      DeviceTensor ids = batches.get(batch).ids(scope);
      Outputs target = outputs(teacher, ids, false);
      Outputs output = outputs(model, ids, true);
      Kernels kernels = model.runner().kernels();
      DeviceTensor loss =
          kernels.call("distillation_loss", true, output.logits(), List.of(target.logits()));
      long compared = alignment.stream().filter(layer -> layer >= 0).count();
      float weight = (float) (distillation.cosineWeight() / compared);
      for (int layer = 0; layer < alignment.size(); layer++) {
        if (alignment.get(layer) >= 0) {
          DeviceTensor cosine =
              kernels.call(
                  "cosine_loss",
                  true,
                  output.hidden().get(layer),
                  List.of(target.hidden().get(alignment.get(layer))));
          loss = loss.add(cosine.mul(weight));
        }
      }
      return loss;
    }

    private static Outputs outputs(LanguageModel model, DeviceTensor ids, boolean training) {
      List<DeviceTensor> states = new ArrayList<>();
      DeviceTensor hidden = model.embed(ids, training);
      for (BlockWeights block : model.blocks()) {
        hidden = model.runner().block(block, hidden, training);
        states.add(hidden);
      }
      return new Outputs(states, model.logits(hidden, training));
    }
  }
}
