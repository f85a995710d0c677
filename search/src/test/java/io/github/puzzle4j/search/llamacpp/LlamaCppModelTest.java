package io.github.puzzle4j.search.llamacpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.Exporters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** On the small teacher, whose losses are those that VerifyExportCommandTest compares. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LlamaCppModelTest {

  private static final Path TEACHER = Path.of("..", "examples", "tiny-teacher");
  private static final String TEXT =
      "Mia went to the school. She took a small cat. The cat was very small.";
  private static final int CONTEXT = 64;

  private Path folder;
  private Path file;

  @BeforeAll
  void export(@TempDir Path made) throws IOException {
    folder = made;
    try (Checkpoint teacher = Checkpoint.open(TEACHER)) {
      file =
          Exporters.named("gguf-f32")
              .export(new ChildModel(teacher.model(), teacher, TEACHER), folder.resolve("gguf"))
              .files()
              .getLast();
    }
  }

  @Test
  void aCacheChangesNoToken() throws IOException {
    try (LlamaCppModel model = LlamaCppModel.open(file, CONTEXT, 1)) {
      int[] prompt = model.tokens(TEXT);
      List<Integer> all = model.continued(prompt, 12);

      for (int known = 1; known < all.size(); known++) {
        int[] longer =
            IntStream.concat(
                    Arrays.stream(prompt), all.stream().limit(known).mapToInt(token -> token))
                .toArray();
        assertThat(model.continued(longer, all.size() - known))
            .isEqualTo(all.subList(known, all.size()));
      }
    }
  }

  @Test
  void lossesAreOfEachTokenAfterThoseBeforeIt() throws IOException {
    try (LlamaCppModel model = LlamaCppModel.open(file, CONTEXT, 2)) {
      int[] tokens = model.tokens(TEXT);
      double[] whole = model.losses(tokens);
      double[] half = model.losses(Arrays.copyOf(tokens, tokens.length / 2));

      assertThat(whole).hasSize(tokens.length - 1);
      for (int i = 0; i < half.length; i++) {
        assertThat(half[i]).isCloseTo(whole[i], within(1e-4));
      }
      // It has learned such text: far below a guess.
      assertThat(Arrays.stream(whole).average().orElseThrow())
          .isLessThan(0.5 * Math.log(model.vocabularySize()));
    }
  }

  @Test
  void tokensThatItDoesNotKnowAndTooManyAreMistakes() throws IOException {
    try (LlamaCppModel model = LlamaCppModel.open(file, CONTEXT, 1)) {
      assertThatThrownBy(() -> model.losses(new int[] {1, model.vocabularySize()}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("token %d of %1$d", model.vocabularySize());
      assertThatThrownBy(() -> model.losses(new int[CONTEXT + 1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("65 tokens after 0, at most 64");
    }
  }

  @Test
  void itIsClosedOnceAndForAll() throws IOException {
    LlamaCppModel model = LlamaCppModel.open(file, CONTEXT, 1);
    model.close();
    model.close();

    assertThatThrownBy(() -> model.tokens(TEXT)).hasMessage("the model is closed");
    assertThatThrownBy(() -> model.losses(new int[] {1, 2})).hasMessage("the model is closed");
  }

  @Test
  void whyAFileIsRefusedIsSaid() throws IOException {
    Path text = Files.writeString(folder.resolve("text.gguf"), "no model, but text in its place");

    assertThatThrownBy(() -> LlamaCppModel.open(text, CONTEXT, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("llama.cpp does not load " + text + ": ")
        .hasMessageContaining("error loading model");
  }
}
