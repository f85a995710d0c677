package io.github.puzzle4j.blocklib.tensor.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.NativeAllocations;
import io.github.puzzle4j.blocklib.tensor.engine.AdamwSettings;
import io.github.puzzle4j.blocklib.tensor.engine.Attended;
import io.github.puzzle4j.blocklib.tensor.engine.ComputeEngine;
import io.github.puzzle4j.blocklib.tensor.engine.Engines;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import io.github.puzzle4j.blocklib.tensor.engine.OutOfDeviceMemoryException;
import io.github.puzzle4j.blocklib.tensor.engine.TensorException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Errors, ownership and threads. */
@Tag("torch")
class TorchEngineTest {

  private static final int STEPS = 2000;
  private static final int WARM_STEPS = 300;
  private static final long ALLOWED_BYTES = 40 << 20;

  private ComputeEngine engine;
  private Operations operations;

  @BeforeEach
  void load() {
    engine = InstalledTorch.engine();
    operations = engine.on(OptionalInt.empty());
  }

  @Test
  void theOtherEngineIsRefusedInThisProcess() throws InvalidInputException {
    ComputeEngine other = Engines.named(Engines.DEFAULT);
    assertThatThrownBy(other::load)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageMatching(
            "engine djl: this process has already loaded another PyTorch \\(/.*/libtorch_cpu.so\\):"
                + " use one engine in a process");
  }

  @Test
  void gpusAreCountedFromZero() throws InvalidInputException {
    assertThat(engine.gpus()).isLessThan(999);
    for (String name : List.of("cuda:" + engine.gpus(), "cuda:999")) {
      assertThatThrownBy(() -> ComputeDevice.named(engine, name))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageMatching(
              "device '%s': engine torch \\(PyTorch .+\\) finds %d GPUs here"
                  .formatted(name, engine.gpus()));
    }
    for (int gpu = 0; gpu < engine.gpus(); gpu++) {
      assertThat(ComputeDevice.named(engine, "cuda:" + gpu)).hasToString("cuda:" + gpu);
    }
  }

