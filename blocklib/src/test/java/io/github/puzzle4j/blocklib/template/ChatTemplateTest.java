package io.github.puzzle4j.blocklib.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ChatTemplateTest {

  private static final String USER = "{\"role\": \"user\", \"content\": \"hi\"}";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"llama3", "qwen2", "qwen3", "mistral", "constructs"})
  void chatsAreRenderedAndEncodedAsByTransformers(String name) throws IOException {
    GoldenTemplates.model(folder, GoldenTemplates.template(name));
    ChatTemplate template = ChatTemplate.find(folder).orElseThrow();
    int rendered = 0;
    try (TextTokenizer tokenizer = TextTokenizer.open(folder)) {
      for (JsonNode chat : GoldenTemplates.json("chats.json")) {
        if (!chat.path("template").stringValue().equals(name)) {
          continue;
        }
        JsonNode messages = chat.path("messages");
        JsonNode tools = chat.path("tools");
        if (chat.has("refused")) {
          assertThatThrownBy(() -> template.render(messages, tools))
              .as(chat.toString())
              .isInstanceOf(InvalidInputException.class)
              .hasMessageStartingWith(folder.resolve("chat_template.jinja") + ", line ");
          continue;
        }
        String text = template.render(messages, tools);
        assertThat(text).isEqualTo(chat.path("text").stringValue());
        assertThat(tokenizer.encode(text).ids())
            .containsExactly(
                StreamSupport.stream(chat.path("ids").spliterator(), false)
                    .mapToInt(JsonNode::intValue)
                    .toArray());
        rendered++;
      }
    }
    assertThat(rendered).isGreaterThanOrEqualTo(3);
  }

  @Test
  void theTemplateCanBeInTheConfig() throws IOException {
    config("\"chat_template\": \"{{ bos_token }}{{ messages[0].content }}{{ eos_token }}\"");
    assertThat(rendered(USER)).isEqualTo("<s>hi</s>");
  }

  @Test
  void theDefaultOfSeveralTemplatesIsUsed() throws IOException {
    config(
        "\"chat_template\": [{\"name\": \"rag\", \"template\": \"no\"},"
            + " {\"name\": \"default\", \"template\": \"yes\"}]");
    assertThat(rendered(USER)).isEqualTo("yes");
  }

  @Test
  void aSeparateFileTakesPrecedence() throws IOException {
    config("\"chat_template\": \"config\"");
    Files.writeString(folder.resolve("chat_template.jinja"), "file{{ bos_token }}");
    assertThat(rendered(USER)).isEqualTo("file<s>");
  }

  @Test
  void modelsCanLackATemplate() throws IOException {
    assertThat(ChatTemplate.find(folder)).isEmpty();
    config("\"chat_template\": null");
    assertThat(ChatTemplate.find(folder)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "5| chat_template is neither a string nor a list",
        "[{\"name\": \"rag\", \"template\": \"x\"}]| with a template named 'default'",
        "\"a\\n{% include 'x' %}\"|tokenizer_config.json, chat_template, line 2: the tag 'include'",
      })
  void invalidTemplatesAreReported(String template, String message) throws IOException {
    config("\"chat_template\": " + template);
    assertThatThrownBy(() -> ChatTemplate.find(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  private void config(String key) throws IOException {
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"bos_token\": {\"content\": \"<s>\"}, \"eos_token\": \"</s>\", %s}".formatted(key));
  }

  private String rendered(String message) throws IOException {
    JsonNode messages = Json.mapper().readTree("[" + message + "]");
    return ChatTemplate.find(folder).orElseThrow().render(messages, Json.mapper().nullNode());
  }
}
