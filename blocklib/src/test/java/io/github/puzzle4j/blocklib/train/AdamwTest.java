package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.OptimizerState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On quadratic bowls, whose gradients are known: curvature times the distance from the middle. */
class AdamwTest {

  private static final double NO_CLIP = 1e9;

  private final DeviceMemory memory = DeviceMemory.open();
  private final List<DeviceTensor> parameters = new ArrayList<>();
  private final List<DeviceTensor> middles = new ArrayList<>();

  @AfterEach
  void free() {
    memory.close();
  }

  /** A regression: updates through slices of lists were dropped without a word. */
  @Test
  void twoStepsChangeEveryParameterAndLowerTheLoss() {
    addBowls();
    List<float[]> before = values();
    try (OptimizerState state = new OptimizerState(memory, TinyModel.named(parameters))) {
      float first = backward();
      adamw(state, 0.01, 0.1, NO_CLIP);
      List<float[]> between = values();
      float second = backward();
      adamw(state, 0.01, 0.1, NO_CLIP);
      List<float[]> after = values();
      float third = backward();
      assertThat(second).isLessThan(first);
      assertThat(third).isLessThan(second);
      for (int i = 0; i < before.size(); i++) {
        for (int element = 0; element < before.get(i).length; element++) {
          assertThat(between.get(i)[element]).isNotEqualTo(before.get(i)[element]);
          assertThat(after.get(i)[element]).isNotEqualTo(between.get(i)[element]);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {NO_CLIP, 0.5})
  void stepsAreThoseOfThePublishedAlgorithm(double clip) {
    addBowls();
    List<JavaAdamw> expected = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      boolean matrix = parameters.get(i).shape().size() > 1;
      expected.add(
          new JavaAdamw(parameters.get(i).toFloats(), middles.get(i).toFloats(), matrix ? 0.1 : 0));
    }
    try (OptimizerState state = new OptimizerState(memory, TinyModel.named(parameters))) {
      for (int step = 1; step <= 12; step++) {
        double rate = 0.03 / step;
        double norm = Math.sqrt(expected.stream().mapToDouble(JavaAdamw::squaredGradient).sum());
        double factor = Math.min(1, clip / norm);
        for (JavaAdamw one : expected) {
          one.step(step, rate, factor);
        }
        backward();
        assertThat(adamw(state, rate, 0.1, clip)).isCloseTo(norm, within(1e-5 * norm));
        for (int i = 0; i < parameters.size(); i++) {
          assertThat(parameters.get(i).toFloats())
              .containsExactly(expected.get(i).floats(), within(1e-5f));
        }
      }
    }
  }

  @Test
  void matricesDecayAndNormsDoNot() {
    parameters.add(memory.full(2, 2, 3));
    parameters.add(memory.full(2, 4));
    try (OptimizerState state = new OptimizerState(memory, TinyModel.named(parameters))) {
      for (int step = 0; step < 3; step++) {
        try (Gradients collector = Gradients.record()) {
          collector.backward(parameters.get(0).mul(0).sum().add(parameters.get(1).mul(0).sum()));
        }
        adamw(state, 0.1, 0.5, NO_CLIP);
      }
    }
    float shrunk = (float) (2 * Math.pow(1 - 0.1 * 0.5, 3));
    for (float value : parameters.get(0).toFloats()) {
      assertThat(value).isCloseTo(shrunk, within(1e-6f));
    }
    assertThat(parameters.get(1).toFloats()).containsOnly(2f);
  }

  @Test
  void gradientsDoNotAddUpOverSteps() {
    addBowls();
    try (OptimizerState state = new OptimizerState(memory, TinyModel.named(parameters))) {
      backward();
      adamw(state, 1e-3, 0, NO_CLIP);
      for (OptimizerState.Slot slot : state.slots()) {
        try (DeviceMemory scope = memory.newScope()) {
          assertThat(slot.gradient(scope).toFloats()).containsOnly(0f);
        }
      }
    }
  }

  /** Adam's first step is as long as the rate for any gradient, so that only moments tell. */
  @Test
  void clippingShortensTheGradientsToTheGlobalNorm() {
    addBowls();
    try (OptimizerState state = new OptimizerState(memory, TinyModel.named(parameters))) {
      backward();
      double norm = adamw(state, 1e-3, 0, 0.25);
      assertThat(norm).isGreaterThan(1);
      double squares = 0;
      for (OptimizerState.Slot slot : state.slots()) {
        // The first mean is a tenth of the gradient.
        squares += slot.mean().mul(10).square().sum().toFloat();
      }
      assertThat(Math.sqrt(squares)).isCloseTo(0.25, within(1e-5));
    }
  }

  @Test
  void onlyMatricesOrOnlyNormsAreTrainedToo() {
    for (long[] shape : List.of(new long[] {3, 2}, new long[] {5})) {
      parameters.clear();
      middles.clear();
      add(1, shape);
      float[] before = parameters.getFirst().toFloats();
      try (OptimizerState state = new OptimizerState(memory, TinyModel.named(parameters))) {
        backward();
        adamw(state, 0.01, 0, NO_CLIP);
      }
      assertThat(parameters.getFirst().toFloats()).isNotEqualTo(before);
    }
  }

  /** AdamW of one array in doubles (arXiv 1711.05101, algorithm 2). */
  private static final class JavaAdamw {

    private final double[] values;
    private final float[] middle;
    private final double decay;
    private final double[] mean;
    private final double[] square;

    JavaAdamw(float[] start, float[] middle, double decay) {
      this.values = new double[start.length];
      for (int i = 0; i < start.length; i++) {
        values[i] = start[i];
      }
      this.middle = middle;
      this.decay = decay;
      this.mean = new double[start.length];
      this.square = new double[start.length];
    }

    double squaredGradient() {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += gradient(i) * gradient(i);
      }
      return sum;
    }

    void step(int number, double rate, double factor) {
      for (int i = 0; i < values.length; i++) {
        double gradient = gradient(i) * factor;
        mean[i] = 0.9 * mean[i] + 0.1 * gradient;
        square[i] = 0.95 * square[i] + 0.05 * gradient * gradient;
        double unbiasedMean = mean[i] / (1 - Math.pow(0.9, number));
        double unbiasedSquare = square[i] / (1 - Math.pow(0.95, number));
        values[i] -= rate * decay * values[i];
        values[i] -= rate * unbiasedMean / (Math.sqrt(unbiasedSquare) + 1e-8);
      }
    }

    float[] floats() {
      float[] floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values[i];
      }
      return floats;
    }

    private double gradient(int i) {
      return values[i] - middle[i];
    }
  }

  private void addBowls() {
    add(1, 3, 4);
    add(2, 6);
    add(3, 5, 2);
    add(4, 4);
  }

  private void add(long seed, long... shape) {
    parameters.add(TinyModel.normal(memory, seed, shape));
    middles.add(TinyModel.normal(memory, seed + 50, shape));
  }

  private List<float[]> values() {
    return parameters.stream().map(DeviceTensor::toFloats).toList();
  }

  private float backward() {
    try (Gradients collector = Gradients.record()) {
      DeviceTensor loss = memory.zeros();
      for (int i = 0; i < parameters.size(); i++) {
        loss = loss.add(parameters.get(i).sub(middles.get(i)).square().mul(0.5f).sum());
      }
      collector.backward(loss);
      return loss.toFloat();
    }
  }

  private static double adamw(OptimizerState state, double rate, double decay, double clip) {
    double norm = state.clip(clip);
    state.step(rate, decay);
    return norm;
  }
}
