package io.github.puzzle4j.blocklib.subblock;

import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * A gated FFN. Initialised with the teacher's channels of largest contribution; in that order each
 * width is a prefix of a wider one.
 */
record GatedTensors(GatedFfn ffn) implements SubblockTensors {

  private static final List<String> NAMES =
      List.of(GatedFfn.NORM, GatedFfn.GATE, GatedFfn.UP, GatedFfn.DOWN);

  /** The channel axis of a tensor. */
  private static OptionalInt axis(String name) {
    return switch (name) {
      case GatedFfn.GATE, GatedFfn.UP -> OptionalInt.of(0);
      case GatedFfn.DOWN -> OptionalInt.of(1);
      default -> OptionalInt.empty();
    };
  }

  @Override
  public SequencedMap<String, DeviceTensor> initial(DeviceMemory scope, Origin origin) {
    if (origin.own().equals(ffn)) {
      return SubblockTensors.copies(scope, origin);
    }
    if (origin.channelOrder().size() < ffn.channels()) {
      throw new IllegalArgumentException(
          "%s from an order of %d channels".formatted(ffn.id(), origin.channelOrder().size()));
    }
    SequencedMap<String, DeviceTensor> weights = new LinkedHashMap<>();
    try (DeviceMemory inner = scope.newScope()) {
      long[] order =
          origin.channelOrder().stream().limit(ffn.channels()).mapToLong(Long::longValue).toArray();
      DeviceTensor kept = inner.longs(order, order.length);
      for (String name : NAMES) {
        DeviceTensor whole = origin.weight(name).copy(inner);
        OptionalInt axis = axis(name);
        weights.put(
            name,
            axis.isEmpty() ? whole.copy(scope) : whole.take(axis.getAsInt(), kept).copy(scope));
      }
    }
    return weights;
  }

  @Override
  public DeviceTensor forward(
      KernelContext context, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    return hidden.within(x -> behindLastInput(context, x, channels(context, x, weights), weights));
  }

  private static DeviceTensor channels(
      KernelContext context, DeviceTensor x, Map<String, DeviceTensor> weights) {
    DeviceTensor n = context.normed(x, of(weights, GatedFfn.NORM));
    DeviceTensor gate = context.product(n, weights, GatedFfn.GATE);
    return gate.swiglu(context.product(n, weights, GatedFfn.UP));
  }

  @Override
  public Optional<String> lastMatrix() {
    return Optional.of(GatedFfn.DOWN);
  }

  @Override
  public DeviceTensor lastInput(
      KernelContext context, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    return hidden.within(x -> channels(context, x, weights));
  }

  private static DeviceTensor of(Map<String, DeviceTensor> weights, String name) {
    return Objects.requireNonNull(weights.get(name), name);
  }

  @Override
  public boolean sharesWeights(Subblock own) {
    return true;
  }

  /** Copies, since the rounding of a product can depend on the memory layout of its operands. */
  @Override
  public SequencedMap<String, DeviceTensor> cut(DeviceMemory scope, Origin shared) {
    SequencedMap<String, DeviceTensor> slices = new LinkedHashMap<>();
    for (String name : NAMES) {
      DeviceTensor whole = shared.weight(name);
      OptionalInt axis = axis(name);
      if (axis.isPresent()) {
        DeviceTensor slice = whole.slice(axis.getAsInt(), 0, ffn.channels());
        slice.attach(scope);
        whole = slice;
      }
      slices.put(name, whole.copy(scope));
    }
    return slices;
  }

  @Override
  public Tensor slice(String name, Tensor whole, long[] order) {
    OptionalInt axis = axis(name);
    return axis.isEmpty()
        ? whole
        : chosen(whole, axis.getAsInt(), Arrays.copyOf(order, ffn.channels()));
  }

  /** The slices at some indices of an axis, concatenated. */
  private static Tensor chosen(Tensor whole, int axis, long[] indices) {
    List<Long> shape = new ArrayList<>(whole.shape());
    shape.set(axis, (long) indices.length);
    long run = whole.type().bytes();
    for (int i = axis + 1; i < shape.size(); i++) {
      run *= shape.get(i);
    }
    long outer = axis == 0 ? 1 : shape.getFirst();
    long wholeRow = whole.shape().get(axis) * run;
    MemorySegment slice =
        MemorySegment.ofArray(new byte[Math.toIntExact(outer * indices.length * run)]);
    long to = 0;
    for (long row = 0; row < outer; row++) {
      for (long index : indices) {
        MemorySegment.copy(whole.data(), row * wholeRow + index * run, slice, to, run);
        to += run;
      }
    }
    return new Tensor(whole.type(), shape, slice);
  }

  /**
   * |h| times the norm of its column of the down projection (Puzzle, arXiv 2411.19146, appendix on
   * channel contribution).
   */
  @Override
  public Optional<DeviceTensor> contribution(
      KernelContext context, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    return Optional.of(
        hidden.within(x -> {
          DeviceTensor n = context.exactlyNormed(x, of(weights, GatedFfn.NORM));
          DeviceTensor gate = n.linear(of(weights, GatedFfn.GATE));
          DeviceTensor total = gate.swiglu(n.linear(of(weights, GatedFfn.UP))).abs().sum(0, 1);
          DeviceTensor down = of(weights, GatedFfn.DOWN).alias(x.memory());
          return total.mul(down.square().sum(0).sqrt());
        }));
  }

  @Override
  public boolean hasChannels() {
    return true;
  }
}
