package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DistillationFormsTest {

  private static final TrainingSettings.EarlyStop NEVER = TrainingSettings.EarlyStop.never();

  private static final SearchSpace WIDTHS =
      new SearchSpace(
          List.of(
              new AttentionVariant.GroupedQuery(1),
              new AttentionVariant.SlidingWindow(3),
              new AttentionVariant.GroupedQuery(2)),
          List.of(
              new FfnVariant.Pruned(4),
              new FfnVariant.Linear(),
              new FfnVariant.Pruned(15),
              new FfnVariant.Pruned(9)));

  @TempDir Path folder;

  private final TinyDistillation tiny = new TinyDistillation();

  @AfterEach
  void free() {
    tiny.close();
  }

  /** What the statistics say is true of the weights that a child would get, whatever the form. */
  @ParameterizedTest
  @EnumSource(Distillation.Form.class)
  void statisticsOfAllFormsAreThoseOfTheStoredWeights(Distillation.Form form) throws IOException {
    BlockLibrary library =
        distill(WIDTHS, settings(10, Distillation.Pairing.COUPLED, form), TensorType.BF16);
    new TeacherWalk(tiny.architecture, tiny.teacher, tiny.runner)
        .visit(
            tiny.memory,
            tiny.batches,
            layer -> {
              assertThat(library.statistics(layer.index())).hasSize(3 + 4 + 12);
              for (VariantStatistics one : library.statistics(layer.index())) {
                assertThat(one.lossAfter())
                    .as(form + " " + one)
                    .isEqualTo(loss(library, layer, variant(one)))
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
    BlockLibrary library = distill(WIDTHS, elastic(40), TensorType.F32);
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("layer-001.safetensors"))) {
      assertThat(file.names())
          .contains("ffn/elastic/mlp.up_proj.weight", "ffn/linear/mlp.linear_mlp.weight")
          .noneMatch(name -> name.startsWith("ffn/ffn_"));
      byte[] widest = bytes(file.tensor("ffn/elastic/mlp.up_proj.weight"));
      for (int width : new int[] {4, 9}) {
        assertThat(bytes(up(library, width)))
            .isEqualTo(Arrays.copyOf(widest, width * TinyModel.HIDDEN * Float.BYTES));
      }
      assertThat(StoredLayer.longs(file.tensor(StoredLayer.WIDTHS))).containsExactly(4, 9);
      assertThat(widest).hasSize(15 * TinyModel.HIDDEN * Float.BYTES);
      long[] order = StoredLayer.longs(file.tensor(StoredLayer.CHANNEL_ORDER));
      Tensor teachers = tiny.teacher.tensor("model.layers.1.mlp.up_proj.weight");
      assertThat(bytes(up(library, 15)))
          .isEqualTo(
              bytes(
                  ChannelSlices.chosen(
                      tiny.config, TensorNames.UP, teachers, Arrays.copyOf(order, 15))));
    }
    for (VariantStatistics one : library.statistics()) {
      switch (one.variant()) {
        case "gqa_1", "ffn_4", "ffn_9", "linear" ->
            assertThat(one.lossAfter()).as(one.toString()).isLessThan(one.lossBefore());
        case "gqa_2", "ffn_15", "window_3" ->
            assertThat(one.lossAfter()).as(one.toString()).isEqualTo(one.lossBefore());
        default -> throw new AssertionError(one);
      }
    }
  }

  private Tensor up(BlockLibrary library, int width) throws IOException {
    BlockVariant pruned = BlockVariant.parse("teacher+ffn_" + width);
    return TensorSource.of(library.layer(tiny.teacher, tiny.architecture, 1, pruned))
        .tensor("model.layers.1.mlp.up_proj.weight");
  }

  /** Without a step, pruned widths are slices of the sorted teacher, and are not stored. */
  @Test
  void untrainedWidthsCostNoStorage() throws IOException {
    BlockLibrary library =
        distill(
            WIDTHS,
            settings(0, Distillation.Pairing.DECOUPLED, Distillation.Form.SEPARATE),
            TensorType.F32);
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("layer-000.safetensors"))) {
      assertThat(file.names())
          .contains("ffn/channel_order")
          .noneMatch(name -> name.startsWith("ffn/ffn_"));
    }
    for (VariantStatistics one : library.statistics(0)) {
      assertThat(one.steps()).isZero();
      assertThat(one.lossAfter()).isEqualTo(one.lossBefore());
    }
    new TeacherWalk(tiny.architecture, tiny.teacher, tiny.runner)
        .visit(
            tiny.memory,
            tiny.batches,
            layer -> {
              for (VariantStatistics one : library.statistics(layer.index())) {
                assertThat(loss(library, layer, variant(one))).isEqualTo(one.lossAfter());
              }
            });
  }

  /** Trained together a pair imitates the block better than two that were trained apart. */
  @Test
  void pairsAreNoWorseThanTheirHalvesTogether() throws IOException {
    BlockLibrary library =
        distill(
            TinyDistillation.SPACE,
            settings(20, Distillation.Pairing.COUPLED, Distillation.Form.SEPARATE),
            TensorType.F32);
    List<VariantStatistics> pairs =
        library.statistics().stream().filter(one -> one.subblock() == SubblockKind.BLOCK).toList();
    assertThat(pairs).hasSize(2 * 9);
    for (VariantStatistics pair : pairs) {
      if (pair.variant().equals("noop+noop")) {
        assertThat(pair.steps()).isZero();
      } else {
        assertThat(pair.lossAfter()).as(pair.toString()).isLessThan(pair.lossBefore());
        assertThat(
                library.isPair(tiny.architecture, pair.layer(), BlockVariant.parse(pair.variant())))
            .isTrue();
      }
    }
  }

  /** A rate at which nothing gets better: looks bring nothing after the first ones. */
  @Test
  void aTrainingThatBringsNothingEndsEarly() throws IOException {
    Distillation wild =
        new Distillation(
            new TrainingSettings(
                new LearningRate(10, 0, 40, 1),
                40,
                0,
                1e9,
                1,
                new TrainingSettings.EarlyStop(4, 2),
                100),
            1,
            Distillation.Pairing.DECOUPLED,
            Distillation.Form.SEPARATE);
    BlockLibrary library = distill(TinyDistillation.SPACE, wild, TensorType.F32);
    for (VariantStatistics one : library.statistics()) {
      assertThat(one.lossAfter()).isLessThanOrEqualTo(one.lossBefore());
      if (!one.variant().equals("noop")) {
        assertThat(one.steps()).as(one.toString()).isPositive().isLessThan(40);
      }
    }
  }

  /** The teacher has no numbers for one token, which is in one batch. */
  @Test
  void aBatchThatGivesNoNumbersIsNamedAndLeftOut() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : tiny.teacher.names()) {
      tensors.put(name, tiny.teacher.tensor(name));
    }
    int token = TinyModel.VOCABULARY - 1;
    float[] table = tiny.teacher.tensor("model.embed_tokens.weight").toFloats();
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
    BlockLibrary library = new BlockLibrary(folder);
    new BlockDistiller(
            new SearchSpace(List.of(), List.of(new FfnVariant.Linear())),
            settings(24, Distillation.Pairing.DECOUPLED, Distillation.Form.SEPARATE),
            TensorType.F32)
        .distill(
            tiny.memory,
            tiny.architecture,
            TensorSource.of(tensors),
            tiny.runner,
            batches,
            1,
            library,
            new BlockDistiller.Listener() {
              @Override
              public void trained(VariantStatistics statistics) {}

              @Override
              public void lost(LostStep step) {
                lost.add(step);
              }
            });
    assertThat(lost).hasSize(2);
    assertThat(lost.getFirst().toString())
        .startsWith("layer 0, ffn linear, batch 1, step ")
        .contains("goes on from step 0 without this batch");
    assertThat(lost.getLast().training()).isEqualTo("layer 1, ffn linear");
    for (VariantStatistics one : library.statistics()) {
      assertThat(one.steps()).isEqualTo(24);
      assertThat(one.lossAfter()).isLessThan(one.lossBefore());
    }
  }

  private static Distillation elastic(int steps) {
    return settings(steps, Distillation.Pairing.DECOUPLED, Distillation.Form.ELASTIC);
  }

  private static Distillation settings(
      int steps, Distillation.Pairing pairing, Distillation.Form form) {
    return TinyDistillation.settings(steps, pairing, form, NEVER, 100);
  }

  private BlockLibrary distill(SearchSpace space, Distillation settings, TensorType stored)
      throws IOException {
    BlockLibrary library = new BlockLibrary(folder);
    tiny.distill(space, settings, stored, ActivationStore.inMemory(), library, one -> {});
    return library;
  }

  private static BlockVariant variant(VariantStatistics one) {
    return switch (one.subblock()) {
      case ATTENTION ->
          new BlockVariant(AttentionVariant.parse(one.variant()), new FfnVariant.Teacher());
      case FFN -> new BlockVariant(new AttentionVariant.Teacher(), FfnVariant.parse(one.variant()));
      case BLOCK -> BlockVariant.parse(one.variant());
    };
  }

  private double loss(BlockLibrary library, TeacherLayer layer, BlockVariant variant)
      throws IOException {
    double sum = 0;
    try (DeviceMemory scope = tiny.memory.newScope()) {
      BlockWeights replaced =
          library.load(scope, tiny.teacher, tiny.architecture, layer.index(), variant);
      int batches = layer.inputs().batches();
      for (int batch = batches - TinyDistillation.VALIDATION; batch < batches; batch++) {
        DeviceTensor input = layer.inputs().batch(scope, batch);
        DeviceTensor wanted = tiny.runner.block(layer.weights(), input, false);
        DeviceTensor got = tiny.runner.block(replaced, input, false);
        sum += tiny.runner.kernels().call("block_loss", false, got, List.of(wanted)).toFloat();
      }
    }
    return sum / TinyDistillation.VALIDATION;
  }

  private static byte[] bytes(Tensor tensor) {
    return tensor.data().toArray(ValueLayout.JAVA_BYTE);
  }
}
