package io.github.puzzle4j.blocklib.tensor.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The loader of the C library: libraries with their symbols visible to later ones. */
final class SystemLibraries {

  /** Resolve everything now, and let later libraries see the symbols. */
  private static final int NOW_AND_GLOBAL = 0x102;

  private static final MemorySegment DLOPEN = system("dlopen");
  private static final MemorySegment DLSYM = system("dlsym");
  private static final MemorySegment DLERROR = system("dlerror");

  private SystemLibraries() {}

  /** The address of a function of the C library. */
  static MemorySegment system(String function) {
    return Linker.nativeLinker().defaultLookup().findOrThrow(function);
  }

  /**
   * Loads a library.
   *
   * @return its handle
   * @throws UnsatisfiedLinkError with the loader's message
   */
  static synchronized long open(String path) {
    try (Arena arena = Arena.ofConfined()) {
      long handle = Native.pointer(DLOPEN, arena.allocateFrom(path).address(), NOW_AND_GLOBAL);
      if (handle == 0) {
        throw new UnsatisfiedLinkError(Native.text(Native.word(DLERROR)));
      }
      return handle;
    }
  }

  /** The address of a symbol in a library or in those that it needs. */
  static Optional<MemorySegment> find(long library, String symbol) {
    try (Arena arena = Arena.ofConfined()) {
      long address = Native.pointer(DLSYM, library, arena.allocateFrom(symbol).address());
      return address == 0 ? Optional.empty() : Optional.of(MemorySegment.ofAddress(address));
    }
  }
}
