package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Losses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;

/** Trains a whole child to imitate its teacher, by the weighted sum of a {@link RepairLoss}. */
public final class GlobalDistiller {

  /** Receives the repaired weights, which are freed when it returns, and the losses. */
  @FunctionalInterface
  public interface Sink {
    void accept(TensorSource repaired, LossCurve losses) throws IOException;
  }

  private final GlobalDistillation distillation;
  private final Path stateFile;
  private final OptionalLong activationBytes;

  /**
   * A repair with these settings.
   *
   * @param stateFile state of the running repair; the caller removes it when the result has been
   *     written
   */
  public GlobalDistiller(GlobalDistillation distillation, Path stateFile) {
    this(distillation, stateFile, OptionalLong.empty());
  }

  GlobalDistiller(GlobalDistillation distillation, Path stateFile, OptionalLong activationBytes) {
    this.distillation = distillation;
    this.stateFile = stateFile;
    this.activationBytes = activationBytes;
  }

  /**
   * Trains to the end, from where an earlier run stopped if there was one.
   *
   * @param assembled the child's weights at the start
   * @param alignment for each layer of the child the layer of the teacher after which both should
   *     agree, or -1, see {@code Child.alignment}
   * @param batches drawn from at random
   * @param stored the type of the result
   * @param sink receives the repaired weights
   * @throws InvalidInputException if the loss becomes NaN or infinite repeatedly, or if the state
   *     is that of another child
   * @throws IllegalArgumentException if the two models have other layers, hidden states or tokens
   */
  public void repair(
      DeviceMemory parent,
      StreamedTeacher teacher,
      Model child,
      TensorSource assembled,
      List<Integer> alignment,
      List<TokenBatch> batches,
      TensorType stored,
      TrainingListener listener,
      Sink sink)
      throws IOException {
    requireComparable(teacher.model(), child, alignment);
    long limit = activationBytes.orElseGet(() -> KeptActivations.limit(parent.device()));
    Imitation objective = new Imitation(teacher, child, assembled, alignment, batches, limit);
    new Trainer(distillation.settings(), stateFile, listener)
        .train(
            parent,
            objective,
            trained -> {
              sink.accept(trained.complete(objective.name(), stored), trained.losses());
              return trained;
            });
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

  private final class Imitation implements Objective, ModelLearner.Losses {

    private final StreamedTeacher teacher;
    private final Model child;
    private final TensorSource assembled;
    private final List<Integer> alignment;
    private final List<TokenBatch> batches;
    private final long limit;
    private final int[] draws;
    private final Set<Integer> compared;
    private final long pairs;

    /** Halved where the device runs out of memory. */
    private int mostRows = Integer.MAX_VALUE;

    private int passed = 1;

    Imitation(
        StreamedTeacher teacher,
        Model child,
        TensorSource assembled,
        List<Integer> alignment,
        List<TokenBatch> batches,
        long limit) {
      this.teacher = teacher;
      this.child = child;
      this.assembled = assembled;
      this.alignment = List.copyOf(alignment);
      this.batches = List.copyOf(batches);
      this.limit = limit;
      TrainingSettings settings = distillation.settings();
      this.draws = new int[Math.multiplyExact(settings.steps(), settings.batchesPerStep())];
      SplittableRandom random = new SplittableRandom(distillation.seed());
      Arrays.setAll(draws, draw -> random.nextInt(batches.size()));
      this.pairs = alignment.stream().filter(layer -> layer >= 0).count();
      this.compared = new HashSet<>(alignment);
      compared.add(last());
    }

    @Override
    public String name() {
      return "the child's repair";
    }

    @Override
    public Learner start(DeviceMemory memory) throws IOException {
      return new ModelLearner(
          LanguageModel.load(memory, child, assembled, distillation.precision()), this);
    }

    @Override
    public int batches() {
      return batches.size();
    }

    @Override
    public int batch(int draw) {
      return draws[draw];
    }

    /** Groups of rows pass one after the other, as many at a time as fit. */
    @Override
    public float backward(
        DeviceMemory scope, Gradients gradients, LanguageModel model, int index, float share) {
      TokenBatch batch = batches.get(index);
      Map<Integer, DeviceTensor> targets = teacher.after(scope, compared, batch);
      DeviceTensor ids = batch.ids(scope);
      DeviceTensor hidden = of(targets, last());
      LanguageHead.Wanted wanted =
          new LanguageHead.Wanted(
              teacher.head(), hidden, batch.targets(scope), batch.relativeWeights(scope));
      KeptActivations kept = new KeptActivations(child, batch.tokens(), limit);
      int atOnce = Math.min(mostRows, kept.rowsAtOnce(batch.rows()));
      passed = atOnce;
      double sum = 0;
      for (int from = 0; from < batch.rows(); from += atOnce) {
        int to = Math.min(batch.rows(), from + atOnce);
        float part = (float) (to - from) / batch.rows();
        try (DeviceMemory group = scope.newScope()) {
          Rows rows = new Rows(group, from, to);
          float loss =
              backward(
                  group,
                  gradients,
                  forward(gradients, kept.isRecomputed(), model, rows.of(ids)),
                  model,
                  rows.of(targets),
                  rows.of(wanted),
                  share * part);
          if (!Float.isFinite(loss)) {
            return loss;
          }
          sum += loss * part;
        }
      }
      return (float) sum;
    }

    @Override
    public boolean passLess() {
      mostRows = Math.max(1, passed / 2);
      return passed > 1;
    }

    /** Hidden states after each layer of the child. */
    private List<DeviceTensor> forward(
        Gradients gradients, boolean recomputed, LanguageModel model, DeviceTensor ids) {
      List<DeviceTensor> states = new ArrayList<>();
      DeviceTensor hidden = model.embed(ids);
      for (BlockWeights block : model.blocks()) {
        hidden =
            recomputed
                ? gradients.recomputed(hidden, input -> model.runner().block(block, input))
                : model.runner().block(block, hidden);
        states.add(hidden);
      }
      return states;
    }

    private float backward(
        DeviceMemory scope,
        Gradients gradients,
        List<DeviceTensor> states,
        LanguageModel model,
        Map<Integer, DeviceTensor> targets,
        LanguageHead.Wanted wanted,
        float share) {
      RepairLoss weights = distillation.loss();
      List<DeviceTensor> cosines = cosines(states, targets, (float) (weights.cosine() / pairs));
      DeviceTensor hidden = states.getLast();
      LanguageHead.PredictionLoss predictions =
          model.head().loss(scope, gradients, hidden, wanted, weights, share);
      float loss = predictions.mean();
      for (DeviceTensor cosine : cosines) {
        loss += cosine.toFloat();
      }
      if (Float.isFinite(loss)) {
        gradients.backward(hidden, predictions.gradient(), cosines, share);
      }
      return loss;
    }

    private List<DeviceTensor> cosines(
        List<DeviceTensor> states, Map<Integer, DeviceTensor> targets, float weight) {
      List<DeviceTensor> cosines = new ArrayList<>();
      for (int layer = 0; weight > 0 && layer < alignment.size(); layer++) {
        if (alignment.get(layer) >= 0) {
          DeviceTensor target = of(targets, alignment.get(layer));
          cosines.add(Losses.cosine(states.get(layer), target).mul(weight));
        }
      }
      return cosines;
    }

    private static DeviceTensor of(Map<Integer, DeviceTensor> states, int layer) {
      return Objects.requireNonNull(states.get(layer), "hidden states of the teacher");
    }

    private int last() {
      return teacher.model().layers().size() - 1;
    }
  }

  /** Some rows of a batch. */
  private record Rows(DeviceMemory scope, int from, int to) {

    DeviceTensor of(DeviceTensor batch) {
      DeviceTensor rows =
          from == 0 && to == batch.size(0) ? batch.alias(scope) : batch.slice(0, from, to);
      rows.attach(scope);
      return rows;
    }

    LanguageHead.Wanted of(LanguageHead.Wanted batch) {
      return new LanguageHead.Wanted(
          batch.teacher(), of(batch.hidden()), of(batch.next()), of(batch.weights()));
    }

    Map<Integer, DeviceTensor> of(Map<Integer, DeviceTensor> batch) {
      Map<Integer, DeviceTensor> rows = new HashMap<>();
      batch.forEach((layer, states) -> rows.put(layer, of(states)));
      return rows;
    }
  }
}
