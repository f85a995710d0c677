package io.github.puzzle4j.search.cli.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Over a hundred broken checkpoints, single and sharded, made from seeds. Each ends with exit code
 * 2 and one line. Damage that leaves the checkpoint what it was may change nothing.
 */
class HostileCheckpointTest {

  private static final int SEEDS_PER_DAMAGE = 6;
  private static final int MUTATIONS = 1000;

  @TempDir static Path shared;
  @TempDir Path temporary;

  private static Path sharded;
  private static CommandRun sound;

  @BeforeAll
  static void shard() throws IOException {
    sharded = Golden.copy(Golden.EVAL, shared.resolve("sharded"));
    try (Checkpoint golden = Checkpoint.open(Golden.EVAL)) {
      CheckpointWriter.write(sharded, golden.model(), golden, TensorType.BF16, 4_000);
    }
    sound = eval(Golden.EVAL);
    assertThat(sound.exitCode()).isZero();
  }

  private static CommandRun eval(Path model) {
    return CommandRun.of(
        "eval", "--json", "--model", model, "--data", Golden.EVAL.resolve("rows.jsonl"));
  }

  static Stream<Arguments> damages() {
    return Stream.of(CheckpointDamage.values())
        .flatMap(damage ->
            IntStream.range(0, SEEDS_PER_DAMAGE).mapToObj(seed -> Arguments.of(damage, seed)));
  }

  @Test
  void aShardedCopyIsTheSameModel() throws IOException {
    try (Stream<Path> files = Files.list(sharded)) {
      assertThat(files.filter(file -> file.toString().endsWith(".safetensors")))
          .hasSizeGreaterThan(3);
    }
    assertThat(eval(sharded).out()).isEqualTo(sound.out());
  }

  @ParameterizedTest
  @MethodSource("damages")
  void isRefusedInOneLine(CheckpointDamage damage, int seed) throws IOException {
    Path model = Golden.copy(seed % 2 == 0 ? Golden.EVAL : sharded, temporary.resolve("model"));
    damage.apply(model, new Random(31L * seed + damage.name().hashCode()));

    CommandRun run = eval(model);

    if (run.exitCode() == 0 && mayBeHarmless(damage)) {
      assertThat(run.out()).isEqualTo(sound.out());
    } else {
      assertRefused(run, model);
      assertThat(CommandRun.of("inspect", model)).isEqualTo(run);
    }
  }

  private static void assertRefused(CommandRun run, Path model) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().filter(line -> !line.startsWith("evaluate:")))
        .singleElement()
        .asString()
        .startsWith("puzzle4j: ")
        .contains(model.toString())
        .doesNotContain("Exception", "io.github", "at java", "tools.jackson");
  }

  /**
   * A thousand mutations of one of the files that are read: the checkpoint is refused in one line,
   * or what is read is what the file now says, within the same memory.
   */
  @Tag("hostile")
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.safetensors",
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "generation_config.json"
      })
  void aMutatedFileIsRefusedOrReadAsItIs(String name) throws IOException {
    Path model = Golden.copy(Golden.EVAL, temporary.resolve("model"));
    Path file = model.resolve(name);
    if (Files.notExists(file)) {
      Files.writeString(file, "{\"bos_token_id\": 1, \"eos_token_id\": [2], \"top_p\": 0.9}");
    }
    byte[] whole = Files.readAllBytes(file);
    CommandRun before = eval(model);
    for (int seed = 0; seed < MUTATIONS; seed++) {
      byte[] mutated = FileMutation.some(whole, new Random(97L * seed + name.hashCode()));
      Files.write(file, mutated);

      CommandRun run = eval(model);

      String what = "%s, seed %d: %s".formatted(name, seed, run.err());
      if (run.exitCode() != 0) {
        assertThatNoException().as(what).isThrownBy(() -> assertRefused(run, model));
      } else if (saysTheSame(name, whole, mutated)) {
        assertThat(run.out()).as(what).isEqualTo(before.out());
      } else {
        assertThat(run.json().at("/lm_loss/mean").doubleValue()).as(what).isFinite();
      }
      assertThat(run.err()).as(what).doesNotContain("OutOfMemoryError");
    }
  }

  /** Whether a file holds the values that it held before; not if it is broken JSON. */
  private static boolean saysTheSame(String name, byte[] whole, byte[] mutated) throws IOException {
    if (name.endsWith(".json")) {
      try {
        return Json.parse(name, mutated, JsonNode.class)
            .equals(Json.parse(name, whole, JsonNode.class));
      } catch (InvalidInputException broken) {
        return false;
      }
    }
    int data = new BrokenFile(Golden.EVAL.resolve(name), new Random(0)).dataLength();
    return Arrays.equals(tail(whole, data), tail(mutated, data));
  }

  private static byte[] tail(byte[] file, int length) {
    return Arrays.copyOfRange(file, file.length - length, file.length);
  }

  /** Bits of the header's free text may be flipped without a trace. */
  private static boolean mayBeHarmless(CheckpointDamage damage) {
    return damage == CheckpointDamage.FLIPPED_BITS || damage == CheckpointDamage.NOISE_IN_HEADER;
  }
}
