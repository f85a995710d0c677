package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fits of one matrix, whose inputs are the hidden states themselves. */
class OutputFitTest {

  private static final int IN = 7;
  private static final int BATCHES = 6;
  private static final int TOKENS = 40;
  private static final TrainingSettings NO_STEPS =
      new TrainingSettings(
          new LearningRate(0.01, 0, 1, 1), 0, 0, 1, 1, TrainingSettings.EarlyStop.never(), 1);

  @TempDir private Path directory;

  /** Targets that some matrix gives exactly are reached but for the ridge. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void findsTheMatrixThatTargetsComeFrom(long seed) throws IOException {
    Found found = found(new Targets(seed, 0), 0, true);

    assertThat(found.result().after()).isLessThan(1e-5 * found.result().before());
    assertThat(found.steps()).isZero();
  }

  /** The normal equations hold for one of the ridges, with sums in double precision. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void solvesTheNormalEquations(long seed) throws IOException {
    Targets targets = new Targets(seed, 0.5);
    Found found = found(targets, 0, true);
    double[][] products = new double[IN][IN];
    double[][] errors = new double[IN][IN];
    float[] start = values(1);
    try (DeviceMemory memory = DeviceMemory.open()) {
      for (int batch = 0; batch < BATCHES - 1; batch++) {
        float[] x = Targets.inputs(memory, batch).toFloats();
        float[] y = targets.batch(memory, batch).toFloats();
        for (int token = 0; token < TOKENS; token++) {
          for (int i = 0; i < IN; i++) {
            double given = 0;
            for (int j = 0; j < IN; j++) {
              products[i][j] += (double) x[token * IN + i] * x[token * IN + j];
              given += (double) start[i * IN + j] * x[token * IN + j];
            }
            for (int j = 0; j < IN; j++) {
              errors[i][j] += (y[token * IN + i] - given) * x[token * IN + j];
            }
          }
        }
      }
    }
    assertThat(
            List.of(1e-3, 1e-2, 1e-1).stream()
                .mapToDouble(ridge -> gap(found.matrix(), start, products, errors, ridge))
                .min()
                .orElseThrow())
        .isLessThan(1e-5);
  }

  /** How far (W - W0) (A At + r I) is from E At, relative to it. */
  private static double gap(
      List<Float> matrix, float[] start, double[][] products, double[][] errors, double ridge) {
    double trace = 0;
    for (int i = 0; i < IN; i++) {
      trace += products[i][i];
    }
    double off = 0;
    double size = 0;
    for (int i = 0; i < IN; i++) {
      for (int j = 0; j < IN; j++) {
        double sum = 0;
        for (int k = 0; k < IN; k++) {
          double change = matrix.get(i * IN + k) - start[i * IN + k];
          sum += change * (products[k][j] + (k == j ? ridge * trace / IN : 0));
        }
        off += (sum - errors[i][j]) * (sum - errors[i][j]);
        size += errors[i][j] * errors[i][j];
      }
    }
    return Math.sqrt(off / size);
  }

  /** Of few tokens the start is worth more than a fit to noise, and is kept. */
  @Test
  void aFitThatDoesNotHelpIsNotTaken() throws IOException {
    Found found = found(new Targets(1, 0, true), 0, true);

    assertThat(found.result().improved()).isFalse();
    assertThat(found.matrix()).isEqualTo(list(values(1)));
  }

  /** What training makes worse than the fit is given up for it. */
  @Test
  void trainingIsKeptOnlyIfItIsBetterThanTheFit() throws IOException {
    Found fit = found(new Targets(2, 0.5), 0, true);
    Found trained = found(new Targets(2, 0.5), 3, true);

    assertThat(trained.steps()).isEqualTo(3);
    assertThat(trained.result().before()).isEqualTo(fit.result().before());
    assertThat(trained.result().after()).isLessThanOrEqualTo(fit.result().after());
    assertThat(trained.result().after()).isCloseTo(fit.result().after(), withinPercentage(1));
  }

  /** The weights that training leaves are fitted too, though it did not begin with a fit. */
  @Test
  void whatWasTrainedIsFitted() throws IOException {
    Found found = found(new Targets(2, 0), 3, false);

    assertThat(found.steps()).isEqualTo(3);
    assertThat(found.result().after()).isLessThan(1e-4 * found.result().before());
  }

  private record Found(VariantTrainer.Result result, int steps, List<Float> matrix) {}

  /** A training with so many steps of a rate at which each one does harm. */
  private Found found(Targets targets, int steps, boolean first) throws IOException {
    Training.Pass output = (hidden, weights) -> hidden.linear(of(weights));
    OutputFit.Pass pass =
        (hidden, weights) -> new LastProduct(hidden, output.output(hidden, weights));
    Rows inputs = new Rows();
    Training training =
        new Training(
            "a matrix",
            3,
            scope -> {
              SequencedMap<String, DeviceTensor> parameters = new LinkedHashMap<>();
              parameters.put("matrix", scope.floats(values(1), IN, IN));
              return parameters;
            },
            List.of(new OutputFit("matrix", pass, first, inputs, targets)),
            List.of(Training.View.whole(output)),
            inputs,
            targets);
    TrainingSettings settings =
        steps == 0 ? NO_STEPS : new TrainingSettings(new LearningRate(5, 0, steps, 1), 0, 1);
    Path state = directory.resolve("state");
    try (DeviceMemory memory = DeviceMemory.open()) {
      Found[] found = new Found[1];
      new VariantTrainer(memory, TensorType.F32, 1, (_, _) -> {})
          .train(
              training,
              settings,
              state,
              (results, parameters) ->
                  found[0] =
                      new Found(
                          results.getFirst(),
                          results.getFirst().steps(),
                          list(of(parameters).toFloats())));
      assertThat(Files.exists(state)).isFalse();
      return Objects.requireNonNull(found[0]);
    }
  }

  private static DeviceTensor of(SequencedMap<String, DeviceTensor> parameters) {
    return Objects.requireNonNull(parameters.get("matrix"));
  }

  private static float[] values(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[IN * IN];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  private record Rows() implements BoundaryActivations {

    @Override
    public int batches() {
      return BATCHES;
    }

    @Override
    public DeviceTensor batch(DeviceMemory scope, int index) {
      return Targets.inputs(scope, index);
    }

    @Override
    public void discard() {}

    @Override
    public void close() {}
  }

  /**
   * What a matrix makes of the inputs, and noise.
   *
   * @param own whether held-out targets come from the start instead
   */
  private record Targets(long seed, double noise, boolean own) implements BoundaryActivations {

    Targets(long seed, double noise) {
      this(seed, noise, false);
    }

    static DeviceTensor inputs(DeviceMemory scope, int index) {
      return scope.normal(
          new SplittableRandom(100 + index), 1, DeviceTensor.shapeOf(1, TOKENS, IN));
    }

    @Override
    public int batches() {
      return BATCHES;
    }

    @Override
    public DeviceTensor batch(DeviceMemory scope, int index) {
      boolean start = own && index == BATCHES - 1;
      DeviceTensor matrix = scope.floats(values(start ? 1 : 10 + seed), IN, IN);
      DeviceTensor given = inputs(scope, index).linear(matrix);
      return given.add(
          scope.normal(new SplittableRandom(200 + index), (float) noise, given.shape()));
    }

    @Override
    public void discard() {}

    @Override
    public void close() {}
  }
}
