package io.github.puzzle4j.blocklib.tensor.torch;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls of C functions by their addresses, one method for each signature. Pointers are {@code long}
 * here: they are passed alike, and no object is made for them.
 */
@SuppressWarnings("restricted")
final class Native {

  /** All memory of the process, to read what pointers of the library point to. */
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final Linker LINKER = Linker.nativeLinker();

  private static final MethodHandle TO_INT = handle(JAVA_INT);
  private static final MethodHandle TO_LONG = handle(JAVA_LONG);
  private static final MethodHandle SWITCH =
      LINKER.downcallHandle(FunctionDescriptor.ofVoid(JAVA_BOOLEAN));
  private static final MethodHandle COUNT =
      LINKER.downcallHandle(FunctionDescriptor.ofVoid(JAVA_INT));
  private static final MethodHandle OPEN = handle(JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FIND = handle(JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle INT = handle(JAVA_INT, JAVA_INT);
  private static final MethodHandle INT_INT = handle(JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle READ =
      handle(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle NEW = handle(JAVA_LONG, JAVA_LONG);
  private static final MethodHandle ONE = handle(JAVA_INT, JAVA_LONG);
  private static final MethodHandle TWO = handle(JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle FOUR =
      handle(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle SIX =
      handle(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle EIGHT =
      handle(
          JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
          JAVA_LONG);
  private static final MethodHandle LONG_INT = handle(JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle INT_LONG = handle(JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle LONG_INT_INT = handle(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final MethodHandle LONG_DOUBLE = handle(JAVA_INT, JAVA_LONG, JAVA_DOUBLE);
  private static final MethodHandle DOUBLE_LONG = handle(JAVA_INT, JAVA_DOUBLE, JAVA_LONG);
  private static final MethodHandle COPY = handle(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SUM =
      handle(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_DOUBLE, JAVA_LONG);
  private static final MethodHandle PRODUCT =
      handle(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_DOUBLE, JAVA_DOUBLE);
  private static final MethodHandle EMPTY =
      handle(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);

  private Native() {}

  private static MethodHandle handle(MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(FunctionDescriptor.of(result, arguments));
  }

  static int number(MemorySegment function) {
    try {
      return (int) TO_INT.invokeExact(function);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long word(MemorySegment function) {
    try {
      return (long) TO_LONG.invokeExact(function);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static void flag(MemorySegment function, boolean value) {
    try {
      SWITCH.invokeExact(function, value);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static void count(MemorySegment function, int value) {
    try {
      COUNT.invokeExact(function, value);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long allocate(MemorySegment function, long bytes) {
    try {
      return (long) NEW.invokeExact(function, bytes);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int descriptor(MemorySegment function, int a) {
    try {
      return (int) INT.invokeExact(function, a);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int descriptors(MemorySegment function, int a, int b) {
    try {
      return (int) INT_INT.invokeExact(function, a, b);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long read(MemorySegment function, int a, long b, long c, long d) {
    try {
      return (long) READ.invokeExact(function, a, b, c, d);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long pointer(MemorySegment function, long a, int b) {
    try {
      return (long) OPEN.invokeExact(function, a, b);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long pointer(MemorySegment function, long a, long b) {
    try {
      return (long) FIND.invokeExact(function, a, b);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int call(MemorySegment function, long a) {
    try {
      return (int) ONE.invokeExact(function, a);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int call(MemorySegment function, long a, long b) {
    try {
      return (int) TWO.invokeExact(function, a, b);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int call(MemorySegment function, long a, int b) {
    try {
      return (int) LONG_INT.invokeExact(function, a, b);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int call(MemorySegment function, int a, long b) {
    try {
      return (int) INT_LONG.invokeExact(function, a, b);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int call(MemorySegment function, long a, int b, int c) {
    try {
      return (int) LONG_INT_INT.invokeExact(function, a, b, c);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int call(MemorySegment function, long a, double b) {
    try {
      return (int) LONG_DOUBLE.invokeExact(function, a, b);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int call(MemorySegment function, double a, long b) {
    try {
      return (int) DOUBLE_LONG.invokeExact(function, a, b);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int call(MemorySegment function, long a, long b, int c) {
    try {
      return (int) COPY.invokeExact(function, a, b, c);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int call(MemorySegment function, long a, long b, long c, long d) {
    try {
      return (int) FOUR.invokeExact(function, a, b, c, d);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    try {
      return (int) SIX.invokeExact(function, a, b, c, d, e, f);
    } catch (Throwable failure) {
      throw impossible(failure);
    }
  }

  static int call(
      MemorySegment function, long a, long b, long c, long d, long e, long f, long g, long h) {
    try {
      return (int) EIGHT.invokeExact(function, a, b, c, d, e, f, g, h);
    } catch (Throwable failure) {
      throw impossible(failure);
    }
  }

  static int call(MemorySegment function, long a, long b, double c, long d) {
    try {
      return (int) SUM.invokeExact(function, a, b, c, d);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int call(MemorySegment function, long a, long b, long c, long d, double e, double f) {
    try {
      return (int) PRODUCT.invokeExact(function, a, b, c, d, e, f);
    } catch (Throwable failure) {
      throw impossible(failure);
    }
  }

  static int call(
      MemorySegment function, long a, long b, long c, int d, int e, int f, long result) {
    try {
      return (int) EMPTY.invokeExact(function, a, b, c, d, e, f, result);
    } catch (Throwable failure) {
      throw impossible(failure);
    }
  }

  /** The text at an address, as C has it. */
  static String text(long address) {
    return address == 0 ? "" : MEMORY.getString(address);
  }

  /** C functions throw nothing; only the JVM itself can fail in a call. */
  private static AssertionError impossible(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return new AssertionError(e);
  }
}
