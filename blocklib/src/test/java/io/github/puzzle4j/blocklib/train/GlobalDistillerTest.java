package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobalDistillerTest {

  private static final long TEACHER_SEED = 21;

  private final DeviceMemory memory = DeviceMemory.open();
  private final ModelConfig config = TinyModel.config(2);
  private final List<TokenBatch> batches = TinyModel.batches(4, 4, 8, 22);
  private LanguageModel teacher;

  @BeforeEach
  void open() throws IOException {
    teacher = model(config, "teacher+teacher", "teacher+teacher", Precision.FLOAT32);
  }

  @AfterEach
  void free() {
    memory.close();
  }

  @ParameterizedTest
  @CsvSource({"1, FLOAT32", "0, FLOAT32", "1, BFLOAT16"})
  void aChildWithoutAnAttentionComesNearerToItsTeacher(double cosineWeight, Precision precision)
      throws IOException {
    LanguageModel child = model(config, "teacher+teacher", "noop+teacher", precision);
    double before = divergence(child);
    List<Double> losses = new ArrayList<>();
    TensorSource repaired =
        new GlobalDistiller(settings(1e-2, cosineWeight, 1))
            .repair(
                memory, teacher, child, batches, TensorType.F32, (step, loss) -> losses.add(loss));
    assertThat(losses).hasSize(30);
    assertThat(divergence(child)).isLessThan(0.7 * before);
    LanguageModel loaded = LanguageModel.load(memory, child.architecture(), repaired, precision);
    assertThat(divergence(loaded)).isEqualTo(divergence(child));
  }

  /** At a rate near zero the first loss is that of the child as it came. */
  @Test
  void theLossIsDivergenceAndTheMeanCosineDistanceOfTheLayers() throws IOException {
    LanguageModel child = model(config, "gqa_1+teacher", "noop+linear", Precision.FLOAT32);
    List<Double> losses = new ArrayList<>();
    new GlobalDistiller(settings(1e-12, 0.5, 1))
        .repair(
            memory,
            teacher,
            child,
            batches.subList(0, 1),
            TensorType.F32,
            (step, loss) -> losses.add(loss));
    DeviceTensor ids = batches.getFirst().ids(memory);
    DeviceTensor ours = child.embed(ids, false);
    DeviceTensor theirs = teacher.embed(ids, false);
    double cosine = 0;
    for (int layer = 0; layer < 2; layer++) {
      ours = child.runner().block(child.blocks().get(layer), ours, false);
      theirs = teacher.runner().block(teacher.blocks().get(layer), theirs, false);
      cosine += TensorReference.cosineLoss(ours, theirs).toFloat() / 2;
    }
    double divergence =
        TensorReference.divergence(child.logits(ours, false), teacher.logits(theirs, false))
            .mean()
            .toFloat();
    assertThat(losses.getFirst()).isCloseTo(divergence + 0.5 * cosine, within(1e-4));
  }

  @Test
  void aChildThatIsItsTeacherHasNothingToLearn() throws IOException {
    LanguageModel twin = model(config, "teacher+teacher", "teacher+teacher", Precision.FLOAT32);
    List<Double> losses = new ArrayList<>();
    new GlobalDistiller(settings(1e-12, 1, 1))
        .repair(memory, teacher, twin, batches, TensorType.F32, (step, loss) -> losses.add(loss));
    assertThat(losses).allSatisfy(loss -> assertThat(loss).isCloseTo(0, within(1e-6)));
  }

  @Test
  void theTeacherStaysAsItIs() throws IOException {
    List<float[]> before =
        teacher.parameters().values().stream().map(DeviceTensor::toFloats).toList();
    LanguageModel child = model(config, "teacher+teacher", "noop+teacher", Precision.FLOAT32);
    new GlobalDistiller(settings(1e-2, 1, 1))
        .repair(memory, teacher, child, batches, TensorType.F32, (step, loss) -> {});
    List<DeviceTensor> after = List.copyOf(teacher.parameters().values());
    for (int i = 0; i < before.size(); i++) {
      assertThat(after.get(i).toFloats()).isEqualTo(before.get(i));
    }
  }

  @Test
  void theSameSeedGivesTheSameWeights() throws IOException {
    TensorSource first = repaired(7);
    TensorSource second = repaired(7);
    TensorSource third = repaired(8);
    String name = "model.layers.0.mlp.up_proj.weight";
    assertThat(second.tensor(name).toFloats()).isEqualTo(first.tensor(name).toFloats());
    assertThat(third.tensor(name).toFloats()).isNotEqualTo(first.tensor(name).toFloats());
  }

  @Test
  void aChildOfAnotherShapeIsRefused() throws IOException {
    ModelConfig deeper = TinyModel.config(3);
    LanguageModel child =
        LanguageModel.load(
            memory, Architecture.teacher(deeper), TinyModel.teacher(deeper, 1), Precision.FLOAT32);
    assertThatThrownBy(() ->
            new GlobalDistiller(settings(1e-2, 1, 1))
                .repair(memory, teacher, child, batches, TensorType.F32, (step, loss) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shape");
  }

  @Test
  void aChildWithOtherHeadsButTheSameStreamIsWelcome() throws IOException {
    ModelConfig other = TinyModel.config(2, new AttentionShape(2, 1, 8), false);
    LanguageModel child = model(other, "teacher+teacher", "teacher+teacher", Precision.FLOAT32);
    List<Double> losses = new ArrayList<>();
    new GlobalDistiller(settings(1e-2, 1, 1))
        .repair(memory, teacher, child, batches, TensorType.F32, (step, loss) -> losses.add(loss));
    assertThat(losses.getLast()).isLessThan(losses.getFirst());
  }

  private TensorSource repaired(long seed) throws IOException {
    LanguageModel child = model(config, "teacher+teacher", "noop+teacher", Precision.FLOAT32);
    return new GlobalDistiller(settings(1e-2, 1, seed))
        .repair(memory, teacher, child, batches, TensorType.F32, (step, loss) -> {});
  }

  private static GlobalDistillation settings(double rate, double cosineWeight, long seed) {
    return new GlobalDistillation(new LearningRate(rate, 2, 30, 0.1), 0, 1, cosineWeight, seed);
  }

  /** Random weights; those that two architectures share are the same. */
  private LanguageModel model(ModelConfig shape, String first, String second, Precision precision)
      throws IOException {
    Architecture architecture =
        new Architecture(shape, List.of(BlockVariant.parse(first), BlockVariant.parse(second)));
    TensorSource own = TinyModel.weights(architecture, 1);
    TensorSource teachers = TinyModel.teacher(config, TEACHER_SEED);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : own.names()) {
      boolean shared =
          teachers.names().contains(name)
              && teachers.spec(name).shape().equals(own.spec(name).shape());
      tensors.put(name, (shared ? teachers : own).tensor(name));
    }
    return LanguageModel.load(memory, architecture, TensorSource.of(tensors), precision);
  }

  private double divergence(LanguageModel child) {
    double sum = 0;
    for (TokenBatch batch : batches) {
      DeviceTensor ids = batch.ids(memory);
      sum +=
          TensorReference.divergence(child.forward(ids, false), teacher.forward(ids, false))
              .mean()
              .toFloat();
    }
    return sum / batches.size();
  }
}
