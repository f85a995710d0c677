package io.github.puzzle4j.search.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import io.github.puzzle4j.blocklib.checkpoint.FiniteCheck;
import io.github.puzzle4j.search.bench.NoiseCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadBenchmarkTest {

  private static final Path CONFIG =
      Path.of("../blocklib/src/test/resources/golden/llama/untied-f32/config.json");

  @TempDir Path folder;
  private Model model;

  @BeforeEach
  void write() throws IOException {
    model = ConfigFile.read(CONFIG);
    NoiseCheckpoint.write(folder, model, 1, 20_000);
  }

  @Test
  void noiseIsASoundCheckpoint() throws IOException {
    try (Checkpoint noise = Checkpoint.open(folder)) {
      assertThat(noise.model()).isEqualTo(model);
      assertThat(FiniteCheck.of(noise, tensor -> {})).isEmpty();
      for (float value : noise.tensor(noise.names().getFirst()).toFloats()) {
        assertThat(Math.abs(value)).isBetween(1 / 128f, 1 / 8f);
      }
    }
    Path again = folder.resolve("again");
    NoiseCheckpoint.write(again, model, 1, 20_000);
    NoiseCheckpoint.write(folder.resolve("other"), model, 2, 20_000);
    Path shard = Path.of("model-00001-of-00002.safetensors");
    assertThat(again.resolve(shard)).hasSameBinaryContentAs(folder.resolve(shard));
    assertThat(Files.mismatch(folder.resolve("other").resolve(shard), folder.resolve(shard)))
        .isNotEqualTo(-1);
  }

  @Test
  void allFilesAndTensorsAreCounted() throws IOException {
    List<Integer> turns = new ArrayList<>();
    LoadTimes times = LoadBenchmark.of(folder, 2).run(4, turns::add);

    assertThat(turns).containsExactly(0, 1, 2, 3, 4);
    assertThat(times.files()).isEqualTo(2);
    assertThat(times.tensorBytes()).isEqualTo(2 * model.parameters());
    long size = 0;
    for (int shard = 1; shard <= 2; shard++) {
      size += Files.size(folder.resolve("model-0000%d-of-00002.safetensors".formatted(shard)));
    }
    assertThat(times.fileBytes()).isEqualTo(size);
    assertThat(times.readSeconds()).hasSize(4).allMatch(seconds -> seconds > 0);
    assertThat(times.catSeconds()).hasSize(4).allMatch(seconds -> seconds > 0);
    assertThat(times.floatSeconds()).hasSize(4).allMatch(seconds -> seconds > 0);
  }

  @Test
  void ratesAreThoseOfTheMedian() {
    LoadTimes times =
        new LoadTimes(
            1,
            2_000_000_000L,
            3_000_000_000L,
            List.of(9.0, 1.0, 2.0),
            List.of(1.0, 2.0, 4.0, 9.0),
            List.of(4.0));
    assertThat(times.gigabytesPerSecond()).isCloseTo(1, within(1e-9));
    assertThat(times.catGigabytesPerSecond()).isCloseTo(1, within(1e-9));
    assertThat(times.floatsGigabytesPerSecond()).isCloseTo(0.5, within(1e-9));
  }
}