  @Test
  void anErrorNamesOperatorShapesAndReasonAndTheEngineGoesOn() {
    try (NativeTensor left = operations.zeros(TensorType.F32, List.of(4L, 5L));
        NativeTensor right = operations.zeros(TensorType.BF16, List.of(4L, 5L))) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> operations.matMul(left, left))
            .isExactlyInstanceOf(TensorException.class)
            .hasMessageStartingWith("matmul of F32 [4, 5], F32 [4, 5]: ")
            .hasMessageEndingWith("mat1 and mat2 shapes cannot be multiplied (4x5 and 4x5)");
        assertThatThrownBy(() -> operations.addProduct(left, right, right))
            .isExactlyInstanceOf(TensorException.class)
            .hasMessageContaining("BF16 [4, 5]");
        assertThatThrownBy(() -> operations.addProduct(left, left, left))
            .isExactlyInstanceOf(TensorException.class)
            .hasMessageStartingWith("addmm of F32 [4, 5], F32 [4, 5], F32 [4, 5]: ")
            .hasMessageContaining("shapes cannot be multiplied");
        assertThatThrownBy(() -> operations.add(left, operations.full(1, List.of(3L)), 2))
            .isExactlyInstanceOf(TensorException.class)
            .hasMessageContaining("_foreach_addcmul_.Tensor of ")
            .hasMessageContaining("must match the size of tensor");
      }
      try (NativeTensor sum = operations.full(2, List.of(3L))) {
        assertThat(floats(sum)).containsExactly(2, 2, 2);
      }
    }
  }

  @Test
  void viewsBeyondTheTensorAreRefused() {
    try (NativeTensor x = operations.zeros(TensorType.F32, List.of(4L, 5L))) {
      assertThatThrownBy(() -> operations.slice(x, 1, 2, 6))
          .isInstanceOf(TensorException.class)
          .hasMessage("slice of F32 [4, 5]: from 2 to 6 along axis 1 is out of range");
      assertThatThrownBy(() -> operations.select(x, 0, 4)).isInstanceOf(TensorException.class);
      assertThatThrownBy(() -> operations.select(x, 2, 0)).isInstanceOf(TensorException.class);
      assertThatThrownBy(() -> operations.expand(x, List.of(4L, 6L)))
          .isInstanceOf(TensorException.class);
      assertThatThrownBy(() -> operations.permute(x, List.of(0, 0)))
          .isInstanceOf(TensorException.class);
      assertThatThrownBy(() -> operations.reshape(x, List.of(3L, 7L)))
          .isInstanceOf(TensorException.class);
      try (NativeTensor far = operations.copyOf(longs(7), TensorType.I64, List.of(1L))) {
        assertThatThrownBy(() -> operations.take(x, 0, far)).isInstanceOf(TensorException.class);
      }
    }
  }

  @Test
  void memoryThatIsNotThereIsItsOwnException() {
    assertThatThrownBy(() -> operations.zeros(TensorType.F32, List.of(1L << 45)))
        .isInstanceOf(OutOfDeviceMemoryException.class);
  }

  @Test
  void aClosedTensorIsRefusedAndClosingTwiceDoesNothing() {
    NativeTensor closed = operations.full(1, List.of(2L));
    NativeTensor alias = operations.alias(closed);
    closed.close();
    assertThatCode(closed::close).doesNotThrowAnyException();
    for (int i = 0; i < 100; i++) {
      assertThatIllegalStateException().isThrownBy(() -> operations.copy(closed));
      assertThatIllegalStateException()
          .isThrownBy(() -> operations.concat(List.of(alias, closed), 0));
      assertThatIllegalStateException()
          .isThrownBy(() -> operations.addProduct(alias, closed, alias));
      assertThatIllegalStateException().isThrownBy(closed::shape);
    }
    try (alias) {
      assertThat(floats(alias)).containsExactly(1, 1);
    }
  }

  @Test
  void noGpuIsSaidInOneLine() {
    assertThatIllegalStateException()
        .isThrownBy(() -> engine.on(OptionalInt.of(engine.gpus())))
        .withMessageStartingWith("cuda:" + engine.gpus() + ": ")
        .withMessageNotContaining("\n");
  }

  @Test
  void threadsWorkSideBySide() throws Exception {
    engine.setThreads(1);
    float[] alone = trained(17, 20);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<float[]>> results = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        results.add(threads.submit(() -> trained(17, 20)));
      }
      for (Future<float[]> result : results) {
        assertThat(result.get()).containsExactly(alone);
      }
    }
    engine.setThreads(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void memoryStaysFlat() {
    trained(3, WARM_STEPS);
    long before = NativeAllocations.bytes();
    trained(3, STEPS);
    // One tensor of each step would be 80 MiB; the JVM's own memory goes up and down by 20 MiB.
    assertThat(NativeAllocations.bytes() - before).isLessThan(ALLOWED_BYTES);
  }

  /** A matrix after steps that use operations of all kinds. */
  private float[] trained(long seed, int steps) {
    List<NativeTensor> kept = new ArrayList<>();
    try {
      NativeTensor matrix = random(kept, seed, 64, 64);
      NativeTensor gradient = zeros(kept, 64, 64);
      NativeTensor mean = zeros(kept, 64, 64);
      NativeTensor square = zeros(kept, 64, 64);
      NativeTensor step = zeros(kept);
      NativeTensor zero = zeros(kept);
      NativeTensor gain = random(kept, seed + 1, 64);
      NativeTensor x = random(kept, seed + 2, 2, 80, 64);
      for (int i = 0; i < steps; i++) {
        operations.scale(List.of(gradient), zero);
        accumulate(matrix, gain, x, gradient);
        operations.adamw(
            List.of(matrix),
            List.of(gradient),
            List.of(mean),
            List.of(square),
            List.of(step),
            new AdamwSettings(1e-3, 0.1));
      }
      return floats(matrix);
    } finally {
      kept.forEach(NativeTensor::close);
    }
  }

  private void accumulate(
      NativeTensor matrix, NativeTensor gain, NativeTensor x, NativeTensor gradient) {
    List<Long> heads = List.of(2L, 80L, 4L, 16L);
    try (NativeTensor normal = operations.rmsNorm(x, gain, 1e-5);
        NativeTensor y = operations.linear(normal, matrix);
        NativeTensor split = operations.reshape(y, heads);
        NativeTensor query = operations.permute(split, List.of(0, 2, 1, 3));
        NativeTensor key = operations.slice(query, 1, 0, 2);
        NativeTensor mask = operations.zeros(TensorType.F32, List.of(80L, 80L));
        Attended attended = operations.attention(query, key, key, Optional.of(mask), false);
        NativeTensor turned = operations.permute(attended.output(), List.of(0, 2, 1, 3));
        NativeTensor rows = operations.reshape(turned, List.of(160L, 64L));
        NativeTensor columns = operations.permute(rows, List.of(1, 0));
        NativeTensor flat = operations.reshape(x, List.of(160L, 64L));
        NativeTensor norm = operations.norm(List.of(matrix, gradient))) {
      closeAll(
          operations.attentionBackward(query, query, key, key, Optional.of(mask), false, attended));
      closeAll(operations.rmsNormBackward(y, x, gain, 1e-5));
      closeAll(operations.swigluBackward(y, normal, x));
      operations.addProduct(gradient, columns, flat);
      operations.scale(List.of(gradient), norm);
      assertThatThrownBy(() -> operations.matMul(flat, flat)).isInstanceOf(TensorException.class);
    }
  }

  private static void closeAll(List<NativeTensor> tensors) {
    tensors.forEach(NativeTensor::close);
  }

  private NativeTensor random(List<NativeTensor> kept, long seed, long... shape) {
    List<Long> sizes = Arrays.stream(shape).boxed().toList();
    float[] values = new float[sizes.stream().reduce(1L, Math::multiplyExact).intValue()];
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 8;
    }
    Tensor tensor = Tensor.ofFloats(TensorType.F32, sizes, values);
    kept.add(operations.copyOf(tensor.data(), TensorType.F32, sizes));
    return kept.getLast();
  }

  private NativeTensor zeros(List<NativeTensor> kept, long... shape) {
    kept.add(operations.zeros(TensorType.F32, Arrays.stream(shape).boxed().toList()));
    return kept.getLast();
  }

  private static MemorySegment longs(long... values) {
    return MemorySegment.ofArray(values);
  }

  private float[] floats(NativeTensor tensor) {
    int elements = tensor.shape().stream().reduce(1L, Math::multiplyExact).intValue();
    float[] values = new float[elements];
    operations.read(tensor, MemorySegment.ofArray(values));
    assertThat(ValueLayout.JAVA_FLOAT.byteSize()).isEqualTo(tensor.type().bytes());
    return values;
  }
}
