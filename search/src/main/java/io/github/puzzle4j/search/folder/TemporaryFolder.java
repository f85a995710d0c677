package io.github.puzzle4j.search.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A temporary folder, deleted with its contents on close, or when the process is interrupted, if it
 * is still there.
 */
public record TemporaryFolder(Path path) implements AutoCloseable {

  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(TemporaryFolder::deleteOpen));
  }

  /** A new one in the system's temporary folder. */
  public static TemporaryFolder create(String prefix) throws IOException {
    return opened(Files.createTempDirectory(prefix));
  }

  /** A new one in a folder. */
  public static TemporaryFolder within(Path folder, String prefix) throws IOException {
    return opened(Files.createTempDirectory(folder, prefix));
  }

  private static TemporaryFolder opened(Path path) {
    OPEN.add(path);
    return new TemporaryFolder(path);
  }

  private static void deleteOpen() {
    for (Path path : OPEN) {
      try {
        delete(path);
      } catch (IOException stillWrittenTo) {
        // The work that was interrupted may go on up to the end of the process.
      }
    }
  }

  @Override
  public void close() throws IOException {
    delete(path);
    OPEN.remove(path);
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> inside;
    try (Stream<Path> files = Files.walk(path)) {
      inside = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : inside) {
      Files.deleteIfExists(file);
    }
  }
}
