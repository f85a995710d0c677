package io.github.puzzle4j.search.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Redirects standard output, Java's and native libraries', to standard error. HiGHS 1.12 sometimes
 * prints a line even when told to be silent, which would make a JSON answer invalid. Works where
 * the C library has the POSIX names; elsewhere nothing changes.
 */
final class NativeOutput {

  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;

  private final MethodHandle dup;
  private final MethodHandle dup2;
  private final MethodHandle flush;

  private NativeOutput(MethodHandle dup, MethodHandle dup2, MethodHandle flush) {
    this.dup = dup;
    this.dup2 = dup2;
    this.flush = flush;
  }

  /** Does the work with standard output redirected to standard error, then restores it. */
  static void silenced(Runnable work) {
    Optional<NativeOutput> output = find();
    int saved = output.map(NativeOutput::silence).orElse(-1);
    try {
      work.run();
    } finally {
      if (saved >= 0) {
        output.orElseThrow().restore(saved);
      }
    }
  }

  @SuppressWarnings("restricted") // the launcher and the manifest allow native access
  private static Optional<NativeOutput> find() {
    Linker linker = Linker.nativeLinker();
    SymbolLookup library = linker.defaultLookup();
    FunctionDescriptor one = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    FunctionDescriptor two = one.appendArgumentLayouts(ValueLayout.JAVA_INT);
    FunctionDescriptor file = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    return library
        .find("dup")
        .flatMap(dup ->
            library
                .find("dup2")
                .flatMap(dup2 ->
                    library
                        .find("fflush")
                        .map(flush ->
                            new NativeOutput(
                                linker.downcallHandle(dup, one),
                                linker.downcallHandle(dup2, two),
                                linker.downcallHandle(flush, file)))));
  }

  /** A copy of standard output's descriptor; negative if there is none. */
  private int silence() {
    flush();
    int copy = call(dup, STANDARD_OUTPUT);
    if (copy >= 0) {
      call(dup2, STANDARD_ERROR, STANDARD_OUTPUT);
    }
    return copy;
  }

  private void restore(int copy) {
    flush();
    call(dup2, copy, STANDARD_OUTPUT);
  }

  /** The C library's own buffers, of all streams. */
  private void flush() {
    System.out.flush();
    call(flush, MemorySegment.NULL);
  }

  private static int call(MethodHandle function, Object... arguments) {
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("the C library cannot be called", e);
    }
  }
}
