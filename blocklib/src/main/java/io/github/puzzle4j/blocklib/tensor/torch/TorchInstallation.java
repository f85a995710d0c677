package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PyTorch on disk.
 *
 * @param libraries the folder of {@code libtorch_cpu.so}
 * @param version such as {@code 2.13.0+cu130}; empty if no file says it
 */
record TorchInstallation(Path libraries, String version) {

  private static final Pattern VERSION = Pattern.compile("__version__ *= *'([^']+)'");
  private static final Pattern PARTS = Pattern.compile("(\\d+)\\.(\\d+).*");
  private static final int OLDEST = 10;

  /**
   * Reads the version and checks it.
   *
   * @throws InvalidInputException if it is too old
   */
  static TorchInstallation of(Path libraries) throws InvalidInputException {
    String version = version(libraries).orElse("");
    Matcher parts = PARTS.matcher(version);
    if (parts.matches()) {
      int major = Integer.parseInt(parts.group(1));
      int minor = Integer.parseInt(parts.group(2));
      if (major < 2 || (major == 2 && minor < OLDEST)) {
        throw new InvalidInputException(
            "engine torch: PyTorch %s in %s is too old; install 2.%d or newer: pip install --upgrade torch"
                .formatted(version, libraries, OLDEST));
      }
    }
    return new TorchInstallation(libraries, version);
  }

  boolean has(String library) {
    return Files.isRegularFile(libraries.resolve(library));
  }

  /** As torch's own module says, else as the name of its {@code dist-info} folder does. */
  private static Optional<String> version(Path libraries) {
    Path torch = libraries.toAbsolutePath().resolve("..").normalize();
    try {
      for (Path file : new Path[] {torch.resolve("version.py"), torch.resolve("build-version")}) {
        if (Files.isRegularFile(file)) {
          String text = Files.readString(file).strip();
          Matcher matcher = VERSION.matcher(text);
          String version = matcher.find() ? matcher.group(1) : text;
          if (PARTS.matcher(version).matches()) {
            return Optional.of(version);
          }
        }
      }
      try (DirectoryStream<Path> infos =
          Files.newDirectoryStream(torch.resolve(".."), "torch-*.dist-info")) {
        for (Path info : infos) {
          String name = info.getFileName().toString();
          return Optional.of(
              name.substring("torch-".length(), name.length() - ".dist-info".length()));
        }
      }
    } catch (IOException e) {
      // Its symbols tell whether it can be used.
    }
    return Optional.empty();
  }
}
