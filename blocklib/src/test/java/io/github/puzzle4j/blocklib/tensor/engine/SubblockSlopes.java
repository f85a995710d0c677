package io.github.puzzle4j.blocklib.tensor.engine;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.Biases;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.HeadNorm;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.subblock.InputObserver;
import io.github.puzzle4j.blocklib.subblock.KernelContext;
import io.github.puzzle4j.blocklib.subblock.SubblockTensors;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Backward passes of subblocks of all families, with their residuals. */
final class SubblockSlopes {

  private static final int HIDDEN = 4;
  private static final int TOKENS = 4;

  private static final CommonParts COMMON =
      CommonParts.llama(7, HIDDEN, 100, 64, false, new SpecialTokens(List.of(1), List.of(2)));

  private SubblockSlopes() {}

  static Map<String, Consumer<Slopes>> all() {
    Map<String, Consumer<Slopes>> checks = new LinkedHashMap<>();
    checks.put("llama's attention", s -> check(s, attention(2, 0, Biases.NONE, HeadNorm.NONE)));
    checks.put("one KV head", s -> check(s, attention(1, 0, Biases.NONE, HeadNorm.NONE)));
    checks.put("mistral's window", s -> check(s, attention(2, 2, Biases.NONE, HeadNorm.NONE)));
    checks.put(
        "qwen2's biases", s -> check(s, attention(4, 0, Biases.QUERY_KEY_VALUE, HeadNorm.NONE)));
    checks.put(
        "qwen2's biases and window",
        s -> check(s, attention(1, 3, Biases.QUERY_KEY_VALUE, HeadNorm.NONE)));
    checks.put(
        "qwen3's head norms", s -> check(s, attention(2, 0, Biases.NONE, HeadNorm.QUERY_AND_KEY)));
    checks.put(
        "head norms, all biases and a window",
        s -> check(s, attention(2, 2, Biases.ALL, HeadNorm.QUERY_AND_KEY)));
    checks.put("linear attention", s -> check(s, new LinearAttention()));
    checks.put("gated FFN", s -> check(s, new GatedFfn(5)));
    checks.put("linear FFN", s -> check(s, new LinearFfn()));
    return checks;
  }

  /** Heads that are together wider than the residual stream. */
  private static Attention attention(int kvHeads, int window, Biases biases, HeadNorm norm) {
    return new SoftmaxAttention(new AttentionShape(4, kvHeads, 2), window, biases, norm);
  }

  private static void check(Slopes slopes, Attention attention) {
    check(slopes, attention, SubblockTensors.of(attention));
  }

  private static void check(Slopes slopes, Ffn ffn) {
    check(slopes, ffn, SubblockTensors.of(ffn));
  }

  private static void check(Slopes slopes, Subblock subblock, SubblockTensors tensors) {
    slopes.argument(0, 2, TOKENS, HIDDEN);
    Map<String, List<Long>> shapes = subblock.tensors(HIDDEN);
    shapes.forEach((name, shape) -> slopes.argument(name.contains("norm") ? 1 : 0, shape));
    slopes.check(all -> {
      DeviceMemory scope = all.getFirst().memory();
      Map<String, DeviceTensor> weights = new LinkedHashMap<>();
      shapes.keySet().forEach(name -> weights.put(name, all.get(weights.size() + 1)));
      return tensors.forward(context(scope), all.getFirst(), weights);
    });
  }

  /** All in float64, also what is float32 elsewhere. */
  static KernelContext context(DeviceMemory scope) {
    return new KernelContext(scope, COMMON, TensorType.F64, InputObserver.NONE);
  }
}
