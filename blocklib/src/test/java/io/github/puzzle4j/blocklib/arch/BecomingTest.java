package io.github.puzzle4j.blocklib.arch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.Biases;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.HeadNorm;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each kind of subblock can be turned into. */
class BecomingTest {

  private static final AttentionShape HEADS = new AttentionShape(8, 4, 8);
  private static final SoftmaxAttention FULL = SoftmaxAttention.plain(HEADS);
  private static final SoftmaxAttention NARROW = FULL.withWindow(128);
  private static final ExpertsFfn EXPERTS = new ExpertsFfn(8, 2, 64, 32);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void kvHeadsThatDivideTheTeachersFitWithAndWithoutAWindow(int kvHeads) {
    assertThat(FULL.objectionToBecoming(FULL.withKvHeads(kvHeads))).isEmpty();
    assertThat(FULL.objectionToBecoming(FULL.withKvHeads(kvHeads).withWindow(3))).isEmpty();
  }

  /** 8 is the number of query heads: more KV heads than the teacher has. */
  @Test
  void otherKvHeadsAreRefusedByName() {
    assertThat(FULL.objectionToBecoming(FULL.withKvHeads(8)))
        .contains("gqa_8: 8 KV heads do not divide the teacher's 4");
    SoftmaxAttention six = SoftmaxAttention.plain(new AttentionShape(12, 6, 8));
    assertThat(six.objectionToBecoming(six.withKvHeads(4)))
        .contains("gqa_4: 4 KV heads do not divide the teacher's 6");
  }

  @Test
  void aWindowMayNarrowAndNotWiden() {
    assertThat(NARROW.objectionToBecoming(NARROW)).isEmpty();
    assertThat(NARROW.objectionToBecoming(NARROW.withWindow(127))).isEmpty();
    assertThat(NARROW.objectionToBecoming(NARROW.withWindow(129)))
        .contains("gqa_4_window_129: the teacher sees only 128 tokens");
    assertThat(NARROW.objectionToBecoming(FULL.withKvHeads(2)))
        .contains("gqa_2: the teacher sees only 128 tokens");
  }

  @Test
  void queryHeadsBiasesAndHeadNormsStay() {
    for (SoftmaxAttention other :
        List.of(
            SoftmaxAttention.plain(new AttentionShape(4, 4, 8)),
            SoftmaxAttention.plain(new AttentionShape(8, 4, 16)),
            new SoftmaxAttention(HEADS, 0, Biases.QUERY_KEY_VALUE, HeadNorm.NONE),
            new SoftmaxAttention(HEADS, 0, Biases.NONE, HeadNorm.QUERY_AND_KEY))) {
      assertThat(FULL.objectionToBecoming(other))
          .contains(
              "gqa_4: query heads, their width, biases and head norms must be those of the layer");
    }
  }

  @Test
  void attentionBecomesAMatrixOrNothingAndNotTheReverse() {
    assertThat(FULL.objectionToBecoming(new LinearAttention())).isEmpty();
    assertThat(FULL.objectionToBecoming(new NoAttention())).isEmpty();
    assertThat(new LinearAttention().objectionToBecoming(new LinearAttention())).isEmpty();
    assertThat(new LinearAttention().objectionToBecoming(new NoAttention())).isEmpty();
    assertThat(new LinearAttention().objectionToBecoming(FULL))
        .contains("gqa_4: a layer that is linear in the teacher cannot be turned into it");
    assertThat(new NoAttention().objectionToBecoming(new NoAttention())).isEmpty();
    for (Attention other : List.of(FULL, new LinearAttention())) {
      assertThat(new NoAttention().objectionToBecoming(other))
          .contains(other.id() + ": a layer that is noop in the teacher cannot be turned into it");
    }
  }

  @Test
  void anFfnBecomesNarrowerAndNotWider() {
    GatedFfn own = new GatedFfn(40);
    assertThat(own.objectionToBecoming(new GatedFfn(40))).isEmpty();
    assertThat(own.objectionToBecoming(new GatedFfn(1))).isEmpty();
    assertThat(own.objectionToBecoming(new GatedFfn(41)))
        .contains("ffn_41: the teacher has only 40 channels");
    assertThat(own.objectionToBecoming(EXPERTS))
        .contains("experts_8: the teacher has a single FFN");
    assertThat(own.objectionToBecoming(new LinearFfn())).isEmpty();
    assertThat(own.objectionToBecoming(new NoFfn())).isEmpty();
  }

  @Test
  void ofExpertsSomeMayGoButNotThoseThatWorkOnAToken() {
    assertThat(EXPERTS.objectionToBecoming(EXPERTS)).isEmpty();
    assertThat(EXPERTS.objectionToBecoming(EXPERTS.withCount(2))).isEmpty();
    assertThat(EXPERTS.objectionToBecoming(new ExpertsFfn(2, 2, 64, 32, List.of(5, 1)))).isEmpty();
    assertThat(EXPERTS.objectionToBecoming(new LinearFfn())).isEmpty();
    assertThat(EXPERTS.objectionToBecoming(new NoFfn())).isEmpty();
    for (Ffn other :
        List.of(
            EXPERTS.withCount(9),
            new ExpertsFfn(1, 1, 64, 32),
            new ExpertsFfn(4, 2, 63, 32),
            new ExpertsFfn(4, 2, 64, 0),
            new GatedFfn(8))) {
      assertThat(EXPERTS.objectionToBecoming(other))
          .contains(other.id() + ": the teacher has 8 experts, of which 2 work on a token");
    }
  }

  @Test
  void aLinearFfnBecomesNothingAndNothingStaysNothing() {
    assertThat(new LinearFfn().objectionToBecoming(new LinearFfn())).isEmpty();
    assertThat(new LinearFfn().objectionToBecoming(new NoFfn())).isEmpty();
    assertThat(new NoFfn().objectionToBecoming(new NoFfn())).isEmpty();
    for (Ffn other : List.of(new GatedFfn(1), EXPERTS)) {
      assertThat(new LinearFfn().objectionToBecoming(other))
          .contains(
              other.id() + ": a layer that is linear in the teacher cannot be turned into it");
    }
    for (Ffn other : List.of(new GatedFfn(1), EXPERTS, new LinearFfn())) {
      assertThat(new NoFfn().objectionToBecoming(other))
          .contains(other.id() + ": a layer that is noop in the teacher cannot be turned into it");
    }
  }
}
