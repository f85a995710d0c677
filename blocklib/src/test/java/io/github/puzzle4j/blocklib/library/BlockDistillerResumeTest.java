package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same library, whatever happens on the way. */
class BlockDistillerResumeTest {

  @TempDir Path folder;

  private final TinyDistillation tiny = new TinyDistillation();

  @AfterEach
  void free() {
    tiny.close();
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherOneOthers() throws IOException {
    tiny.distill(folder.resolve("first"), 1, TensorType.BF16, one -> {});
    tiny.distill(folder.resolve("second"), 1, TensorType.BF16, one -> {});
    tiny.distill(folder.resolve("third"), 2, TensorType.BF16, one -> {});
    assertThat(files("second")).isEqualTo(files("first"));
    assertThat(files("third").get("layer-001.safetensors"))
        .isNotEqualTo(files("first").get("layer-001.safetensors"));
  }

  /** Resumed by new kernels, as a new process has them. */
  @ParameterizedTest
  @CsvSource({"2, F32", "8, F32", "11, BF16"})
  void aRunThatWasKilledGoesOnToTheSameLibrary(int kill, TensorType stored) throws IOException {
    tiny.distill(folder.resolve("whole"), 1, stored, one -> {});
    BlockLibrary library = new BlockLibrary(folder.resolve("killed"));
    List<VariantStatistics> seen = new ArrayList<>();
    BlockDistiller.Listener killer =
        one -> {
          if (seen.size() == kill) {
            throw new IllegalStateException("killed");
          }
          seen.add(one);
        };
    assertThatThrownBy(() -> tiny.distill(folder.resolve("killed"), 1, stored, killer))
        .hasMessage("killed");
    assertThat(library.hasLayer(0)).isEqualTo(kill > 5);
    assertThat(library.hasLayer(1)).isFalse();
    try (TinyDistillation again = new TinyDistillation()) {
      again.distill(folder.resolve("killed"), 1, stored, one -> {});
    }
    assertThat(files("killed")).isEqualTo(files("whole"));
  }

  @Test
  void weightsWithoutStatisticsAreMadeAgain() throws IOException {
    tiny.distill(folder.resolve("whole"), 1, TensorType.BF16, one -> {});
    tiny.distill(folder.resolve("torn"), 1, TensorType.BF16, one -> {});
    Files.delete(folder.resolve("torn/layer-001.json"));
    Files.writeString(folder.resolve("torn/layer-001.safetensors"), "torn");
    tiny.distill(folder.resolve("torn"), 1, TensorType.BF16, one -> {});
    assertThat(files("torn")).isEqualTo(files("whole"));
  }

  /** Not even the teacher is read. */
  @Test
  void aCompleteLibraryIsReportedAndLeftAlone() throws IOException {
    List<VariantStatistics> first = new ArrayList<>();
    List<VariantStatistics> second = new ArrayList<>();
    tiny.distill(folder.resolve("library"), 1, TensorType.BF16, first::add);
    Map<String, Object> before = fileKeys();
    new BlockDistiller(TinyDistillation.SPACE, TinyDistillation.settings(1), TensorType.BF16)
        .distill(
            tiny.memory,
            tiny.architecture,
            TensorSource.of(Map.of()),
            tiny.runner,
            tiny.batches,
            TinyDistillation.VALIDATION,
            new BlockLibrary(folder.resolve("library")),
            second::add);
    assertThat(second).isEqualTo(first);
    assertThat(fileKeys()).isEqualTo(before);
  }

  /** Latin-1, so that a byte is a character and a mismatch is shown. */
  private Map<String, String> files(String name) throws IOException {
    Map<String, String> contents = new HashMap<>();
    try (var files = Files.newDirectoryStream(folder.resolve(name))) {
      for (Path file : files) {
        contents.put(
            String.valueOf(file.getFileName()),
            Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }

  private Map<String, Object> fileKeys() throws IOException {
    Map<String, Object> keys = new HashMap<>();
    try (var files = Files.newDirectoryStream(folder.resolve("library"))) {
      for (Path file : files) {
        keys.put(String.valueOf(file.getFileName()), Files.getLastModifiedTime(file));
      }
    }
    return keys;
  }
}
