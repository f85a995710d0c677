package io.github.puzzle4j.blocklib.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;

/**
 * What the C library's allocator has given out. Unlike resident memory it does not move with the
 * Java heap, compiled code, or pages that the allocator keeps.
 */
@SuppressWarnings("restricted")
public final class NativeAllocations {

  // Fields of glibc's struct mallinfo2.
  private static final int FIELDS = 10;
  private static final int MAPPED = 4;
  private static final int USED = 7;

  private static final String FUNCTION = "mallinfo2";

  private NativeAllocations() {}

  /** Whether this C library tells. */
  public static boolean areKnown() {
    return Linker.nativeLinker().defaultLookup().find(FUNCTION).isPresent();
  }

  /** Bytes that are given out now, in all arenas. */
  public static long bytes() {
    Linker linker = Linker.nativeLinker();
    StructLayout struct =
        MemoryLayout.structLayout(
            IntStream.range(0, FIELDS)
                .mapToObj(_ -> ValueLayout.JAVA_LONG)
                .toArray(MemoryLayout[]::new));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info =
          (MemorySegment)
              linker
                  .downcallHandle(
                      linker.defaultLookup().findOrThrow(FUNCTION), FunctionDescriptor.of(struct))
                  .invokeExact((SegmentAllocator) arena);
      return info.getAtIndex(ValueLayout.JAVA_LONG, MAPPED)
          + info.getAtIndex(ValueLayout.JAVA_LONG, USED);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
