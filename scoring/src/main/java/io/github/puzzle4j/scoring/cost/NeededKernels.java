package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Operation;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.stream.Stream;

/** One call of each kind of kernel that a model needs in a scenario, by display name. */
final class NeededKernels {

  private final SequencedMap<String, KernelCall> calls = new LinkedHashMap<>();
  private final ServingFormat format;

  private NeededKernels(ServingFormat format) {
    this.format = format;
  }

  static SequencedMap<String, KernelCall> of(Model model, Scenario scenario) {
    NeededKernels needed = new NeededKernels(scenario.format());
    needed.addAll(model, scenario.tensorParallel());
    return needed.calls;
  }

  private void addAll(Model model, int gpus) {
    int hidden = model.hiddenSize();
    gemm(format.weights().id(), new KernelCall.Gemm(format.weights(), 1, hidden, hidden));
    gemm(format.head().id(), new KernelCall.Gemm(format.head(), 1, hidden, hidden));
    SequencedSet<Layer> kinds = new LinkedHashSet<>(model.layers());
    for (Layer layer : kinds) {
      Stream.of(layer.ffn(), layer.attention())
          // Subblocks that cannot be divided are rejected elsewhere.
          .filter(subblock -> subblock.objection(gpus).isEmpty())
          .flatMap(subblock -> subblock.operations(hidden, gpus).stream())
          .forEach(this::add);
    }
    if (gpus > 1) {
      calls.put(
          "all-reduce over %d GPUs".formatted(gpus), new KernelCall.AllReduce(gpus, 2.0 * hidden));
    }
    calls.put("elementwise", new KernelCall.Elementwise(hidden));
  }

  private void gemm(String type, KernelCall call) {
    calls.put("GEMM " + type, call);
  }

  private void add(Operation operation) {
    switch (operation) {
      case Operation.Experts(int hidden, int channels, int chosen, int experts) -> {
        experts(format.weights(), hidden, channels, chosen, experts);
        if (!format.plain().isEmpty()) {
          experts(format.head(), hidden, channels, chosen, experts);
        }
      }
      case Operation.SelfAttention(AttentionShape heads, int window) -> add(heads, window);
      case Operation.Gemm _, Operation.Elementwise _, Operation.AllReduce _ -> {
        // The same kernel for any size.
      }
    }
  }

  private void experts(MatrixType type, int hidden, int channels, int chosen, int experts) {
    calls.putIfAbsent(
        "experts " + type.id(),
        new KernelCall.Experts(type, 1, hidden, channels, chosen, experts, 1));
  }

  private void add(AttentionShape heads, int window) {
    String kind = "attention, %s KV cache".formatted(format.cache().id());
    calls.putIfAbsent(
        "decode " + kind, new KernelCall.DecodeAttention(heads, 1, 1024, window, format.cache()));
    calls.putIfAbsent(
        "prefill " + kind, new KernelCall.PrefillAttention(heads, 1, 1024, window, format.cache()));
  }
}
