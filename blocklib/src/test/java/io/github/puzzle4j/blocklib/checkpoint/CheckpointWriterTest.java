package io.github.puzzle4j.blocklib.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointWriterTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/llama");

  @TempDir Path folder;

  @Test
  void anyOrderOfTheSourceMakesTheSameBytes() throws IOException {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    try (Checkpoint golden = Checkpoint.open(GOLDEN.resolve("untied-f32"))) {
      Map<String, Tensor> reversed = new LinkedHashMap<>();
      for (String name : golden.names().reversed()) {
        reversed.put(name, golden.tensor(name));
      }
      CheckpointWriter.write(first, golden.model(), golden, TensorType.F32, 9_000);
      CheckpointWriter.write(
          second, golden.model(), TensorSource.of(reversed), TensorType.F32, 9_000);
    }
    assertThat(names(first)).hasSizeGreaterThan(6).containsExactlyElementsOf(names(second));
    for (String file : names(first)) {
      assertThat(second.resolve(file)).hasSameBinaryContentAs(first.resolve(file));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 12})
  void whatStopsHalfwayDoesNotOpen(int tensors) throws IOException {
    try (Checkpoint golden = Checkpoint.open(GOLDEN.resolve("tied-bf16"))) {
      CheckpointWriter.write(folder, golden.model(), golden, TensorType.BF16, 1 << 20);
      assertThatThrownBy(() ->
              CheckpointWriter.write(
                  folder, golden.model(), failingAfter(golden, tensors), TensorType.BF16, 5_000))
          .hasMessage("the disk is full");
      assertThatThrownBy(() -> Checkpoint.open(folder).close())
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("config.json: no such file");

      // What a killed process would leave besides.
      Files.writeString(folder.resolve(".model-00001-of-00009.safetensors.0-1.tmp"), "half");
      CheckpointWriter.write(folder, golden.model(), golden, TensorType.BF16, 1 << 20);
    }
    Checkpoint.open(folder).close();
    assertThat(names(folder)).containsExactly("config.json", "model.safetensors");
  }

  private static TensorSource failingAfter(Checkpoint golden, int tensors) {
    return new TensorSource() {
      private int given;

      @Override
      public Set<String> names() {
        return golden.names();
      }

      @Override
      public TensorSpec spec(String name) throws IOException {
        return golden.spec(name);
      }

      @Override
      public Tensor tensor(String name) throws IOException {
        if (given++ == tensors) {
          throw new IOException("the disk is full");
        }
        return golden.tensor(name);
      }
    };
  }

  @Test
  void aShardHoldsSomething() throws IOException {
    try (Checkpoint golden = Checkpoint.open(GOLDEN.resolve("tied-bf16"))) {
      assertThatThrownBy(
              () -> CheckpointWriter.write(folder, golden.model(), golden, TensorType.BF16, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("shardBytes=0");
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
