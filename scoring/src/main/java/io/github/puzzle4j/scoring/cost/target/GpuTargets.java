package io.github.puzzle4j.scoring.cost.target;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import tools.jackson.databind.JsonNode;

/**
 * Loads the bundled targets and users' target files. A file may name another target as its base.
 *
 * <p>A bundled target is a resource {@code targets/<name>.json} next to this class; there is no
 * separate list of names.
 */
public final class GpuTargets {

  private static final String FOLDER = "targets/";
  private static final String SUFFIX = ".json";
  private static final String ANCHOR = FOLDER + "h100-sxm" + SUFFIX;

  private GpuTargets() {}

  /** Names of the bundled targets, in alphabetical order. */
  public static List<String> names() {
    return namesBeside(Objects.requireNonNull(GpuTargets.class.getResource(ANCHOR), ANCHOR));
  }

  /** Lists the targets in the folder or jar that contains this target's file. */
  static List<String> namesBeside(URL anchor) {
    try {
      List<String> files = "jar".equals(anchor.getProtocol()) ? packed(anchor) : loose(anchor);
      return files.stream()
          .filter(file -> file.endsWith(SUFFIX))
          .map(file -> file.substring(0, file.length() - SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot list the bundled targets", failure);
    }
  }

  private static List<String> packed(URL anchor) throws IOException {
    JarURLConnection connection = (JarURLConnection) anchor.openConnection();
    connection.setUseCaches(false);
    String entry = connection.getEntryName();
    String folder = entry.substring(0, entry.lastIndexOf('/') + 1);
    try (JarFile jar = connection.getJarFile()) {
      return jar.stream()
          .map(ZipEntry::getName)
          .filter(file -> file.startsWith(folder))
          .map(file -> file.substring(folder.length()))
          .toList();
    }
  }

  private static List<String> loose(URL anchor) throws IOException {
    Path folder = Path.of(uri(anchor)).resolveSibling(".").normalize();
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  private static URI uri(URL url) {
    try {
      return url.toURI();
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException("resource address " + url, impossible);
    }
  }

  /** All bundled targets. */
  public static List<GpuTarget> all() throws IOException {
    List<GpuTarget> targets = new ArrayList<>();
    for (String name : names()) {
      targets.add(bundled(name));
    }
    return List.copyOf(targets);
  }

  /**
   * Loads a bundled target by name, or a user's by the path of its file, which ends in {@code
   * .json}.
   *
   * @throws InvalidInputException if there is no such target, with a list of the names, or if the
   *     file is invalid
   */
  public static GpuTarget load(String nameOrFile) throws IOException {
    if (isFile(nameOrFile)) {
      Path file = Path.of(nameOrFile);
      JsonNode tree = Json.readTree(file);
      // Parsed as text, so that errors have a line number.
      return tree.has(TargetBase.KEY)
          ? Json.bind(nameOrFile, TargetBase.complete(nameOrFile, tree), GpuTarget.class)
          : Json.read(file, GpuTarget.class);
    }
    requireBundled(nameOrFile);
    return bundled(nameOrFile);
  }

  private static GpuTarget bundled(String name) throws IOException {
    return Json.bind(name, TargetBase.complete(name, tree(name)), GpuTarget.class);
  }

  /** Whether this is the path of a file and not a name. */
  static boolean isFile(String nameOrFile) {
    return nameOrFile.endsWith(SUFFIX) || nameOrFile.contains(File.separator);
  }

  /** The contents of a target's file, without its base. */
  static JsonNode tree(String nameOrFile) throws IOException {
    if (isFile(nameOrFile)) {
      return Json.readTree(Path.of(nameOrFile));
    }
    requireBundled(nameOrFile);
    String resource = FOLDER + nameOrFile + SUFFIX;
    try (InputStream stream =
        Objects.requireNonNull(GpuTargets.class.getResourceAsStream(resource), resource)) {
      return Json.parse(resource, stream.readAllBytes(), JsonNode.class);
    }
  }

  private static void requireBundled(String name) throws InvalidInputException {
    List<String> names = names();
    if (!names.contains(name)) {
      throw new InvalidInputException(
          "unknown target '%s'%s".formatted(name, NearestName.hint(name, names)));
    }
  }
}
