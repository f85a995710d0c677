package io.github.puzzle4j.blocklib;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the path of a user and its content. A pipe or a device could be read without
 * end, so that nothing but files and folders is opened.
 */
public final class InputFile {

  private InputFile() {}

  /**
   * Requires a file, or a link to one, that can be read.
   *
   * @return the same path
   * @throws InvalidInputException if it is something else, naming what it is
   */
  public static Path require(Path file) throws IOException {
    BasicFileAttributes attributes = attributes(file, "no such file");
    if (attributes.isDirectory()) {
      throw refused(file, "is a folder, not a file");
    }
    return readable(file, attributes.isRegularFile(), "a file");
  }

  /**
   * Requires a folder, or a link to one, that can be read.
   *
   * @param absence what to say where there is nothing
   * @return the same path
   * @throws InvalidInputException if it is something else, naming what it is
   */
  public static Path requireFolder(Path folder, String absence) throws IOException {
    BasicFileAttributes attributes = attributes(folder, absence);
    if (attributes.isRegularFile()) {
      throw refused(folder, "is a file, not a folder");
    }
    return readable(folder, attributes.isDirectory(), "a folder");
  }

  /**
   * Requires a file or a folder.
   *
   * @param absence what to say where there is nothing
   * @return the same path
   * @throws InvalidInputException if it is something else, naming what it is
   */
  public static Path requireEither(Path path, String absence) throws IOException {
    BasicFileAttributes attributes = attributes(path, absence);
    return readable(
        path, attributes.isRegularFile() || attributes.isDirectory(), "a file or a folder");
  }

  /** Whether there is anything of that name, be it a link that leads nowhere. */
  public static boolean isThere(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static Path readable(Path path, boolean kind, String wanted)
      throws InvalidInputException {
    if (!kind) {
      throw refused(path, "is a pipe, a socket or a device, not " + wanted);
    }
    if (!Files.isReadable(path)) {
      throw refused(path, "permission denied");
    }
    return path;
  }

  private static BasicFileAttributes attributes(Path path, String absence) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class);
    } catch (NoSuchFileException missing) {
      throw new InvalidInputException(
          "%s: %s".formatted(path, link(path, "does not exist", absence)), missing);
    } catch (AccessDeniedException denied) {
      throw new InvalidInputException("%s: permission denied".formatted(path), denied);
    } catch (FileSystemException refused) {
      // A loop of links, a file where a folder should be, a name that is too long.
      throw new InvalidInputException(
          "%s: %s"
              .formatted(path, link(path, "leads nowhere", String.valueOf(refused.getReason()))),
          refused);
    }
  }

  /** Names the link because of which a path leads nowhere, if there is one. */
  private static String link(Path path, String why, String otherwise) throws IOException {
    for (@Nullable Path at = path; at != null; at = at.getParent()) {
      if (Files.isSymbolicLink(at) && !Files.exists(at)) {
        String subject = at.equals(path) ? "is a link to" : "%s is a link to".formatted(at);
        return "%s %s, which %s".formatted(subject, Files.readSymbolicLink(at), why);
      }
      if (Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
        return otherwise;
      }
    }
    return otherwise;
  }

  private static InvalidInputException refused(Path path, String what) {
    return new InvalidInputException("%s: %s".formatted(path, what));
  }
}
