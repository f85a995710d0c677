package io.github.puzzle4j.blocklib.tensor.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.Attended;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention by products, which GPUs use for odd sizes, against the processor's own kernel. */
@Tag("torch")
class ComposedKernelTest {

  private static final long TOKENS = 9;

  private final Random random = new Random(5);
  private final TorchOperations operations =
      (TorchOperations) InstalledTorch.engine().on(OptionalInt.empty());

  @ParameterizedTest
  @CsvSource({"4, NONE", "4, CAUSAL", "2, CAUSAL", "1, MASK"})
  void givesTheSameAsTheFusedKernel(long kvHeads, String visible) {
    TorchTensor query = heads(4);
    TorchTensor key = heads(kvHeads);
    TorchTensor value = heads(kvHeads);
    TorchTensor gradient = heads(4);
    boolean causal = visible.equals("CAUSAL");
    Optional<TorchTensor> mask =
        visible.equals("MASK") ? Optional.of(tensor(TOKENS, TOKENS)) : Optional.empty();
    TorchAttention composed = new TorchAttention(operations, _ -> new ComposedKernel(operations));
    Attention attention = composed.forward(query, key, value, mask, causal);
    Optional<NativeTensor> added = mask.map(NativeTensor.class::cast);
    Attended expected = operations.attention(query, key, value, added, causal);
    assertClose(attention.output(), expected.output());
    List<NativeTensor> gradients =
        composed.backward(gradient, query, key, value, mask, causal, attention);
    List<NativeTensor> expectedGradients =
        operations.attentionBackward(gradient, query, key, value, added, causal, expected);
    for (int i = 0; i < 3; i++) {
      assertClose(gradients.get(i), expectedGradients.get(i));
    }
  }

  private TorchTensor heads(long heads) {
    return tensor(2, heads, TOKENS, 6);
  }

  private TorchTensor tensor(long... sizes) {
    float[] values = new float[(int) Layouts.elements(sizes)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    List<Long> shape = new ArrayList<>();
    for (long size : sizes) {
      shape.add(size);
    }
    Tensor tensor = Tensor.ofFloats(TensorType.F32, shape, values);
    return (TorchTensor) operations.copyOf(tensor.data(), TensorType.F32, shape);
  }

  private void assertClose(NativeTensor actual, NativeTensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    float[] numbers = floats(actual);
    float[] others = floats(expected);
    for (int i = 0; i < numbers.length; i++) {
      assertThat(numbers[i]).isCloseTo(others[i], within(1e-5f));
    }
  }

  private float[] floats(NativeTensor tensor) {
    float[] values = new float[(int) ((TorchTensor) tensor).elements()];
    operations.read(tensor, MemorySegment.ofArray(values));
    return values;
  }
}
