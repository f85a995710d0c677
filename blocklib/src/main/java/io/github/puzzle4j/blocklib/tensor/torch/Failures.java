package io.github.puzzle4j.blocklib.tensor.torch;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.util.stream.Collectors.joining;

import io.github.puzzle4j.blocklib.tensor.engine.OutOfDeviceMemoryException;
import io.github.puzzle4j.blocklib.tensor.engine.TensorException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Exceptions with PyTorch's own messages.
 *
 * <p>From 2.13 the interface keeps the message of a thread's last error. Before that PyTorch only
 * prints it: printing is switched off, and an operation that failed is asked once more with
 * printing on and the standard error going to a file in memory.
 */
final class Failures {

  private static final int ERRORS = 2;
  private static final int NOTHING = 3;

  private static final Pattern PRINTED =
      Pattern.compile(
          "\\[E[^\\n]*?Exception in aoti_torch: (.*?)\\n(Exception raised from|\\[|$).*",
          Pattern.DOTALL);

  private static final List<String> OUT_OF_MEMORY =
      List.of(
          "out of memory",
          "not enough memory",
          "can't allocate memory",
          "cannot allocate memory",
          "cublas_status_alloc_failed");

  private final Symbols symbols;

  Failures(Symbols symbols) {
    this.symbols = symbols;
    level(NOTHING);
  }

  private void level(int level) {
    symbols.logLevel.reinterpret(Integer.BYTES).set(JAVA_INT, 0, level);
  }

  /**
   * What to do after an operation has failed.
   *
   * @param again asks for the operation once more
   * @throws TensorException unless it succeeds now
   */
  void raise(String operation, IntSupplier again, Object... operands) {
    String message;
    if (symbols.message.isPresent()) {
      message = Native.text(Native.word(symbols.message.get()));
    } else {
      CapturedErrors captured = captured(again);
      if (captured.result() == 0) {
        return;
      }
      message = PRINTED.matcher(captured.text()).replaceFirst("$1");
    }
    String said = firstParagraph(message);
    String text =
        "%s of %s: %s"
            .formatted(
                operation, Arrays.stream(operands).map(Failures::of).collect(joining(", ")), said);
    String lower = said.toLowerCase(Locale.ROOT);
    throw OUT_OF_MEMORY.stream().anyMatch(lower::contains)
        ? new OutOfDeviceMemoryException(text)
        : new TensorException(text);
  }

  private synchronized CapturedErrors captured(IntSupplier again) {
    level(ERRORS);
    try {
      return CapturedErrors.of(again);
    } finally {
      level(NOTHING);
    }
  }

  private static String firstParagraph(String message) {
    String text =
        message
            .lines()
            .takeWhile(Predicate.not(line -> line.startsWith("Exception raised from")))
            .map(String::strip)
            .filter(Predicate.not(String::isEmpty))
            .collect(joining(" "));
    return text.isEmpty() ? "PyTorch gives no reason" : text;
  }

  private static String of(Object operand) {
    return switch (operand) {
      case TorchTensor tensor -> tensor.typeName() + " " + tensor.shape();
      case Argument.Tensors list -> list.values().size() + " tensors";
      case Argument.Maybe maybe -> maybe.value().map(Failures::of).orElse("none");
      case Argument.Whole whole -> Long.toString(whole.value());
      case Argument.Real real -> Double.toString(real.value());
      case Argument.Flag flag -> Boolean.toString(flag.value());
      case Argument.Wholes wholes -> Arrays.toString(wholes.values());
      default -> operand.toString();
    };
  }

  /** What went to the standard error of the process during a call. */
  private record CapturedErrors(int result, String text) {

    static CapturedErrors of(IntSupplier call) {
      try (StandardError error = new StandardError()) {
        int result = call.getAsInt();
        return new CapturedErrors(result, new String(error.read(), StandardCharsets.UTF_8));
      }
    }
  }
}
