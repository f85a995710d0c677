package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class UsedTextTest {

  @TempDir Path folder;

  private JsonNode search(SmallRun run) throws IOException {
    try (Search search = run.open(SmallRun.PLAN, TaskVersions.current())) {
      SearchOutcome outcome = search.run();
      JsonNode texts = Json.readTree(search.directory().texts()).get("texts");
      assertThat(outcome.report().facts())
          .anySatisfy(fact -> {
            assertThat(fact.name()).isEqualTo("Text for validation");
            assertThat(fact.value()).contains(texts.get(1).get("digest").asString());
          });
      return texts;
    }
  }

  private static List<String> rows(JsonNode text) {
    return StreamSupport.stream(text.get("rows").spliterator(), false)
        .map(JsonNode::asString)
        .toList();
  }

  @Test
  void everyRowThatResultsDependOnIsRecorded() throws IOException {
    SmallRun run = SmallRun.in(folder);
    JsonNode first = search(run);

    assertThat(first.findValuesAsString("part"))
        .containsExactly("calibration", "validation", "heldOut");
    List<String> validation = rows(first.get(1));
    assertThat(validation).hasSize(4).doesNotHaveDuplicates();
    Path file = run.folder().resolve("texts").resolve("validation.jsonl");
    List<String> lines = Files.readAllLines(file);
    assertThat(first.get(1).get("source").asString()).endsWith("validation.jsonl");
    assertThat(first.get(1).get("tokens").asInt()).isEqualTo(4 * 24);
    assertThat(search(run)).as("where everything is reused").isEqualTo(first);

    lines.set(2, lines.get(7));
    Files.write(file, lines);
    List<String> changed = rows(search(run).get(1));
    assertThat(changed.subList(0, 2)).isEqualTo(validation.subList(0, 2));
    assertThat(changed.get(2)).isNotEqualTo(validation.get(2));
  }
}
