package io.github.puzzle4j.blocklib.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SyntheticBatchesTest {

  private static final Path TOKENIZER = Path.of("src/test/resources/golden/tokenizer");

  private TextTokenizer tokenizer;

  @BeforeEach
  void open() throws IOException {
    tokenizer = TextTokenizer.open(TOKENIZER);
  }

  @AfterEach
  void free() {
    tokenizer.close();
  }

  @Test
  void batchesDependOnlyOnTheStep() {
    SyntheticBatches inOrder = batches();
    Set<String> seen = new HashSet<>();
    for (int step = 0; step < 8; step++) {
      String batch = text(inOrder.batch(step));
      assertThat(seen.add(batch)).as("a batch of its own").isTrue();
      assertThat(text(batches().batch(step))).as("jumped to").isEqualTo(batch);
    }
    String last = text(inOrder.batch(7));
    assertThat(text(inOrder.batch(2))).as("back").isEqualTo(text(batches().batch(2)));
    assertThat(text(inOrder.batch(7))).as("and forth").isEqualTo(last);
  }

  @Test
  void everyBatchIsFull() {
    TokenBatch batch = batches().batch(3);
    assertThat(batch.rows()).isEqualTo(2);
    assertThat(batch.tokens()).isEqualTo(32);
    for (int row = 0; row < 2; row++) {
      for (int position = 0; position < 31; position++) {
        assertThat(batch.weight(row, position)).isEqualTo(1);
      }
      assertThat(batch.weight(row, 31)).isZero();
    }
  }

  private SyntheticBatches batches() {
    return new SyntheticBatches(SyntheticCorpus.standard(1), tokenizer, 100_000, 2, 32, 5);
  }

  private static String text(TokenBatch batch) {
    try (DeviceMemory memory = DeviceMemory.open()) {
      return Arrays.toString(batch.ids(memory).toLongs());
    }
  }
}
