package io.github.puzzle4j.search.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Over a hundred broken checkpoints, single and sharded, made from seeds. Each ends with exit code
 * 2 and one line. Damage that leaves the checkpoint what it was may change nothing.
 */
class HostileCheckpointTest {

  private static final int SEEDS_PER_DAMAGE = 6;

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
      assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .hasLineCount(1)
          .startsWith("puzzle4j: ")
          .contains(model.toString())
          .doesNotContain("Exception", "io.github", "at java");
      assertThat(CommandRun.of("inspect", model)).isEqualTo(run);
    }
  }

  /** Bits of the header's free text may be flipped without a trace. */
  private static boolean mayBeHarmless(CheckpointDamage damage) {
    return damage == CheckpointDamage.FLIPPED_BITS || damage == CheckpointDamage.NOISE_IN_HEADER;
  }
}
