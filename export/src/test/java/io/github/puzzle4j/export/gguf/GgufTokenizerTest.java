package io.github.puzzle4j.export.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.RandomChild;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class GgufTokenizerTest {

  @TempDir Path folder;

  private ChildModel child() throws IOException {
    Model teacher = RandomChild.teacher(1, true, false);
    return RandomChild.create(teacher, 1, TensorType.F32, folder);
  }

  @BeforeEach
  void writeTokenizer() throws IOException {
    child();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"type\" : \"BPE\" | \"type\" : \"Unigram\" | 'Unigram'",
        "\"normalizer\" : null | \"normalizer\" : {\"type\": \"NFC\"} | normalizer",
        "\"behavior\" : \"Isolated\" | \"behavior\" : \"Removed\" | pre_tokenizer",
        "\"byte_fallback\" : false | \"byte_fallback\" : true | byte_fallback",
        "\"end_of_word_suffix\" : null | \"end_of_word_suffix\" : \"</w>\" | end_of_word_suffix",
        "\"lstrip\" : false | \"lstrip\" : true | lstrip",
        "\"type\" : \"TemplateProcessing\" | \"type\" : \"BertProcessing\" | post_processor",
        "\"merges\" : [ | \"merges\" : [ \"unpaired\", | pair",
        "\"ids\" : [ 280 | \"ids\" : [ 999 | 999",
      })
  void whatLlamaCppWouldDoInAnotherWayIsRefused(String from, String to, String message)
      throws IOException {
    ChildModel child = child();
    Path file = folder.resolve("tokenizer.json");
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
    assertThatThrownBy(() -> new GgufExporter().export(child, folder.resolve("out")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("tokenizer.json")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aMissingTokenizerIsNamed() throws IOException {
    ChildModel child = child();
    Files.delete(folder.resolve("tokenizer.json"));
    assertThatThrownBy(() -> new GgufExporter().export(child, folder.resolve("out")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("tokenizer.json");
  }

  @Test
  void wordsThatAreMergedFirstHaveAnotherName() throws IOException {
    ChildModel child = child();
    Path file = folder.resolve("tokenizer.json");
    assertThat(exported(child)).contains("llama-bpe");
    Files.writeString(
        file,
        Files.readString(file).replace("\"ignore_merges\" : true", "\"ignore_merges\" : false"));
    assertThat(exported(child)).contains("smaug-bpe").doesNotContain("llama-bpe");
  }

  @Test
  void theChatTemplateGoesAlong() throws IOException {
    ChildModel child = child();
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages[0].content }}");
    assertThat(exported(child))
        .contains("tokenizer.chat_template")
        .contains("{{ messages[0].content }}");
  }

  @Test
  void theTemplateOfTheTokenizersConfigGoesAlongWhereNoneLiesBeside() throws IOException {
    ChildModel child = child();
    Path file = folder.resolve("tokenizer_config.json");
    ObjectNode config = Json.read(file, ObjectNode.class);
    config.put("chat_template", "{{ messages[1].content }}");
    Files.writeString(file, config.toString());
    assertThat(exported(child))
        .contains("tokenizer.chat_template")
        .contains("{{ messages[1].content }}");
  }

  @Test
  void aConfigWithoutATokenThatEndsGenerationIsNamed() throws IOException {
    ChildModel child = child();
    Files.writeString(folder.resolve("tokenizer_config.json"), "{}");
    CommonParts common = child.model().common();
    CommonParts endless =
        new CommonParts(
            common.family(),
            common.vocabularySize(),
            common.hiddenSize(),
            common.rotary(),
            common.normEpsilon(),
            common.maxPositions(),
            common.tiedEmbeddings(),
            new SpecialTokens(common.specialTokens().begin(), List.of()),
            common.storedWeights());
    Model model = new Model(endless, child.model().layers());
    assertThatThrownBy(() -> exported(new ChildModel(model, child.tensors(), folder)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("config.json has no eos_token_id");
  }

  private String exported(ChildModel child) throws IOException {
    Path file = new GgufExporter().export(child, folder.resolve("out")).files().getFirst();
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }
}
