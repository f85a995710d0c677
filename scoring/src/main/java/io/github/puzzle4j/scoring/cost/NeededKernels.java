package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Experts;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** One call of each kind of kernel that a scenario needs, by a name for people. */
final class NeededKernels {

  private NeededKernels() {}

  static SequencedMap<String, KernelCall> of(ModelConfig config, Scenario scenario) {
    ServingFormat format = scenario.format();
    int gpus = scenario.tensorParallel();
    int hidden = config.hiddenSize();
    AttentionShape heads = config.attention().onOneOf(gpus);
    int window = config.traits().window();
    SequencedMap<String, KernelCall> calls = new LinkedHashMap<>();
    calls.put(
        "GEMM " + format.weights().id(), new KernelCall.Gemm(format.weights(), 1, hidden, hidden));
    calls.put("GEMM " + format.head().id(), new KernelCall.Gemm(format.head(), 1, hidden, hidden));
    if (config.experts().present()) {
      calls.put("experts " + format.weights().id(), experts(config, scenario));
    }
    String kind = "attention, %s KV cache".formatted(format.cache().id());
    calls.put(
        "decode " + kind, new KernelCall.DecodeAttention(heads, 1, 1024, window, format.cache()));
    calls.put(
        "prefill " + kind, new KernelCall.PrefillAttention(heads, 1, 1024, window, format.cache()));
    if (gpus > 1) {
      calls.put(
          "all-reduce over %d GPUs".formatted(gpus), new KernelCall.AllReduce(gpus, 2.0 * hidden));
    }
    calls.put("elementwise", new KernelCall.Elementwise(hidden));
    return calls;
  }

  private static KernelCall experts(ModelConfig config, Scenario scenario) {
    Experts experts = config.experts();
    return new KernelCall.Experts(
        scenario.format().weights(),
        1,
        config.hiddenSize(),
        Math.ceilDiv(experts.channels(), scenario.tensorParallel()),
        experts.chosen(),
        experts.count(),
        1);
  }
}
