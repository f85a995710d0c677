package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import java.util.List;

/**
 * The variants that every layer may take, beside the teacher's own.
 *
 * @param attention attention variants
 * @param ffn FFN variants
 * @param channelMultiple what shares of the channels are rounded to; GPUs like 256
 */
public record Space(List<AttentionVariant> attention, List<FfnChoice> ffn, int channelMultiple) {

  public Space {
    Require.that(
        !attention.isEmpty() || !ffn.isEmpty(),
        "attention",
        "must name a variant, unless ffn does: there would be nothing to search");
    attention = Require.distinct("attention", attention);
    ffn = Require.distinct("ffn", ffn);
    Require.within("channelMultiple", channelMultiple, 1, 1 << 16);
  }

  /**
   * The variants for a teacher of this shape.
   *
   * @throws IllegalArgumentException naming a variant that the teacher cannot be turned into
   */
  public SearchSpace resolve(ModelConfig config) {
    SearchSpace space =
        new SearchSpace(
            attention,
            ffn.stream().map(choice -> choice.resolve(config, channelMultiple)).toList());
    space.requireFits(config);
    return space;
  }
}
