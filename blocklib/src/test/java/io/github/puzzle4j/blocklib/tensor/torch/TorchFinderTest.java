package io.github.puzzle4j.blocklib.tensor.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where PyTorch is looked for, and what is said where it is not; loads nothing. */
class TorchFinderTest {

  @TempDir Path folder;

  private Path installed(String environment, String version) throws IOException {
    Path torch =
        Files.createDirectories(
            folder.resolve(environment).resolve("lib/python3.12/site-packages/torch/lib"));
    Files.writeString(torch.resolve("libtorch_cpu.so"), "not a library");
    Files.writeString(
        torch.resolveSibling("version.py"),
        "__all__ = []\n__version__ = '%s'\n".formatted(version));
    return torch;
  }

  private TorchInstallation found(String variable, Path value) throws InvalidInputException {
    return new TorchFinder(Map.of(variable, value.toString(), "PATH", "")).find();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "lib/python3.12/site-packages",
        "lib/python3.12/site-packages/torch",
        "lib/python3.12/site-packages/torch/lib"
      })
  void aNamedFolderMayBeAnyOfTheFoldersAroundTheLibrary(String inside) throws IOException {
    Path libraries = installed("venv", "2.13.0+cu130");
    assertThat(found("PUZZLE4J_TORCH", folder.resolve("venv").resolve(inside)))
        .isEqualTo(new TorchInstallation(libraries, "2.13.0+cu130"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"VIRTUAL_ENV", "CONDA_PREFIX"})
  void theActiveEnvironmentIsUsed(String variable) throws IOException {
    Path libraries = installed("venv", "2.10.0");
    assertThat(found(variable, folder.resolve("venv")).libraries()).isEqualTo(libraries);
  }

  @Test
  void aNamedPythonIsAsked() throws IOException {
    Path libraries = installed("venv", "2.11.0");
    assertThat(found("PUZZLE4J_PYTHON", python("echo " + libraries.getParent())).version())
        .isEqualTo("2.11.0");
    assertThatThrownBy(() -> found("PUZZLE4J_PYTHON", python("echo")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("-m pip install torch");
    assertThatThrownBy(() -> found("PUZZLE4J_PYTHON", python("exit 1")))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> found("PUZZLE4J_PYTHON", folder.resolve("no-such-python")))
        .isInstanceOf(InvalidInputException.class);
  }

  private Path python(String answer) throws IOException {
    Path script = folder.resolve("python");
    Files.writeString(script, "#!/bin/sh\n" + answer + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  @ParameterizedTest
  @CsvSource({"2.6.0+cu124", "2.9.1", "1.13.1"})
  void anOldOneIsRefusedInOneLine(String version) throws IOException {
    Path libraries = installed("venv", version);
    assertThatThrownBy(() -> found("PUZZLE4J_TORCH", folder.resolve("venv")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "engine torch: PyTorch %s in %s is too old; install 2.10 or newer: pip install"
                    .formatted(version, libraries)
                + " --upgrade torch");
  }

  @Test
  void aFolderWithoutItIsRefusedInOneLine() {
    assertThatThrownBy(() -> found("PUZZLE4J_TORCH", folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("PUZZLE4J_TORCH: no PyTorch in " + folder);
  }

  @Test
  void whatIsNotALibraryIsRefusedInOneLine() throws IOException {
    Path libraries = installed("venv", "2.13.0");
    TorchInstallation installation = found("PUZZLE4J_TORCH", libraries);
    assertThatThrownBy(() -> TorchLibrary.load(installation))
        .isInstanceOf(InvalidInputException.class)
        .message()
        .startsWith("engine torch: ")
        .doesNotContain("\n");
  }
}
