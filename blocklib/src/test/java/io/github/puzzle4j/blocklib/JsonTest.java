package io.github.puzzle4j.blocklib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {

  record Sample(String name, int layers) {}

  @Test
  void aRecordIsRead() throws IOException {
    assertThat(parse("{\"name\": \"a\", \"layers\": 3}")).isEqualTo(new Sample("a", 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"name\": \"a\", \"layers\": 3, \"layer\": 3} | unknown key 'layer'; there are [name,"
            + " layers]",
        "{\"name\": \"a\"} | layers",
        "{\"name\": null, \"layers\": 3} | name",
        "{\"name\": \"a\", \"layers\": null} | layers: Cannot map",
        "{\"name\": \"a\", \"layers\": 2.5} | 2.5",
        "{\"name\": \"a\", \"layers\": \"3\"} | int",
        "{\"name\": \"a\", \"layers\": 3, \"layers\": 4} | layers",
        "{\"name\": \"a\", \"layers\": 3} {} | line 1",
        "{\"name\": \"a\", | line 1",
      })
  void whatIsNotMeantIsRefusedInOneLine(String text, String message) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("plan.json")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("DeserializationFeature");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> Json.read(Path.of("no/such.json"), Sample.class))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("such.json: no such file");
  }

  private static Sample parse(String text) throws IOException {
    return Json.parse("plan.json", text.getBytes(StandardCharsets.UTF_8), Sample.class);
  }
}
