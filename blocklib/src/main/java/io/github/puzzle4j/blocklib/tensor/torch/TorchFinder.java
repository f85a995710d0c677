package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Looks for an installed PyTorch. */
final class TorchFinder {

  private static final String FOLDER = "PUZZLE4J_TORCH";
  private static final String PYTHON = "PUZZLE4J_PYTHON";
  private static final String LIBRARY = "libtorch_cpu.so";
  private static final long SECONDS = 20;

  /** Finds the package without importing it, which takes seconds. */
  private static final String QUESTION =
      "import importlib.util as u; s = u.find_spec('torch');"
          + " print(s.submodule_search_locations[0] if s else '')";

  private final Map<String, String> environment;

  TorchFinder(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * The first PyTorch found.
   *
   * @throws InvalidInputException if there is none, or the one found cannot be used
   */
  TorchInstallation find() throws InvalidInputException {
    Optional<String> folder = set(FOLDER);
    if (folder.isPresent()) {
      return TorchInstallation.of(
          libraries(Path.of(folder.get()))
              .orElseThrow(() ->
                  new InvalidInputException(
                      "%s: no PyTorch in %s: expected a folder with %s (such as .../torch/lib), or a"
                              .formatted(FOLDER, folder.get(), LIBRARY)
                          + " virtual environment with torch")));
    }
    Optional<String> python = set(PYTHON);
    if (python.isPresent()) {
      return TorchInstallation.of(
          asked(python.get())
              .orElseThrow(() ->
                  new InvalidInputException(
                      "%s: %s finds no torch: %s -m pip install torch"
                          .formatted(PYTHON, python.get(), python.get()))));
    }
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      Optional<Path> active = set(variable).map(Path::of).flatMap(TorchFinder::libraries);
      if (active.isPresent()) {
        return TorchInstallation.of(active.get());
      }
    }
    return TorchInstallation.of(
        asked("python3")
            .orElseThrow(() ->
                new InvalidInputException(
                    "engine torch: no PyTorch found: install it (pip install torch), or name its"
                        + " folder in "
                        + FOLDER
                        + " or its Python in "
                        + PYTHON)));
  }

  private Optional<String> set(String variable) {
    return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isBlank());
  }

  /** The libraries in a folder, in a package, or in an environment of Python. */
  static Optional<Path> libraries(Path folder) {
    List<Path> candidates =
        new ArrayList<>(List.of(folder, folder.resolve("lib"), folder.resolve("torch/lib")));
    for (String lib : List.of("lib", "lib64")) {
      Path packages = folder.resolve(lib);
      if (Files.isDirectory(packages)) {
        try (DirectoryStream<Path> pythons = Files.newDirectoryStream(packages, "python3*")) {
          pythons.forEach(python -> candidates.add(python.resolve("site-packages/torch/lib")));
        } catch (IOException e) {
          // A folder that cannot be listed holds nothing for us.
        }
      }
    }
    return candidates.stream()
        .filter(candidate -> Files.isRegularFile(candidate.resolve(LIBRARY)))
        .map(Path::toAbsolutePath)
        .findFirst();
  }

  /** Asks a Python where its torch is. */
  private static Optional<Path> asked(String python) {
    try {
      Process process =
          new ProcessBuilder(python, "-c", QUESTION)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      try {
        // One short line fits the pipe, so that the process ends before it is read.
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
          return Optional.empty();
        }
        String answer =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return answer.isEmpty() ? Optional.empty() : libraries(Path.of(answer));
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
