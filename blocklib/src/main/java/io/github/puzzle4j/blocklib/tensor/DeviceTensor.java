package io.github.puzzle4j.blocklib.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * A tensor in the memory of a device.
 *
 * <p>It belongs to one {@link DeviceMemory} and is freed with it, or earlier by {@link #close}. The
 * result of an operation is a new tensor that belongs to the memory of the tensor on which the
 * method was called, or of the first one where there are several; {@link #attach} moves it. Slices
 * and reshaped tensors may share numbers with what they were made of. Gradients flow through
 * operations while {@link Gradients} are recorded.
 */
public final class DeviceTensor implements AutoCloseable {

  private final NDArray array;
  private final List<Long> shape;

  DeviceTensor(NDArray array) {
    this.array = array;
    this.shape = shapeOf(array.getShape().getShape());
  }

  /** The shape of these sizes. */
  public static List<Long> shapeOf(long... sizes) {
    return Arrays.stream(sizes).boxed().toList();
  }

  NDArray array() {
    return array;
  }

  /** Sizes of all dimensions; empty for a single number. */
  public List<Long> shape() {
    return shape;
  }

  /** Size of one dimension, counted from 0. */
  public long size(int axis) {
    return shape.get(axis);
  }

  /** Number of elements. */
  public long elements() {
    return array.size();
  }

  /** Type of the elements. */
  public TensorType type() {
    return DeviceMemory.type(array.getDataType());
  }

  /** The memory that this belongs to. */
  public DeviceMemory memory() {
    return new DeviceMemory(array.getManager());
  }

  /** From now on this belongs to another memory. */
  public void attach(DeviceMemory memory) {
    array.attach(memory.manager());
  }

  /** All elements, which are float32, in row-major order. */
  public float[] toFloats() {
    return array.toFloatArray();
  }

  /** All elements, which are int64, in row-major order. */
  public long[] toLongs() {
    return array.toLongArray();
  }

  /** One element of float32; of a single number without a place. */
  public float toFloat(long... at) {
    return array.getFloat(at);
  }

  /** The single number of int64 that this is. */
  public long toLong() {
    return array.getLong();
  }

  /** The elements rounded to a type of files. */
  public Tensor toTensor(TensorType type) {
    return Tensor.ofFloats(type, shape, toFloats());
  }

  /** Another handle on the same numbers, so that results computed from it belong to the scope. */
  public DeviceTensor alias(DeviceMemory scope) {
    return in(scope, array.reshape(array.getShape()));
  }

  /**
   * A copy through which gradients flow: a stack of one. DJL's duplicates stop gradients, and the
   * backward pass of a product with a Java number reads that number again, when a collector may
   * have freed it.
   */
  public DeviceTensor copy(DeviceMemory scope) {
    try (NDArray stack = NDArrays.stack(new NDList(array))) {
      return in(scope, stack.squeeze(0));
    }
  }

  /** Overwrites the elements by those of a tensor of the same shape, bit by bit. */
  public void set(DeviceTensor from) {
    boolean collects = array.hasGradient();
    array.setRequiresGradient(false);
    array.set(new NDIndex("..."), from.array);
    array.setRequiresGradient(collects);
  }

  /** Adds to the elements in place. */
  public void addInPlace(DeviceTensor other) {
    array.addi(other.array);
  }

  /** The same numbers in another shape; one size may be -1. */
  public DeviceTensor reshape(long... sizes) {
    return new DeviceTensor(array.reshape(sizes));
  }

  /** The same numbers in another shape. */
  public DeviceTensor reshape(List<Long> sizes) {
    return new DeviceTensor(array.reshape(DeviceMemory.shape(sizes)));
  }

  /** With its dimensions in another order; without one, a matrix on its side. */
  public DeviceTensor transpose(int... axes) {
    return new DeviceTensor(axes.length == 0 ? array.transpose() : array.transpose(axes));
  }

  /** The part from an index up to, and without, another one along an axis. */
  public DeviceTensor slice(int axis, long from, long to) {
    return new DeviceTensor(array.get(new NDIndex(":, ".repeat(axis) + from + ":" + to)));
  }

  /** The part at an index of the first dimension, without that dimension. */
  public DeviceTensor at(long index) {
    return new DeviceTensor(array.get(index));
  }

  /**
   * The parts at some indices along an axis.
   *
   * @param axis 0 or 1
   * @param indices int64 {@code [count]}
   */
  public DeviceTensor take(int axis, DeviceTensor indices) {
    return new DeviceTensor(array.get(new NDIndex(":, ".repeat(axis) + "{}", indices.array)));
  }

  /** Tensors one behind the other along an axis. */
  public static DeviceTensor concat(List<DeviceTensor> tensors, int axis) {
    NDList arrays = new NDList(tensors.size());
    tensors.forEach(tensor -> arrays.add(tensor.array));
    return new DeviceTensor(NDArrays.concat(arrays, axis));
  }

  /** Each part along an axis so many times in a row. */
  public DeviceTensor repeat(int axis, long times) {
    return new DeviceTensor(array.repeat(axis, times));
  }

  /** Element by element, as all arithmetic; sizes of 1 are spread. */
  public DeviceTensor add(DeviceTensor other) {
    return new DeviceTensor(array.add(other.array));
  }

  /** The sum of each element and a number. */
  public DeviceTensor add(float number) {
    return with(number, NDArray::add);
  }

  /** The difference. */
  public DeviceTensor sub(DeviceTensor other) {
    return new DeviceTensor(array.sub(other.array));
  }

  /** The product. */
  public DeviceTensor mul(DeviceTensor other) {
    return new DeviceTensor(array.mul(other.array));
  }

  /** The product of each element and a number. */
  public DeviceTensor mul(float number) {
    return with(number, NDArray::mul);
  }

  /** The quotient. */
  public DeviceTensor div(DeviceTensor other) {
    return new DeviceTensor(array.div(other.array));
  }

  /** The quotient of each element and a number. */
  public DeviceTensor div(float number) {
    return with(number, NDArray::div);
  }

  /** A matrix product over the last two dimensions. */
  public DeviceTensor matMul(DeviceTensor other) {
    return new DeviceTensor(array.matMul(other.array));
  }

  /** With the opposite sign. */
  public DeviceTensor neg() {
    return new DeviceTensor(array.neg());
  }

  /** The absolute value. */
  public DeviceTensor abs() {
    return new DeviceTensor(array.abs());
  }

  /** The square. */
  public DeviceTensor square() {
    return new DeviceTensor(array.square());
  }

  /** The square root. */
  public DeviceTensor sqrt() {
    return new DeviceTensor(array.sqrt());
  }

  /** The exponential. */
  public DeviceTensor exp() {
    return new DeviceTensor(array.exp());
  }

  /** The natural logarithm. */
  public DeviceTensor log() {
    return new DeviceTensor(array.log());
  }

  /** The softmax along an axis. */
  public DeviceTensor softmax(int axis) {
    return new DeviceTensor(array.softmax(axis));
  }

  /** One where the index is an element of int64, else zero, in a further dimension at the end. */
  public DeviceTensor oneHot(int depth) {
    return new DeviceTensor(array.oneHot(depth, DataType.FLOAT32));
  }

  /** The sum along some axes, which go; along none, of everything. */
  public DeviceTensor sum(int... axes) {
    return new DeviceTensor(axes.length == 0 ? array.sum() : array.sum(axes));
  }

  /** The mean along some axes, which go; along none, of everything. */
  public DeviceTensor mean(int... axes) {
    return new DeviceTensor(axes.length == 0 ? array.mean() : array.mean(axes));
  }

  /** The least element. */
  public DeviceTensor min() {
    return new DeviceTensor(array.min());
  }

  /** The largest element. */
  public DeviceTensor max() {
    return new DeviceTensor(array.max());
  }

  /** The index of the largest element, int64. */
  public DeviceTensor argMax() {
    return new DeviceTensor(array.argMax());
  }

  /** Indices of the first dimension from the largest element down, int64. */
  public DeviceTensor argSortDescending() {
    return new DeviceTensor(array.argSort(0, false));
  }

  /** Whether gradients of this are collected. A change counts for what is computed afterwards. */
  public void collectGradient(boolean collects) {
    array.setRequiresGradient(collects);
  }

  /** The gradient that was collected: a new handle each time, which belongs to a scope. */
  public DeviceTensor gradient(DeviceMemory scope) {
    return in(scope, array.getGradient());
  }

  /** The gradient that was collected: a new handle each time. */
  public DeviceTensor gradient() {
    return new DeviceTensor(array.getGradient());
  }

  /** The same numbers, of which no gradient goes back. */
  public DeviceTensor stopGradient() {
    return new DeviceTensor(array.stopGradient());
  }

  /**
   * Arithmetic with a number in memory of libtorch's own. DJL would put it in a buffer that is
   * garbage before a backward pass reads it again.
   */
  private DeviceTensor with(float number, BinaryOperator<NDArray> operation) {
    NDManager manager = array.getManager();
    try (NDArray scalar = manager.full(new Shape(), number)) {
      return new DeviceTensor(operation.apply(array, scalar));
    }
  }

  private static DeviceTensor in(DeviceMemory scope, NDArray array) {
    array.attach(scope.manager());
    return new DeviceTensor(array);
  }

  /** Type and shape. */
  @Override
  public String toString() {
    return type() + " " + shape;
  }

  /** Frees this handle, and its numbers if no other one has them. */
  @Override
  public void close() {
    array.close();
  }
}
