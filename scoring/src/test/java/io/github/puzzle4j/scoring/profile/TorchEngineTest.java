package io.github.puzzle4j.scoring.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TorchEngineTest {

  private static final SoftmaxAttention ATTENTION =
      SoftmaxAttention.plain(new AttentionShape(4, 4, 16));

  private static final Model TEACHER =
      Model.uniform(
          new CommonParts(
              "llama",
              300,
              64,
              new RotaryEmbedding(10_000, new RotaryEmbedding.Scaling.None()),
              1e-5,
              512,
              false,
              new SpecialTokens(List.of(1), List.of(2)),
              StoredWeights.PLAIN),
          2,
          new Layer(ATTENTION, new GatedFfn(128)));

  @Test
  void everyVariantIsTimedWithOneTokenWithSeveralAndWithPrompts() throws IOException {
    List<Attention> attention =
        List.of(
            ATTENTION,
            ATTENTION.withKvHeads(2),
            ATTENTION.withKvHeads(2).withWindow(16),
            new LinearAttention(),
            new NoAttention());
    List<Ffn> ffn = List.of(new GatedFfn(128), new GatedFfn(64), new LinearFfn(), new NoFfn());
    ProfileQuestion question =
        new ProfileQuestion(
            TEACHER,
            attention,
            ffn,
            List.of(8, 24),
            List.of(1, 3),
            1,
            Duration.ofMillis(1),
            1 << 16);
    TorchMachine machine = TorchMachine.of(ComputeDevice.processor(), 1);

    List<Observation> observations = machine.engine().observe(question, (what, share) -> {});

    assertThat(observations.stream().map(Observation::what))
        .doesNotHaveDuplicates()
        .contains(
            "attention gqa_4, prompt of 8",
            "attention gqa_4, 1 token after 24",
            "attention gqa_2, 3 tokens after 8",
            "attention gqa_2_window_16, 3 tokens after 24",
            "attention linear, 3 tokens after 8",
            "ffn ffn_128, 1 token",
            "ffn ffn_64, prompt of 24",
            "ffn linear, 3 tokens")
        // Softmax attention by length, batch and both; a matrix by batch and length alone.
        .hasSize(3 * (2 + 2 * 2) + (2 + 2) + 3 * (2 + 2));
    assertThat(observations)
        .allSatisfy(observation -> {
          assertThat(observation.seconds()).isPositive();
          assertThat(observation.repetitions()).isGreaterThanOrEqualTo(3);
        });
  }
}
