package io.github.puzzle4j.scoring.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TorchEngineTest {

  private static final ModelConfig CONFIG =
      new ModelConfig(
          "llama",
          300,
          64,
          128,
          2,
          new AttentionShape(4, 4, 16),
          new RotaryEmbedding(10_000, new RotaryEmbedding.Scaling.None()),
          1e-5,
          512,
          false,
          new SpecialTokens(List.of(1), List.of(2)));

  @Test
  void everyVariantIsTimedWithOneTokenWithSeveralAndWithPrompts() throws IOException {
    SearchSpace space =
        new SearchSpace(
            List.of(
                new AttentionVariant.GroupedQuery(2),
                new AttentionVariant.Linear(),
                new AttentionVariant.NoOp()),
            List.of(new FfnVariant.Pruned(64), new FfnVariant.Linear(), new FfnVariant.NoOp()));
    ProfileQuestion question =
        new ProfileQuestion(
            CONFIG, space, List.of(8, 24), List.of(1, 3), 1, Duration.ofMillis(1), 1 << 16);
    TorchMachine machine = TorchMachine.processor(1);

    List<Observation> observations = machine.engine().observe(question, (what, share) -> {});

    assertThat(observations.stream().map(Observation::what))
        .doesNotHaveDuplicates()
        .contains(
            "attention teacher, prompt of 8",
            "attention teacher, 1 token after 24",
            "attention gqa_2, 3 tokens after 8",
            "attention linear, 3 tokens after 8",
            "ffn teacher, 1 token",
            "ffn ffn_64, prompt of 24",
            "ffn linear, 3 tokens")
        // Softmax attention by length, batch and both; a matrix by batch and length alone.
        .hasSize(2 * (2 + 2 * 2) + (2 + 2) + 3 * (2 + 2));
    assertThat(observations)
        .allSatisfy(observation -> {
          assertThat(observation.seconds()).isPositive();
          assertThat(observation.repetitions()).isGreaterThanOrEqualTo(3);
        });
  }
}
