package io.github.puzzle4j.blocklib.tensor.engine;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The PyTorch that this process has loaded: a second one would take libraries of the first. */
public final class LoadedTorch {

  private static final Path MAPS = Path.of("/proc/self/maps");

  private LoadedTorch() {}

  /**
   * Checks that no other one is loaded; where the system does not say what is, nothing.
   *
   * @param engine that is about to load its own
   * @param own whether a path is that of its own {@code libtorch_cpu}
   * @throws InvalidInputException in one line, if another one is loaded
   */
  public static void requireNoOther(String engine, Predicate<String> own)
      throws InvalidInputException {
    String other;
    try (Stream<String> maps = Files.lines(MAPS)) {
      other =
          maps.filter(line -> line.endsWith("/libtorch_cpu.so"))
              .map(line -> line.substring(line.indexOf('/')))
              .filter(own.negate())
              .findFirst()
              .orElse("");
    } catch (IOException e) {
      return;
    }
    if (!other.isEmpty()) {
      throw new InvalidInputException(
          "engine %s: this process has already loaded another PyTorch (%s): use one engine in a process"
              .formatted(engine, other));
    }
  }
}
