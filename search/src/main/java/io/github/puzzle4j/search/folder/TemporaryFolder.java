package io.github.puzzle4j.search.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
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

  private static final int MOST_TRIES = 3;

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

  /** The work that was interrupted may go on writing up to the end of the process. */
  private static void deleteOpen() {
    for (Path path : OPEN) {
      boolean deleted = false;
      for (int tried = 0; !deleted && tried < MOST_TRIES; tried++) {
        try {
          delete(path);
          deleted = true;
        } catch (IOException | UncheckedIOException stillWrittenTo) {
          deleted = false;
        }
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
