package io.github.puzzle4j.blocklib.tensor;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** The allocator from which libtorch takes memory of the processor. */
public final class NativeHeap {

  private NativeHeap() {}

  /**
   * Gives freed memory back to the system, which the allocator would keep for later arrays. Worth
   * it between stages, whose arrays have different sizes; without effect where the C library has no
   * {@code malloc_trim}.
   */
  @SuppressWarnings("restricted") // The launcher permits native access.
  public static void trim() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> trim = linker.defaultLookup().find("malloc_trim");
    if (trim.isEmpty()) {
      return;
    }
    try {
      int _ =
          (int)
              linker
                  .downcallHandle(
                      trim.get(),
                      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG))
                  .invokeExact(0L);
    } catch (Throwable impossible) {
      throw new IllegalStateException("malloc_trim", impossible);
    }
  }
}
