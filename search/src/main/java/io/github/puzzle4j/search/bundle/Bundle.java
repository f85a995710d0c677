package io.github.puzzle4j.search.bundle;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.search.folder.TemporaryFolder;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder with a Java runtime, this project and what its {@code torch} engine needs: it runs
 * searches up to the repair of children on a machine with PyTorch, and without Java.
 *
 * @param folder the folder; {@code puzzle4j} in it starts a command
 * @param runtimeBytes size of the Java runtime
 * @param jarBytes size of the jars
 */
public record Bundle(Path folder, long runtimeBytes, long jarBytes) {

  /** The file that starts a command. */
  public static final String SCRIPT = "puzzle4j";

  private static final String RUNTIME = "java";
  private static final String JARS = "lib";

  /**
   * Names of jars, without their versions. Those of DJL are for the tokenizer, and so that the
   * engine that uses it can say that it is not here.
   */
  private static final Pattern CARRIED =
      Pattern.compile(
          "(puzzle4j-(solver|blocklib|scoring|export|search)"
              + "|jackson-(core|databind|annotations|dataformat-yaml)|snakeyaml-engine|picocli"
              + "|progressbar|jline-(terminal|native)|commons-(text|lang3|compress|io)"
              + "|api|pytorch-engine|tokenizers|gson|jna|zstd-jni|arrow-format|flatbuffers-java"
              + "|slf4j-(api|simple)|hipparchus-core)-[0-9].*\\.jar");

  /** The class path that this runs from: jars, and folders of classes. */
  public static List<Path> classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Path::of)
        .filter(Files::exists)
        .toList();
  }

  /**
   * Makes one.
   *
   * @param folder made; if it is there, it must be empty
   * @param classPath jars and folders of classes to choose from
   * @throws InvalidInputException if the folder has contents, or if this machine or its Java is not
   *     one to make bundles with
   */
  public static Bundle make(Path folder, List<Path> classPath) throws IOException {
    requireLinux();
    requireFree(folder);
    Path absolute = folder.toAbsolutePath().normalize();
    Path parent = Objects.requireNonNull(absolute.getParent());
    Files.createDirectories(parent);
    try (TemporaryFolder temporary = TemporaryFolder.within(parent, ".puzzle4j-bundle")) {
      Path built = temporary.path();
      JavaRuntime.link(built.resolve(RUNTIME));
      Path jars = Files.createDirectory(built.resolve(JARS));
      for (Path source : classPath) {
        String name = source.toAbsolutePath().normalize().getFileName().toString();
        if (Files.isDirectory(source)) {
          BundledJar.write(source, jars.resolve("classes-%d.jar".formatted(count(jars))));
        } else if (CARRIED.matcher(name).matches()) {
          BundledJar.write(source, jars.resolve(name));
        }
      }
      writeScript(built.resolve(SCRIPT));
      Files.setPosixFilePermissions(built, PosixFilePermissions.fromString("rwxr-xr-x"));
      // Takes the place of an empty folder.
      Files.move(built, absolute, StandardCopyOption.ATOMIC_MOVE);
    }
    return new Bundle(folder, bytes(absolute.resolve(RUNTIME)), bytes(absolute.resolve(JARS)));
  }

  private static void requireLinux() throws InvalidInputException {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!system.equals("Linux amd64")) {
      throw new InvalidInputException(
          "a bundle is made on Linux on x86-64, for machines of that kind; this is " + system);
    }
  }

  private static void requireFree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> contents = Files.list(folder)) {
      if (contents.findAny().isPresent()) {
        throw new InvalidInputException(
            "%s: is not empty; a bundle is a folder of its own".formatted(folder));
      }
    }
  }

  private static void writeScript(Path script) throws IOException {
    try (InputStream text =
        Objects.requireNonNull(Bundle.class.getResourceAsStream("start.sh"), "start.sh")) {
      AtomicFile.write(script, text::transferTo);
    }
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  private static long bytes(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  /** Size of all of it. */
  public long bytes() {
    return runtimeBytes + jarBytes;
  }
}
