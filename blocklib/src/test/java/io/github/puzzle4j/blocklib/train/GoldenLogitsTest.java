package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against logits of transformers, see make_golden_*.py under src/test/python. */
class GoldenLogitsTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama/untied-f32",
        "llama/tied-bf16",
        "llama/sharded-bf16",
        "llama/llama3-rope-bf16",
        "llama/llama3-legacy-config-bf16",
        "llama/nemotron-nas-bf16",
        "families/mistral-window",
        "families/mistral-full-tied",
        "families/qwen2-untied",
        "families/qwen2-tied-some-windows",
        "families/qwen3-untied",
        "families/qwen3-tied-all-windows",
        "fp8/tensor",
        "fp8/row",
        "fp8/block"
      })
  void logitsAreThoseOfTransformers(String name) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(GOLDEN.resolve(name));
        SafetensorsFile golden =
            SafetensorsFile.open(GOLDEN.resolve(name).resolve("golden.safetensors"));
        DeviceMemory memory = DeviceMemory.open();
        LanguageModel model =
            LanguageModel.load(memory, checkpoint.model(), checkpoint, Precision.FLOAT32)) {
      int[] ids = ids(golden.tensor("input_ids"));
      float[] expected = golden.tensor("logits").toFloats();
      TokenBatch batch =
          TokenBatch.ofAllTokens(List.of(ids), checkpoint.model().common().vocabularySize());

      float[] logits = model.forward(batch.ids(memory)).toFloats();

      assertThat(logits).containsExactly(expected, within(1e-4f));
      assertThat(expected).as("logits that say something").matches(GoldenLogitsTest::vary);
    }
  }

  private static boolean vary(float[] logits) {
    double mean = 0;
    for (float logit : logits) {
      mean += logit / logits.length;
    }
    double spread = 0;
    for (float logit : logits) {
      spread += (logit - mean) * (logit - mean) / logits.length;
    }
    return spread > 0.1;
  }

  private static int[] ids(Tensor tensor) {
    return Arrays.stream(
            tensor
                .data()
                .toArray(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN)))
        .mapToInt(Math::toIntExact)
        .toArray();
  }
}
