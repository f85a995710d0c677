package io.github.puzzle4j.blocklib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

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
