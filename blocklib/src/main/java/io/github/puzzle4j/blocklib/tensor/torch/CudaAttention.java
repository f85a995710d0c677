package io.github.puzzle4j.blocklib.tensor.torch;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Attention kernels of GPUs by functions of their own. The dispatcher cannot give their results: it
 * converts several results by each other's types, which stops at the two numbers among them.
 *
 * <p>Both kernels give output, logsumexp, cumulative lengths of queries and of keys (which may be
 * nothing), the two greatest lengths, two tensors about random numbers, and a debug mask.
 */
@SuppressWarnings("restricted")
final class CudaAttention {

  private static final int RESULTS = 9;
  private static final int GRADIENTS = 3;
  private static final int FIRST_LENGTH = 4;
  private static final int SECOND_LENGTH = 5;

  private static final MethodHandle FLASH =
      handle(words(3), JAVA_DOUBLE, JAVA_INT, JAVA_INT, words(1 + RESULTS));
  private static final MethodHandle CUDNN =
      handle(words(4), JAVA_INT, JAVA_DOUBLE, JAVA_INT, JAVA_INT, words(1 + RESULTS));
  private static final MethodHandle FLASH_BACKWARD =
      handle(words(10), JAVA_DOUBLE, JAVA_INT, words(3 + GRADIENTS));
  private static final MethodHandle CUDNN_BACKWARD =
      handle(words(13), JAVA_DOUBLE, JAVA_INT, words(1 + GRADIENTS));

  private final TorchCalls calls;

  CudaAttention(TorchCalls calls) {
    this.calls = calls;
  }

  private static MemoryLayout[] words(int count) {
    MemoryLayout[] words = new MemoryLayout[count];
    Arrays.fill(words, JAVA_LONG);
    return words;
  }

  private static MethodHandle handle(Object... arguments) {
    List<MemoryLayout> all = new ArrayList<>();
    for (Object argument : arguments) {
      if (argument instanceof MemoryLayout[] several) {
        all.addAll(List.of(several));
      } else {
        all.add((MemoryLayout) argument);
      }
    }
    return Linker.nativeLinker()
        .downcallHandle(FunctionDescriptor.of(JAVA_INT, all.toArray(MemoryLayout[]::new)));
  }

  /** The results, in their order; lengths are numbers. */
  List<Argument> flash(MemorySegment function, AttentionKernel.Scores scores) {
    return forward(
        "flash attention", FLASH, function, scores, List.of(0.0, whole(scores.causal()), 0));
  }

  /** The results, in their order; lengths are numbers. */
  List<Argument> cudnn(MemorySegment function, AttentionKernel.Scores scores) {
    return forward(
        "cuDNN attention", CUDNN, function, scores, List.of(0L, 1, 0.0, whole(scores.causal()), 0));
  }

  private List<Argument> forward(
      String name,
      MethodHandle handle,
      MemorySegment function,
      AttentionKernel.Scores scores,
      List<Object> settings) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment results = arena.allocate(JAVA_LONG, RESULTS);
      List<Object> arguments =
          new ArrayList<>(
              List.of(
                  function,
                  scores.query().handle(),
                  scores.key().handle(),
                  scores.value().handle()));
      arguments.addAll(settings);
      arguments.add(arena.allocateFrom(JAVA_DOUBLE, scores.scale()).address());
      addAddresses(arguments, results, RESULTS);
      call(name, handle, arguments, scores);
      List<Argument> all = new ArrayList<>();
      for (int i = 0; i < RESULTS; i++) {
        long word = results.getAtIndex(JAVA_LONG, i);
        all.add(
            i == FIRST_LENGTH || i == SECOND_LENGTH
                ? Argument.of(word)
                : new TorchTensor(calls, word));
      }
      return all;
    }
  }

  /**
   * Gradients of query, key and value.
   *
   * @param kept all results but the output, in their order
   */
  List<TorchTensor> flashBackward(
      MemorySegment function,
      TorchTensor gradient,
      AttentionKernel.Scores scores,
      TorchTensor output,
      List<Argument> kept) {
    try (Arena arena = Arena.ofConfined()) {
      List<Object> arguments = operands(function, gradient, scores, output);
      for (int i = 0; i < 5; i++) {
        arguments.add(word(kept.get(i)));
      }
      // The logsumexp stands before the lengths, as it is kept.
      arguments.add(0.0);
      arguments.add(whole(scores.causal()));
      arguments.add(word(kept.get(5)));
      arguments.add(word(kept.get(6)));
      return backward("flash attention backward", FLASH_BACKWARD, arena, arguments, scores);
    }
  }

  /** Gradients of query, key and value, as {@link #flashBackward}. */
  List<TorchTensor> cudnnBackward(
      MemorySegment function,
      TorchTensor gradient,
      AttentionKernel.Scores scores,
      TorchTensor output,
      List<Argument> kept) {
    try (Arena arena = Arena.ofConfined();
        TorchTensor noMask = calls.undefined()) {
      List<Object> arguments = operands(function, gradient, scores, output);
      arguments.add(word(kept.get(0)));
      arguments.add(word(kept.get(5)));
      arguments.add(word(kept.get(6)));
      arguments.add(noMask.handle());
      for (int i = 1; i < 5; i++) {
        arguments.add(word(kept.get(i)));
      }
      arguments.add(0.0);
      arguments.add(whole(scores.causal()));
      return backward("cuDNN attention backward", CUDNN_BACKWARD, arena, arguments, scores);
    }
  }

  private static List<Object> operands(
      MemorySegment function,
      TorchTensor gradient,
      AttentionKernel.Scores scores,
      TorchTensor output) {
    return new ArrayList<>(
        List.of(
            function,
            gradient.handle(),
            scores.query().handle(),
            scores.key().handle(),
            scores.value().handle(),
            output.handle()));
  }

  private List<TorchTensor> backward(
      String name,
      MethodHandle handle,
      Arena arena,
      List<Object> arguments,
      AttentionKernel.Scores scores) {
    MemorySegment results = arena.allocate(JAVA_LONG, GRADIENTS);
    arguments.add(arena.allocateFrom(JAVA_DOUBLE, scores.scale()).address());
    addAddresses(arguments, results, GRADIENTS);
    call(name, handle, arguments, scores);
    return calls.tensors(results.toArray(JAVA_LONG));
  }

  private static void addAddresses(List<Object> arguments, MemorySegment results, int count) {
    for (int i = 0; i < count; i++) {
      arguments.add(results.address() + (long) i * Long.BYTES);
    }
  }

  private void call(
      String name, MethodHandle handle, List<Object> arguments, AttentionKernel.Scores scores) {
    calls.check(
        name,
        () -> {
          try {
            return (int) handle.invokeWithArguments(arguments);
          } catch (Error e) {
            throw e;
          } catch (Throwable e) {
            throw new AssertionError(e);
          }
        },
        scores.query(),
        scores.key(),
        scores.value());
  }

  private static long word(Argument argument) {
    return switch (argument) {
      case TorchTensor tensor -> tensor.handle();
      case Argument.Whole whole -> whole.value();
      case Argument.Real _,
          Argument.Flag _,
          Argument.Wholes _,
          Argument.Tensors _,
          Argument.Maybe _ ->
          throw new IllegalArgumentException("no tensor and no number");
    };
  }

  private static int whole(boolean flag) {
    return flag ? 1 : 0;
  }
}
