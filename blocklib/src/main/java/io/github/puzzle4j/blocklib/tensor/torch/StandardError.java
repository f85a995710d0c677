package io.github.puzzle4j.blocklib.tensor.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** While open, the standard error of the process goes to a file in memory. */
final class StandardError implements AutoCloseable {

  private static final int STANDARD_ERROR = 2;
  private static final long LONGEST = 1 << 16;

  private static final MemorySegment MEMFD = SystemLibraries.system("memfd_create");
  private static final MemorySegment DUP = SystemLibraries.system("dup");
  private static final MemorySegment DUP2 = SystemLibraries.system("dup2");
  private static final MemorySegment CLOSE = SystemLibraries.system("close");
  private static final MemorySegment PREAD = SystemLibraries.system("pread");

  private final int saved;
  private final int file;

  StandardError() {
    try (Arena arena = Arena.ofConfined()) {
      file = Native.call(MEMFD, arena.allocateFrom("errors").address(), 0);
    }
    saved = Native.descriptor(DUP, STANDARD_ERROR);
    Native.descriptors(DUP2, file, STANDARD_ERROR);
  }

  /** Everything written so far. */
  byte[] read() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(LONGEST);
      long bytes = Native.read(PREAD, file, buffer.address(), LONGEST, 0);
      return buffer.asSlice(0, Math.max(0, bytes)).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Override
  public void close() {
    Native.descriptors(DUP2, saved, STANDARD_ERROR);
    Native.descriptor(CLOSE, saved);
    Native.descriptor(CLOSE, file);
  }
}
