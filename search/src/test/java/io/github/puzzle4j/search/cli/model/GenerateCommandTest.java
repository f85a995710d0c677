package io.github.puzzle4j.search.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text of the small teacher by itself. */
class GenerateCommandTest {

  private static final Path TEACHER = Path.of("..", "examples", "tiny-teacher");

  @TempDir Path folder;

  private CommandRun generate(String name, Object... more) throws IOException {
    List<Object> all =
        List.of(
            "generate",
            "--model",
            TEACHER,
            "--out",
            folder.resolve(name),
            "--documents",
            24,
            "--tokens",
            60,
            "--batch",
            8,
            "--json");
    return CommandRun.of(Stream.concat(all.stream(), Stream.of(more)).toArray());
  }

  private double loss(Path text) throws IOException {
    CommandRun eval = CommandRun.of("eval", "--model", TEACHER, "--data", text, "--json");
    assertThat(eval.exitCode()).isZero();
    return eval.json().path("lm_loss").path("mean").asDouble();
  }

  @Test
  void textIsOfTheModelsOwnKind() throws IOException {
    CommandRun run = generate("own.jsonl");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("\"documents\":24");
    Path own = folder.resolve("own.jsonl");
    assertThat(Files.readAllLines(own)).hasSize(24).doesNotHaveDuplicates();
    assertThat(generate("hot.jsonl", "--temperature", 3).exitCode()).isZero();
    // The teacher's loss on text of its kind is 0.87 nats per token; hot text is noise.
    assertThat(loss(own)).isBetween(0.4, 1.4);
    assertThat(loss(folder.resolve("hot.jsonl"))).isGreaterThan(2.5);
  }

  @Test
  void sameSeedGivesTheSameAndAnotherOneOthers() throws IOException {
    generate("one.jsonl");
    generate("two.jsonl");
    generate("other.jsonl", "--seed", 2);
    assertThat(folder.resolve("two.jsonl")).hasSameBinaryContentAs(folder.resolve("one.jsonl"));
    assertThat(Files.readAllLines(folder.resolve("other.jsonl")))
        .doesNotContainAnyElementsOf(Files.readAllLines(folder.resolve("one.jsonl")));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).hasSize(3);
    }
  }

  /** As a kill leaves it: whole lines, and one that was written in part. */
  @Test
  void stoppedCallGoesOnWhereItWas() throws IOException {
    generate("whole.jsonl");
    List<String> lines = Files.readAllLines(folder.resolve("whole.jsonl"));
    Path part = part();
    Files.writeString(
        part, String.join("\n", lines.subList(0, 8)) + "\n" + lines.get(8).substring(0, 5));
    CommandRun again = generate("part.jsonl");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(folder.resolve("part.jsonl")).hasSameBinaryContentAs(folder.resolve("whole.jsonl"));
    assertThat(part).doesNotExist();
  }

  /** The name of the growing file, found by a call that cannot give it its final name. */
  private Path part() throws IOException {
    Path target = Files.createDirectories(folder.resolve("part.jsonl/full"));
    assertThat(generate("part.jsonl").exitCode()).isNotZero();
    Files.delete(target);
    Files.delete(folder.resolve("part.jsonl"));
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("part\\.jsonl\\..*\\.part"))
          .findFirst()
          .orElseThrow();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--tokens, 257, the model supports at most 256",
    "--temperature, 0, must be above 0",
    "--documents, 0, --documents"
  })
  void wrongOptionIsOneLine(String option, String value, String message) throws IOException {
    CommandRun run =
        CommandRun.of(
            "generate", "--model", TEACHER, "--out", folder.resolve("x.jsonl"), option, value);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message).doesNotContain("Exception");
    assertThat(folder.resolve("x.jsonl")).doesNotExist();
  }
}
