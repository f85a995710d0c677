package io.github.puzzle4j.search.cli.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.DrawnTeacher;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.plan.Target;
import io.github.puzzle4j.search.plan.TextSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanInitCommandTest {

  @TempDir Path folder;

  private Path teacher;
  private Path plan;

  @BeforeEach
  void write() {
    teacher = folder.resolve("teacher");
    plan = folder.resolve("plans/new.yaml");
  }

  @Test
  void aNewPlanFitsTheTeacherAndIsChecked() throws IOException {
    DrawnTeacher.write(teacher, "\"model_type\": \"llama\", " + DrawnTeacher.ALIKE);
    Path text = Files.writeString(folder.resolve("my text.jsonl"), "{\"text\": \"a b c\"}\n");

    CommandRun run =
        CommandRun.of(
            "plan",
            "init",
            "--model",
            teacher,
            "--target",
            "h100-sxm",
            "--target",
            "b200-sxm",
            "--data",
            text,
            "--out",
            plan);

    assertThat(run.exitCode()).as(run.err()).isZero();
    SearchPlan read = PlanReader.read(plan);
    assertThat(read.teacher().path()).isEqualTo(teacher);
    assertThat(read.data().sequenceLength()).isEqualTo(256);
    assertThat(read.data().heldOut()).isEqualTo(new TextSource.Files(List.of(text)));
    assertThat(read.space().attention())
        .map(Object::toString)
        .containsExactly("gqa_2", "gqa_1", "noop");
    assertThat(read.targets()).map(Target::gpu).containsExactly("h100-sxm", "b200-sxm");
    assertThat(read.export()).containsExactly("huggingface", "gguf");
    assertThat(Files.readString(plan))
        .contains("# The teacher has 4 KV heads in a layer of 2.")
        .contains("# Optimizer steps per variant at most; 0 keeps the initial weights.");
    assertThat(CommandRun.of("plan", plan, "--no-estimate").exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"1|[noop]", "2|[gqa_1, noop]", "3|[gqa_1, noop]", "8|[gqa_4, gqa_2, gqa_1, noop]"})
  void fewerKvHeadsDivideThoseOfTheTeacher(int kvHeads, String variants) throws IOException {
    DrawnTeacher.write(
        teacher,
        "\"model_type\": \"llama\", "
            + DrawnTeacher.COMMON.replace(
                "\"num_attention_heads\": 4", "\"num_attention_heads\": %d".formatted(kvHeads))
            + ", \"num_hidden_layers\": 1, \"num_key_value_heads\": %d, \"intermediate_size\": 64"
                .formatted(kvHeads));

    CommandRun run = CommandRun.of("plan", "init", "--model", teacher);

    assertThat(run.out()).contains("attention: " + variants + "\n").endsWith("gguf]\n");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void whatCannotBeWrittenIsOneLine() throws IOException {
    DrawnTeacher.write(teacher, "\"model_type\": \"llama\", " + DrawnTeacher.ALIKE);
    Files.createDirectories(plan.getParent());
    Files.writeString(plan, "mine");

    assertThat(CommandRun.of("plan", "init", "--model", teacher, "--out", plan))
        .isEqualTo(
            CommandRun.refused(
                2, "--out %s: exists already; choose another name, or remove it".formatted(plan)));
    assertThat(plan).hasContent("mine");
    assertThat(CommandRun.of("plan", "init", "--model", folder.resolve("none")).exitCode())
        .isEqualTo(2);
    assertThat(CommandRun.of("plan", "init", "--model", teacher, "--data", "nowhere"))
        .isEqualTo(CommandRun.refused(2, "--data nowhere: no such file or folder"));
    assertThat(CommandRun.of("plan", "init", "--model", teacher, "--target", "a b").exitCode())
        .isEqualTo(2);
    assertThat(CommandRun.of("plan").err()).contains("PLAN.yaml");
  }
}
