package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A scope of memory on a device. It owns tensors and smaller scopes, and frees all of them when it
 * is closed. New tensors are float32 unless a method says otherwise. A scope is for one thread at a
 * time.
 */
public final class DeviceMemory implements AutoCloseable {

  private final ComputeDevice device;
  private final Operations operations;
  private final @Nullable DeviceMemory parent;
  private final Set<AutoCloseable> owned = Collections.newSetFromMap(new IdentityHashMap<>());

  private DeviceMemory(ComputeDevice device, @Nullable DeviceMemory parent) {
    this.device = device;
    this.operations = device.operations();
    this.parent = parent;
  }

  static DeviceMemory of(ComputeDevice device) {
    return new DeviceMemory(device, null);
  }

  /** New memory of the default engine on the processor. */
  public static DeviceMemory open() {
    return ComputeDevice.processor().memory();
  }

  Operations operations() {
    return operations;
  }

  /** A smaller scope, which this one closes if nobody did before. */
  public DeviceMemory newScope() {
    DeviceMemory scope = new DeviceMemory(device, this);
    keep(scope);
    return scope;
  }

  private synchronized void keep(AutoCloseable one) {
    owned.add(one);
  }

  synchronized void forget(AutoCloseable one) {
    owned.remove(one);
  }

  /** A tensor that belongs to this. */
  DeviceTensor own(NativeTensor tensor) {
    return own(new DeviceTensor(new Handle(tensor), this));
  }

  DeviceTensor own(DeviceTensor tensor) {
    keep(tensor);
    return tensor;
  }

  /** Where this memory lies. */
  public ComputeDevice device() {
    return device;
  }

  /** Number of tensors that this scope and all scopes in it own now. */
  public synchronized int tensors() {
    return owned.stream()
        .mapToInt(one -> one instanceof DeviceMemory scope ? scope.tensors() : 1)
        .sum();
  }

  /** Zeros. */
  public DeviceTensor zeros(List<Long> shape) {
    return zeros(TensorType.F32, shape);
  }

  /** Zeros. */
  public DeviceTensor zeros(long... shape) {
    return zeros(TensorType.F32, DeviceTensor.shapeOf(shape));
  }

  /** Zeros of a type. */
  public DeviceTensor zeros(TensorType type, List<Long> shape) {
    return own(operations.zeros(type, shape));
  }

  /** Zeros of a type. */
  public DeviceTensor zeros(TensorType type, long... shape) {
    return zeros(type, DeviceTensor.shapeOf(shape));
  }

  /** Ones. */
  public DeviceTensor ones(long... shape) {
    return full(1, shape);
  }

  /** One number everywhere. */
  public DeviceTensor full(float value, long... shape) {
    return own(operations.full(value, DeviceTensor.shapeOf(shape)));
  }

  /** A tensor without dimensions. */
  public DeviceTensor scalar(float value) {
    return full(value);
  }

  /** The numbers 0, 1, .. as int64. */
  public DeviceTensor range(long count) {
    return own(operations.range(count));
  }

  /** Numbers in row-major order. */
  public DeviceTensor floats(float[] values, long... shape) {
    return floats(values, DeviceTensor.shapeOf(shape));
  }

  private DeviceTensor floats(float[] values, List<Long> shape) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
      return own(operations.copyOf(host, TensorType.F32, shape));
    }
  }

  /** Numbers in row-major order, as float64. */
  public DeviceTensor doubles(double[] values, long... shape) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, values);
      return own(operations.copyOf(host, TensorType.F64, DeviceTensor.shapeOf(shape)));
    }
  }

  /** Numbers in row-major order, as int64. */
  public DeviceTensor longs(long[] values, long... shape) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocateFrom(ValueLayout.JAVA_LONG, values);
      return own(operations.copyOf(host, TensorType.I64, DeviceTensor.shapeOf(shape)));
    }
  }

  /** Draws of a normal distribution around 0. */
  public DeviceTensor normal(RandomGenerator random, float deviation, List<Long> shape) {
    float[] values = new float[Math.toIntExact(DeviceTensor.elements(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return floats(values, shape);
  }

  /** Draws of a uniform distribution. */
  public DeviceTensor uniform(RandomGenerator random, float from, float to, List<Long> shape) {
    float[] values = new float[Math.toIntExact(DeviceTensor.elements(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat(from, to);
    }
    return floats(values, shape);
  }

  /**
   * A copy of a file's tensor, in float32 whatever its type. Goes through a buffer of one piece, so
   * that neither the heap nor direct memory, which only a collector frees, holds a large tensor.
   */
  public DeviceTensor load(Tensor tensor) {
    DeviceTensor loaded = own(new TensorLoading(operations, tensor).load());
    tensor.unload();
    return loaded;
  }

  /** {@linkplain #load(Tensor) Copies} of several tensors. */
  public List<DeviceTensor> load(TensorSource source, Iterable<String> names) throws IOException {
    List<DeviceTensor> tensors = new ArrayList<>();
    for (String name : names) {
      tensors.add(load(source.tensor(name)));
    }
    return List.copyOf(tensors);
  }

  /** Frees everything. */
  @Override
  public void close() {
    List<AutoCloseable> all;
    synchronized (this) {
      all = List.copyOf(owned);
      owned.clear();
    }
    for (AutoCloseable one : all) {
      switch (one) {
        case DeviceMemory scope -> scope.close();
        case DeviceTensor tensor -> tensor.close();
        default -> throw new IllegalStateException("owned: " + one);
      }
    }
    if (parent != null) {
      parent.forget(this);
    }
  }
}
