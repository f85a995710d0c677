package io.github.puzzle4j.blocklib.tensor.engine;

import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** Operands and results of PyTorch beside an engine's; closes all tensors at its end. */
final class Trial implements AutoCloseable {

  private static final Map<String, Tensor> GOLDEN = golden();

  /** Of the largest magnitude among the expected numbers. */
  private static final double FLOAT_TOLERANCE = 2e-5;

  private static final double BFLOAT_TOLERANCE = 1.2e-2;

  final Operations operations;

  /** Whether operands are given in the order of memory or in the reverse one. */
  private final boolean strided;

  private final List<AutoCloseable> opened = new ArrayList<>();

  Trial(Operations operations, boolean strided) {
    this.operations = operations;
    this.strided = strided;
  }

  private static Map<String, Tensor> golden() {
    String resource = "/golden/operations/operations.safetensors";
    try (InputStream stream = Objects.requireNonNull(Trial.class.getResourceAsStream(resource))) {
      Path file = Files.createTempFile("operations", ".safetensors");
      Files.write(file, stream.readAllBytes());
      Map<String, Tensor> tensors = new HashMap<>();
      try (SafetensorsFile golden = SafetensorsFile.open(file)) {
        for (String name : golden.names()) {
          Tensor tensor = golden.tensor(name);
          MemorySegment copy = MemorySegment.ofArray(new byte[(int) tensor.data().byteSize()]);
          tensors.put(
              name, new Tensor(tensor.type(), tensor.shape(), copy.copyFrom(tensor.data())));
        }
      } finally {
        Files.delete(file);
      }
      return tensors;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Tensor stored(String name) {
    return Objects.requireNonNull(GOLDEN.get(name), name);
  }

  <T extends AutoCloseable> T keep(T resource) {
    opened.add(resource);
    return resource;
  }

  /** A stored tensor on the device. */
  NativeTensor in(String name) {
    return in(stored(name));
  }

  NativeTensor in(Tensor tensor) {
    NativeTensor rows = keep(operations.copyOf(tensor.data(), tensor.type(), tensor.shape()));
    return strided ? reversed(rows) : rows;
  }

  /** The same numbers, with the strides of the transposed tensor. */
  private NativeTensor reversed(NativeTensor rows) {
    List<Integer> axes = IntStream.range(0, rows.shape().size()).boxed().toList().reversed();
    NativeTensor copy = keep(operations.copy(keep(operations.permute(rows, axes))));
    return keep(operations.permute(copy, axes));
  }

  NativeTensor scalar(double value) {
    return keep(operations.full(value, List.of()));
  }

  Tensor read(NativeTensor tensor) {
    long elements = tensor.shape().stream().reduce(1L, Math::multiplyExact);
    MemorySegment host = MemorySegment.ofArray(new byte[(int) elements * tensor.type().bytes()]);
    operations.read(tensor, host);
    return new Tensor(tensor.type(), tensor.shape(), host);
  }

  /** Checks a result, which is closed with the trial, against a stored one. */
  void expect(NativeTensor actual, TensorType type, String name) {
    opened.add(actual);
    expectOpen(actual, type, name);
  }

  /** Checks a tensor that something else closes. */
  void expectOpen(NativeTensor actual, TensorType type, String name) {
    Tensor expected = stored(name);
    that(actual.type() == type, name + ": type " + actual.type() + ", expected " + type);
    that(
        actual.shape().equals(expected.shape()),
        name + ": shape " + actual.shape() + ", expected " + expected.shape());
    Tensor read = read(actual);
    if (type != TensorType.F32 && type != TensorType.BF16) {
      that(read.data().mismatch(expected.data()) < 0, name + ": other numbers");
      return;
    }
    close(
        name,
        floats(read),
        floats(expected),
        type == TensorType.F32 ? FLOAT_TOLERANCE : BFLOAT_TOLERANCE);
  }

  /** Where operands are bf16, float32 results are as exact as those. */
  void expectRough(NativeTensor actual, TensorType type, String name) {
    opened.add(actual);
    that(actual.type() == type, name + ": type " + actual.type());
    close(name, floats(read(actual)), floats(stored(name)), BFLOAT_TOLERANCE);
  }

  static float[] floats(Tensor tensor) {
    return tensor.toFloats();
  }

  private static void close(String name, float[] actual, float[] expected, double tolerance) {
    double largest = 1e-3;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      that(
          Math.abs(actual[i] - expected[i]) <= tolerance * largest,
          "%s: element %d is %s, expected %s".formatted(name, i, actual[i], expected[i]));
    }
  }

  static void that(boolean holds, String message) {
    if (!holds) {
      throw new AssertionError(message);
    }
  }

  @Override
  public void close() {
    for (AutoCloseable resource : opened.reversed()) {
      try {
        resource.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
