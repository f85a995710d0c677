package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobalDistillerTest {

  private static final long TEACHER_SEED = 21;

  private static final List<Integer> ALIGNED = List.of(0, 1);
  private static final Layer OWN = TinyModel.LAYER;
  private static final Layer BLIND = OWN.with(new NoAttention());

  @TempDir Path folder;

  private final DeviceMemory memory = DeviceMemory.open();
  private final List<TokenBatch> batches = TinyModel.batches(4, 4, 8, 22);
  private LanguageModel teacher;

  @BeforeEach
  void open() throws IOException {
    teacher = model(Precision.FLOAT32, OWN, OWN);
  }

  @AfterEach
  void free() {
    memory.close();
  }

  @ParameterizedTest
  @CsvSource({"1, FLOAT32", "0, FLOAT32", "1, BFLOAT16"})
  void aChildWithoutAnAttentionComesNearerToItsTeacher(double cosineWeight, Precision precision)
      throws IOException {
    LanguageModel child = model(precision, OWN, BLIND);
    double before = divergence(child);
    List<Double> losses = new ArrayList<>();
    TensorSource repaired =
        repair(
            settings(1e-2, cosineWeight, 1),
            child,
            ALIGNED,
            batches,
            (step, loss) -> losses.add(loss));
    assertThat(losses).hasSize(30);
    assertThat(divergence(child)).isLessThan(0.7 * before);
    LanguageModel loaded = LanguageModel.load(memory, child.model(), repaired, precision);
    assertThat(divergence(loaded)).isEqualTo(divergence(child));
  }

  /** At a rate near zero the first loss is that of the child as it came. */
  @Test
  void theLossIsDivergenceAndTheMeanCosineDistanceOfTheLayers() throws IOException {
    LanguageModel child =
        model(
            Precision.FLOAT32,
            OWN.with(TinyModel.ATTENTION.withKvHeads(1)),
            new Layer(new NoAttention(), new LinearFfn()));
    List<Double> losses = new ArrayList<>();
    repair(
        settings(1e-12, 0.5, 1),
        child,
        ALIGNED,
        batches.subList(0, 1),
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

  /** A layer in the place of two is compared with the second of them. */
  @Test
  void onlyLayersThatAreAlignedAreCompared() throws IOException {
    LanguageModel child = model(Precision.FLOAT32, OWN);
    List<Double> losses = new ArrayList<>();
    repair(
        settings(1e-12, 0.5, 1),
        child,
        List.of(1),
        batches.subList(0, 1),
        (step, loss) -> losses.add(loss));
    DeviceTensor ids = batches.getFirst().ids(memory);
    DeviceTensor ours =
        child.runner().block(child.blocks().getFirst(), child.embed(ids, false), false);
    DeviceTensor theirs = teacher.embed(ids, false);
    for (BlockWeights block : teacher.blocks()) {
      theirs = teacher.runner().block(block, theirs, false);
    }
    double cosine = TensorReference.cosineLoss(ours, theirs).toFloat();
    double divergence =
        TensorReference.divergence(child.logits(ours, false), teacher.logits(theirs, false))
            .mean()
            .toFloat();
    assertThat(losses.getFirst()).isCloseTo(divergence + 0.5 * cosine, within(1e-4));
  }

  @Test
  void aChildThatIsItsTeacherHasNothingToLearn() throws IOException {
    LanguageModel twin = model(Precision.FLOAT32, OWN, OWN);
    List<Double> losses = new ArrayList<>();
    repair(settings(1e-12, 1, 1), twin, ALIGNED, batches, (step, loss) -> losses.add(loss));
    assertThat(losses).allSatisfy(loss -> assertThat(loss).isCloseTo(0, within(1e-6)));
  }

  @Test
  void theTeacherStaysAsItIs() throws IOException {
    List<float[]> before =
        teacher.parameters().values().stream().map(DeviceTensor::toFloats).toList();
    LanguageModel child = model(Precision.FLOAT32, OWN, BLIND);
    repair(settings(1e-2, 1, 1), child, ALIGNED, batches, (step, loss) -> {});
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
    Model deeper = TinyModel.model(3);
    LanguageModel child =
        LanguageModel.load(memory, deeper, TinyModel.weights(deeper, 1), Precision.FLOAT32);
    assertThatThrownBy(
            () -> repair(settings(1e-2, 1, 1), child, ALIGNED, batches, (step, loss) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shape");
  }

  @Test
  void aChildWithOtherHeadsButTheSameStreamIsWelcome() throws IOException {
    Layer other = OWN.with(SoftmaxAttention.plain(new AttentionShape(2, 1, 8)));
    LanguageModel child = model(Precision.FLOAT32, other, other);
    List<Double> losses = new ArrayList<>();
    repair(settings(1e-2, 1, 1), child, ALIGNED, batches, (step, loss) -> losses.add(loss));
    assertThat(losses.getLast()).isLessThan(losses.getFirst());
  }

  private TensorSource repaired(long seed) throws IOException {
    LanguageModel child = model(Precision.FLOAT32, OWN, BLIND);
    return repair(settings(1e-2, 1, seed), child, ALIGNED, batches, (step, loss) -> {});
  }

  private static GlobalDistillation settings(double rate, double cosineWeight, long seed) {
    return new GlobalDistillation(new LearningRate(rate, 2, 30, 0.1), 0, 1, cosineWeight, seed);
  }

  private TensorSource repair(
      GlobalDistillation settings,
      LanguageModel child,
      List<Integer> alignment,
      List<TokenBatch> drawn,
      GlobalDistiller.Listener listener) {
    return new GlobalDistiller(settings, folder.resolve("state"))
        .repair(memory, teacher, child, alignment, drawn, TensorType.F32, listener);
  }

  /** Random weights; those that two models share are the same. */
  private LanguageModel model(Precision precision, Layer... layers) throws IOException {
    Model model = TinyModel.model(layers);
    TensorSource own = TinyModel.weights(model, 1);
    TensorSource teachers = TinyModel.weights(TinyModel.model(2), TEACHER_SEED);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : own.names()) {
      boolean shared =
          teachers.names().contains(name)
              && teachers.spec(name).shape().equals(own.spec(name).shape());
      tensors.put(name, (shared ? teachers : own).tensor(name));
    }
    return LanguageModel.load(memory, model, TensorSource.of(tensors), precision);
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
