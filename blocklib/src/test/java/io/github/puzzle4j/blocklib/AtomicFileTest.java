package io.github.puzzle4j.blocklib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  /** What the system says on a full disk names no file. */
  @Test
  void aWriteThatTheSystemRefusesNamesTheFileAndHowToGoOn() {
    Path file = Path.of("run", "weights.safetensors");
    assertThatThrownBy(() ->
            AtomicFile.named(
                file,
                () -> {
                  throw new IOException("No space left on device");
                }))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(
            file
                + ": cannot be written, No space left on device; when that is mended, run the same"
                + " command again: what is finished is kept");
    InvalidInputException own = new InvalidInputException("about the contents");
    assertThatThrownBy(() ->
            AtomicFile.named(
                file,
                () -> {
                  throw own;
                }))
        .isSameAs(own);
  }

  @TempDir Path folder;

  @Test
  void aFileIsReplacedAndItsFolderMade() throws IOException {
    Path file = folder.resolve("a/b/c.txt");
    AtomicFile.writeString(file, "first");
    AtomicFile.writeString(file, "sécond");
    assertThat(file).hasContent("sécond");
    assertOnly(file);
  }

  @Test
  void aFailureLeavesWhatWasThere() throws IOException {
    Path file = folder.resolve("c.txt");
    AtomicFile.writeString(file, "first");
    assertThatThrownBy(() ->
            AtomicFile.write(
                file,
                stream -> {
                  stream.write(new byte[100_000]);
                  throw new IOException("disk full");
                }))
        .hasMessage("disk full");
    assertThat(file).hasContent("first");
    assertOnly(file);
  }

  private static void assertOnly(Path file) throws IOException {
    try (var files = Files.list(file.resolveSibling(""))) {
      assertThat(files).containsExactly(file);
    }
  }
}
