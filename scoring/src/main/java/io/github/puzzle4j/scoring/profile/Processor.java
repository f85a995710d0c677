package io.github.puzzle4j.scoring.profile;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Facts about the processor from the operating system. */
public final class Processor {

  private static final Path FACTS = Path.of("/proc/cpuinfo");
  private static final List<String> FEATURES =
      List.of("avx2", "fma", "avx512f", "avx512_bf16", "avx512_fp16", "amx_bf16");

  private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");

  /** Used if the system does not report one. */
  private static final long USUAL_CACHE_BYTES = 32L << 20;

  private Processor() {}

  /** Its name, and how many threads compute together. */
  public static String title(int threads) throws IOException {
    return "%s, %d thread%s".formatted(name(), threads, threads == 1 ? "" : "s");
  }

  /** What its maker calls it, or its architecture if the system does not say. */
  public static String name() throws IOException {
    return fact("model name").orElse(System.getProperty("os.arch", "processor"));
  }

  /** Those of its instructions that products of matrices profit from, as Linux calls them. */
  public static List<String> features() throws IOException {
    List<String> all = List.of(fact("flags").orElse("").split(" ", -1));
    return FEATURES.stream().filter(all::contains).toList();
  }

  /** The first line of that name. */
  private static Optional<String> fact(String name) throws IOException {
    if (!Files.isReadable(FACTS)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(FACTS)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    }
  }

  /** Memory of the machine. */
  public static long memoryBytes() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getTotalMemorySize();
  }

  /** The largest cache that the first core has or shares. */
  public static long cacheBytes() throws IOException {
    if (!Files.isDirectory(CACHES)) {
      return USUAL_CACHE_BYTES;
    }
    long largest = 0;
    try (Stream<Path> levels = Files.list(CACHES)) {
      for (Path size : levels.map(level -> level.resolve("size")).toList()) {
        if (Files.isReadable(size)) {
          largest = Math.max(largest, bytes(Files.readString(size).strip()));
        }
      }
    }
    return largest == 0 ? USUAL_CACHE_BYTES : largest;
  }

  /** Such as {@code 32768K}; 0 if it is not a size. */
  private static long bytes(String text) {
    if (!text.matches("[0-9]{1,9}[KM]")) {
      return 0;
    }
    long number = Long.parseLong(text.substring(0, text.length() - 1));
    return number << (text.endsWith("M") ? 20 : 10);
  }
}
