package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.subblock.SubblockTensors;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Losses;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.LostStep;
import io.github.puzzle4j.blocklib.train.TeacherLayer;
import io.github.puzzle4j.blocklib.train.TinyModel;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.blocklib.train.TrainingSettings;
import io.github.puzzle4j.blocklib.train.TrainingSettings.EarlyStop;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DistillationFormsTest {

  private static final SoftmaxAttention FULL = SoftmaxAttention.plain(new AttentionShape(4, 4, 8));
  private static final Layer OWN = TinyModel.LAYER.with(FULL);
  private static final SearchSpace WIDTHS =
      SearchSpace.uniform(
          TinyModel.model(OWN, OWN),
          List.of(FULL.withKvHeads(1), FULL.withWindow(3), FULL.withKvHeads(2)),
          List.of(new GatedFfn(4), new LinearFfn(), new GatedFfn(15), new GatedFfn(9)));

  @TempDir Path folder;

  private final TinyDistillation tiny = new TinyDistillation(WIDTHS);

  @AfterEach
  void free() {
    tiny.close();
  }

  /** What the statistics say is true of the weights that a child would get, whatever the form. */
  @ParameterizedTest
  @EnumSource(Distillation.Form.class)
  void statisticsOfAllFormsAreThoseOfTheStoredWeights(Distillation.Form form) throws IOException {
    BlockLibrary library =
        tiny.distill(folder, settings(10, Distillation.Pairing.COUPLED, form), TensorType.BF16);
    tiny.visit(layer -> {
      List<TrainingStatistics> all = TinyDistillation.statistics(library, layer.index());
      assertThat(all).hasSize(3 + 4 + 12);
      for (TrainingStatistics one : all) {
        assertThat(one.lossAfter())
            .as(form + " " + one)
            .isEqualTo(loss(library, layer, one.replacement()))
            .isLessThanOrEqualTo(one.lossBefore());
      }
    });
  }

  /**
   * One set of weights in the file, and each width is its beginning, byte for byte; but one that it
   * makes no better than the first channels of the sorted teacher is these, and is not stored.
   */
  @Test
  void elasticWidthsAreTheFirstChannelsOfTheWidest() throws IOException {
    BlockLibrary library =
        tiny.distill(
            folder,
            settings(40, Distillation.Pairing.DECOUPLED, Distillation.Form.ELASTIC),
            TensorType.F32);
    try (SafetensorsFile file = SafetensorsFile.open(weights(library, pruned(1, 4)))) {
      assertThat(file.names())
          .containsExactlyInAnyOrder(
              "shared/post_attention_layernorm.weight",
              "shared/mlp.gate_proj.weight",
              "shared/mlp.up_proj.weight",
              "shared/mlp.down_proj.weight");
      byte[] widest = bytes(file.tensor("shared/mlp.up_proj.weight"));
      for (int width : new int[] {4, 9}) {
        assertThat(bytes(up(library, width)))
            .isEqualTo(Arrays.copyOf(widest, width * TinyModel.HIDDEN * Float.BYTES));
      }
      assertThat(widest).hasSize(15 * TinyModel.HIDDEN * Float.BYTES);
    }
    assertThat(forms(library, 1))
        .containsEntry("ffn_4", TrainingStatistics.Weights.SLICE_OF_SHARED)
        .containsEntry("ffn_9", TrainingStatistics.Weights.SLICE_OF_SHARED)
        .containsEntry("ffn_15", TrainingStatistics.Weights.SLICE_OF_TEACHER)
        .containsEntry("linear", TrainingStatistics.Weights.STORED);
    Tensor teachers = tiny.teacher.tensor("model.layers.1.mlp.up_proj.weight");
    assertThat(bytes(up(library, 15)))
        .isEqualTo(
            bytes(
                SubblockTensors.of(new GatedFfn(15))
                    .slice(GatedFfn.UP, teachers, library.channelOrder(1))));
    for (TrainingStatistics one : library.statistics()) {
      boolean helped =
          switch (one.variant()) {
            case "gqa_1", "gqa_2", "ffn_4", "ffn_9", "linear" -> true;
            case "ffn_15" -> false;
            case "gqa_4_window_3" -> one.layer() == 0;
            default -> throw new AssertionError(one);
          };
      if (helped) {
        assertThat(one.lossAfter()).as(one.toString()).isLessThan(one.lossBefore());
      } else {
        assertThat(one.lossAfter()).as(one.toString()).isEqualTo(one.lossBefore());
      }
    }
  }

  private static Map<String, TrainingStatistics.Weights> forms(BlockLibrary library, int layer)
      throws IOException {
    Map<String, TrainingStatistics.Weights> forms = new LinkedHashMap<>();
    for (TrainingStatistics one : TinyDistillation.statistics(library, layer)) {
      forms.put(one.variant(), one.weights());
    }
    return forms;
  }

  private static Replacement pruned(int layer, int width) {
    return Replacement.of(layer, OWN.with(new GatedFfn(width)));
  }

  private static Path weights(BlockLibrary library, Replacement replacement) throws IOException {
    return result(library, replacement).file(LibraryTensor.FILE);
  }

  private static StoredResult result(BlockLibrary library, Replacement replacement)
      throws IOException {
    Train training = library.plan().training(replacement).orElseThrow();
    return library.store().find(training).orElseThrow();
  }

  private static Tensor up(BlockLibrary library, int width) throws IOException {
    return Objects.requireNonNull(
            library.tensors(pruned(1, width)).getFirst().get("mlp.up_proj.weight"))
        .tensor();
  }

  /** Without a step, pruned widths are slices of the sorted teacher, and are not stored. */
  @Test
  void untrainedWidthsCostNoStorage() throws IOException {
    BlockLibrary library =
        tiny.distill(
            folder,
            settings(0, Distillation.Pairing.DECOUPLED, Distillation.Form.SEPARATE),
            TensorType.F32);
    for (int width : new int[] {4, 9, 15}) {
      assertThat(result(library, pruned(0, width)).files()).isEmpty();
      assertThat(forms(library, 0))
          .containsEntry("ffn_" + width, TrainingStatistics.Weights.SLICE_OF_TEACHER);
    }
    assertThat(library.channelOrder(0)).hasSize(TinyModel.CHANNELS);
    for (TrainingStatistics one : library.statistics()) {
      assertThat(one.steps()).isZero();
      assertThat(one.lossAfter()).isEqualTo(one.lossBefore());
    }
    tiny.visit(layer -> {
      for (TrainingStatistics one : TinyDistillation.statistics(library, layer.index())) {
        assertThat(loss(library, layer, one.replacement())).isEqualTo(one.lossAfter());
      }
    });
  }

  /** Trained together a pair imitates the block better than two that were trained apart. */
  @Test
  void pairsAreNoWorseThanTheirHalvesTogether() throws IOException {
    try (TinyDistillation every = new TinyDistillation()) {
      BlockLibrary library =
          every.distill(
              folder,
              settings(20, Distillation.Pairing.COUPLED, Distillation.Form.SEPARATE),
              TensorType.F32);
      List<TrainingStatistics> pairs =
          library.statistics().stream().filter(one -> one.part() == TrainedPart.BLOCK).toList();
      assertThat(pairs).hasSize(2 * 9);
      for (TrainingStatistics pair : pairs) {
        if (pair.variant().equals("noop+noop")) {
          assertThat(pair.steps()).isZero();
          assertThat(library.isComposed(pair.replacement())).isTrue();
        } else {
          assertThat(pair.lossAfter()).as(pair.toString()).isLessThan(pair.lossBefore());
          assertThat(library.isComposed(pair.replacement())).isFalse();
        }
      }
    }
  }

  /** A rate at which nothing gets better: looks bring nothing after the first ones. */
  @Test
  void aTrainingThatBringsNothingEndsEarly() throws IOException {
    Distillation wild =
        new Distillation(
            new TrainingSettings(
                new LearningRate(10, 0, 40, 1), 40, 0, 1e9, 1, new EarlyStop(4, 2), 100),
            Distillation.Pairing.DECOUPLED,
            Distillation.Form.SEPARATE,
            1);
    try (TinyDistillation every = new TinyDistillation()) {
      BlockLibrary library = every.distill(folder, wild, TensorType.F32);
      for (TrainingStatistics one : library.statistics()) {
        assertThat(one.lossAfter()).isLessThanOrEqualTo(one.lossBefore());
        if (!one.variant().equals("noop")) {
          assertThat(one.steps()).as(one.toString()).isPositive().isLessThan(40);
        }
      }
    }
  }

  /** The teacher has no numbers for one token, which is in one batch. */
  @Test
  void aBatchThatLeavesTheNumbersIsNamedAndLeftOut() throws IOException {
    SearchSpace space =
        SearchSpace.uniform(TinyModel.model(2), List.of(), List.of(new LinearFfn()));
    TensorSource teacher = TinyModel.weights(space.teacher(), 11);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : teacher.names()) {
      tensors.put(name, teacher.tensor(name));
    }
    int token = TinyModel.VOCABULARY - 1;
    float[] table = teacher.tensor("model.embed_tokens.weight").toFloats();
    Arrays.fill(
        table, token * TinyModel.HIDDEN, (token + 1) * TinyModel.HIDDEN, Float.POSITIVE_INFINITY);
    tensors.put(
        "model.embed_tokens.weight",
        Tensor.ofFloats(
            TensorType.F32, List.of((long) TinyModel.VOCABULARY, (long) TinyModel.HIDDEN), table));
    List<TokenBatch> batches = new ArrayList<>();
    for (int batch = 0; batch < 5; batch++) {
      int last = batch == 1 ? token : batch;
      batches.add(
          TokenBatch.ofAllTokens(
              List.of(new int[] {3, batch, 7, 5, 1, last}), TinyModel.VOCABULARY));
    }
    List<LostStep> lost = new ArrayList<>();
    try (TinyDistillation broken = new TinyDistillation(space, TensorSource.of(tensors), batches)) {
      BlockLibrary library =
          broken.library(
              folder,
              settings(24, Distillation.Pairing.DECOUPLED, Distillation.Form.SEPARATE),
              TinyDistillation.inputs(1, TensorType.F32));
      broken.distill(
          library,
          ActivationStore.inMemory(),
          new BlockDistiller.Listener() {
            @Override
            public void trained(TrainingStatistics statistics) {}

            @Override
            public void lost(LostStep divergence) {
              lost.add(divergence);
            }
          });
      assertThat(lost).hasSize(2);
      assertThat(lost.getFirst().toString())
          .startsWith("L0, ffn linear, batch 1, step ")
          .contains("continues from step 0 without this batch");
      assertThat(lost.getLast().training()).isEqualTo("L1, ffn linear");
      for (TrainingStatistics one : library.statistics()) {
        assertThat(one.steps()).isEqualTo(24);
        assertThat(one.lossAfter()).isLessThan(one.lossBefore());
      }
    }
  }

  private static Distillation settings(
      int steps, Distillation.Pairing pairing, Distillation.Form form) {
    return TinyDistillation.settings(steps, pairing, form, EarlyStop.never(), 100);
  }

  /** By the kernel itself, so that the bits are the same. */
  private double loss(BlockLibrary library, TeacherLayer layer, Replacement replacement)
      throws IOException {
    double sum = 0;
    try (DeviceMemory scope = tiny.memory.newScope()) {
      BlockWeights replaced = library.load(scope, replacement).getFirst();
      int batches = layer.inputs().batches();
      for (int batch = batches - TinyDistillation.VALIDATION; batch < batches; batch++) {
        DeviceTensor input = layer.inputs().batch(scope, batch);
        DeviceTensor wanted = tiny.runner.block(layer.weights(), input);
        DeviceTensor got = tiny.runner.block(replaced, input);
        sum += Losses.squareError(got, wanted).toFloat();
      }
    }
    return sum / TinyDistillation.VALIDATION;
  }

  private static byte[] bytes(Tensor tensor) {
    return tensor.data().toArray(ValueLayout.JAVA_BYTE);
  }
}
