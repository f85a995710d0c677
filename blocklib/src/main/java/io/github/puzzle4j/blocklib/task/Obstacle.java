package io.github.puzzle4j.blocklib.task;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is found in the place of a file or folder of ours. It is moved aside, so that nothing is
 * lost; a link and an empty folder are removed.
 */
public final class Obstacle {

  private static final String ASIDE = ".aside";

  private Obstacle() {}

  /** Whether this is something that was moved aside. */
  static boolean isAside(Path path) {
    return String.valueOf(path.getFileName()).matches(".+\\.aside(-\\d+)?");
  }

  /** Makes way for a file: what is there is a readable file afterwards, or nothing. */
  public static void clearForFile(Path path, Consumer<String> warnings) throws IOException {
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || !Files.isReadable(path)) {
      clear(path, inPlaceOfFile(path), warnings);
    }
  }

  /**
   * Makes way for a folder: what is there is a folder, or a link to one, afterwards, or nothing.
   */
  public static void clearForFolder(Path path, Consumer<String> warnings) throws IOException {
    if (!Files.isDirectory(path)) {
      clear(path, inPlaceOfFolder(path), warnings);
    }
  }

  private static Optional<String> inPlaceOfFile(Path path) {
    if (Files.isSymbolicLink(path)) {
      return Files.isReadable(path) && Files.isRegularFile(path)
          ? Optional.empty()
          : Optional.of("is a link to no readable file");
    }
    if (Files.isDirectory(path)) {
      return Optional.of("is a folder in place of a file");
    }
    if (Files.isRegularFile(path)) {
      return Optional.of("cannot be read, permission denied");
    }
    return there(path) ? Optional.of("is no regular file") : Optional.empty();
  }

  private static Optional<String> inPlaceOfFolder(Path path) {
    if (Files.isSymbolicLink(path)) {
      return Optional.of("is a link to no folder");
    }
    return there(path) ? Optional.of("is a file in place of a folder") : Optional.empty();
  }

  private static boolean there(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static void clear(Path path, Optional<String> problem, Consumer<String> warnings)
      throws IOException {
    if (problem.isPresent()) {
      warnings.accept("%s: %s; %s, it is made again".formatted(path, problem.get(), remove(path)));
    }
  }

  private static String remove(Path path) throws IOException {
    if (Files.isSymbolicLink(path) || Files.isDirectory(path)) {
      try {
        Files.delete(path);
        return "removed";
      } catch (DirectoryNotEmptyException full) {
        // Somebody put it there: it is kept.
      }
    }
    Path aside = path.resolveSibling(path.getFileName() + ASIDE);
    for (int number = 2; there(aside); number++) {
      aside = path.resolveSibling("%s%s-%d".formatted(path.getFileName(), ASIDE, number));
    }
    Files.move(path, aside);
    return "moved to " + aside.getFileName();
  }
}
