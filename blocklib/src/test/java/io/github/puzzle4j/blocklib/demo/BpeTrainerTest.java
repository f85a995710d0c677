package io.github.puzzle4j.blocklib.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.corpus.CorpusSplit;
import io.github.puzzle4j.blocklib.corpus.Document;
import io.github.puzzle4j.blocklib.corpus.Span;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BpeTrainerTest {

  private static final int VOCABULARY = 280;

  /** Training texts of the golden vocabulary. */
  private static final List<String> TEXTS =
      List.of(
          "The cat sat on the mat, and the dog saw the cat.",
          "It's 2024: the cats' mats aren't 1234567 mats!",
          "Zürich naïve café, 東京 東京 привет привет",
          "  indented\n\n\tcode();  // the end\n");

  @TempDir Path folder;

  @Test
  void trainingReproducesTheGoldenFiles() throws IOException {
    BpeTrainer.train(TEXTS, VOCABULARY).write(folder, 256);
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      assertThat(folder.resolve(file))
          .hasSameTextualContentAs(Path.of("src/test/resources/golden/tokenizer", file));
    }
  }

  @Test
  void trainingDoesNotDependOnTheOrderOfTexts() {
    List<String> shuffled = new ArrayList<>(TEXTS);
    Collections.shuffle(shuffled, new Random(3));
    assertThat(BpeTrainer.train(shuffled, VOCABULARY))
        .isEqualTo(BpeTrainer.train(TEXTS, VOCABULARY));
  }

  @Test
  void everyWordOfTheSyntheticCorpusIsOneToken() throws IOException {
    SyntheticCorpus.Reader reader = SyntheticCorpus.standard(1).reader(CorpusSplit.TRAIN);
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 8000; i++) {
      documents.add(reader.next(1));
    }
    BpeVocabulary trained = BpeTrainer.train(documents.stream().map(Document::text).toList(), 1024);
    assertThat(trained.size()).isBetween(400, 1024);
    trained.write(folder, 256);
    try (TextTokenizer synthetic = TextTokenizer.open(folder)) {
      for (Document document : documents.subList(0, 500)) {
        assertThat(synthetic.encode(document.text()).length())
            .as(document.text())
            .isEqualTo(PreTokenizer.split(document.text()).size());
        assertThat(
                synthetic.encode(document).orElseThrow().answers().stream()
                    .mapToInt(Span::length)
                    .sum())
            .as(document.text())
            .isEqualTo(document.answers().size());
      }
    }
  }

  @Test
  void vocabulariesTooSmallForBytesAreRejected() {
    assertThatThrownBy(() -> BpeTrainer.train(TEXTS, 257))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vocabularySize=257 must be at least 258");
  }

  @Test
  void specialTokensFollowTheOrdinaryOnes() {
    BpeVocabulary vocabulary = BpeTrainer.train(TEXTS, VOCABULARY);
    assertThat(vocabulary.size()).isEqualTo(VOCABULARY);
    assertThat(vocabulary.beginOfText()).isEqualTo(VOCABULARY - 2);
    assertThat(vocabulary.endOfText()).isEqualTo(VOCABULARY - 1);
  }
}
