package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TeacherWalkTest {

  private final DeviceMemory memory = DeviceMemory.open();
  private final Model teacher =
      TinyModel.model(
          TinyModel.LAYER,
          new Layer(new NoAttention(), new NoFfn()),
          new Layer(TinyModel.ATTENTION.withKvHeads(1), new LinearFfn()),
          new Layer(new LinearAttention(), new GatedFfn(3)));
  private final TensorSource weights = TinyModel.weights(teacher, 2);
  private final List<TokenBatch> batches = TinyModel.batches(3, 2, 5, 3);

  @AfterEach
  void free() {
    memory.close();
  }

  @Test
  void eachLayerSeesWhatTheWholeModelSendsIntoIt() throws IOException {
    try (LanguageModel model = LanguageModel.load(memory, teacher, weights, Precision.FLOAT32)) {
      List<List<float[]>> expected = new ArrayList<>();
      for (TokenBatch batch : batches) {
        List<float[]> boundaries = new ArrayList<>();
        DeviceTensor hidden = model.embed(batch.ids(memory));
        for (BlockWeights block : model.blocks()) {
          boundaries.add(hidden.toFloats());
          hidden = model.runner().block(block, hidden);
        }
        expected.add(boundaries);
      }
      List<Integer> layers = new ArrayList<>();
      new TeacherWalk(teacher, weights, model.runner())
          .visit(
              memory,
              batches,
              layer -> {
                layers.add(layer.index());
                assertThat(layer.weights().layer()).isEqualTo(teacher.layers().get(layer.index()));
                assertThat(layer.inputs().batches()).isEqualTo(3);
                for (int i = 0; i < 3; i++) {
                  assertThat(layer.inputs().batch(layer.scope(), i).toFloats())
                      .isEqualTo(expected.get(i).get(layer.index()));
                }
              });
      assertThat(layers).containsExactly(0, 1, 2, 3);
    }
  }

  @Test
  void oneLayerAndOneBoundaryAreInMemoryAtATime() throws IOException {
    try (BlockRunner runner = new BlockRunner(memory, teacher.common(), Precision.FLOAT32)) {
      List<Integer> live = new ArrayList<>();
      TeacherWalk walk = new TeacherWalk(teacher, weights, runner);
      walk.visit(memory, batches, layer -> {});
      int before = memory.tensors();
      walk.visit(
          memory,
          batches,
          layer -> live.add(memory.tensors() - before - layer.weights().all().size()));
      assertThat(live).containsExactly(3, 3, 3, 3);
      assertThat(memory.tensors()).isEqualTo(before);
    }
  }
}
