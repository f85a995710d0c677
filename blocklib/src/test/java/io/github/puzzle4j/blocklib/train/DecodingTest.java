package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Token by token gives the logits of whole passes. */
class DecodingTest {

  private static final int ROWS = 3;
  private static final int TOKENS = 14;

  /** Every kind of attention; heads, windows, biases and norms of several kinds. */
  private static final Model MIXED =
      TinyModel.model(
          TinyModel.LAYER,
          new Layer(TinyModel.ATTENTION.withWindow(5), new GatedFfn(12)),
          new Layer(new LinearAttention(), new GatedFfn(12)),
          new Layer(new NoAttention(), new NoFfn()),
          new Layer(
              new SoftmaxAttention(
                  new AttentionShape(4, 1, 8),
                  3,
                  SoftmaxAttention.Biases.ALL,
                  SoftmaxAttention.HeadNorm.QUERY_AND_KEY),
              new LinearFfn()),
          new Layer(new NoAttention(), new GatedFfn(12)),
          new Layer(TinyModel.ATTENTION.withKvHeads(1), new NoFfn()));

  private final DeviceMemory memory = DeviceMemory.open();
  private long[] ids = {};

  @BeforeEach
  void draw() {
    SplittableRandom random = new SplittableRandom(3);
    ids = random.longs((long) ROWS * TOKENS, 0, TinyModel.VOCABULARY).toArray();
  }

  @AfterEach
  void free() {
    memory.close();
  }

  /** Of all sequences, from a position up to, and without, another one. */
  private DeviceTensor tokens(DeviceMemory scope, int from, int to) {
    long[] part = new long[ROWS * (to - from)];
    for (int row = 0; row < ROWS; row++) {
      System.arraycopy(ids, row * TOKENS + from, part, row * (to - from), to - from);
    }
    return scope.longs(part, ROWS, to - from);
  }

  @ParameterizedTest
  @CsvSource({
    "1, FLOAT32, 1e-4",
    "4, FLOAT32, 1e-4",
    "9, FLOAT32, 1e-4",
    "14, FLOAT32, 1e-4",
    "4, BFLOAT16, 0.1"
  })
  void tokenByTokenGivesTheLogitsOfAWholePass(int prompt, Precision precision, float tolerance)
      throws IOException {
    try (LanguageModel model =
            LanguageModel.load(memory, MIXED, TinyModel.weights(MIXED, 5), precision);
        Decoding decoding = new Decoding(memory, model, ROWS, TOKENS)) {
      for (int to = prompt; to <= TOKENS; to++) {
        try (DeviceMemory scope = memory.newScope()) {
          int from = to == prompt ? 0 : to - 1;
          float[] step = decoding.read(tokens(scope, from, to)).toFloats();
          float[] whole = model.forward(tokens(scope, 0, to)).slice(1, to - 1, to).toFloats();
          assertThat(step).as("token %d", to).containsExactly(whole, within(tolerance));
        }
      }
    }
  }

  @Test
  void sequencesDoNotSeeEachOther() throws IOException {
    try (LanguageModel model =
        LanguageModel.load(memory, MIXED, TinyModel.weights(MIXED, 5), Precision.FLOAT32)) {
      float[] before = afterAll(model);
      Arrays.setAll(ids, at -> at < TOKENS ? ids[at] : (ids[at] + 1) % TinyModel.VOCABULARY);
      float[] after = afterAll(model);
      int first = TinyModel.VOCABULARY;
      assertThat(Arrays.copyOf(after, first)).containsExactly(Arrays.copyOf(before, first));
      assertThat(after).isNotEqualTo(before);
    }
  }

  private float[] afterAll(LanguageModel model) {
    try (DeviceMemory scope = memory.newScope();
        Decoding decoding = new Decoding(scope, model, ROWS, TOKENS)) {
      decoding.read(tokens(scope, 0, TOKENS - 1));
      return decoding.read(tokens(scope, TOKENS - 1, TOKENS)).toFloats();
    }
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    try (LanguageModel model =
            LanguageModel.load(memory, MIXED, TinyModel.weights(MIXED, 5), Precision.FLOAT32);
        Decoding decoding = new Decoding(memory, model, ROWS, 6)) {
      assertThatThrownBy(() -> decoding.read(tokens(memory, 0, 7)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("with 0 known tokens cannot take 7 more");
      decoding.read(tokens(memory, 0, 4));
      assertThatThrownBy(() -> decoding.read(tokens(memory, 4, 6)))
          .hasMessageContaining("with 4 known tokens cannot take 2 more");
      assertThatThrownBy(() -> new Decoding(memory, model, 1, 257))
          .hasMessageContaining("the model supports at most 256");
    }
  }
}
