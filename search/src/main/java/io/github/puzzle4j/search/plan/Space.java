package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.LayerSpaces;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import java.util.List;

/**
 * The variants that every layer may take that can be turned into them, beside its own.
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
   * The variants for each layer of a teacher. Shares are of the layer's own channels.
   *
   * @throws IllegalArgumentException naming a variant that no layer can be turned into
   */
  public LayerSpaces resolve(Architecture teacher) {
    return LayerSpaces.of(
        teacher,
        own ->
            new SearchSpace(
                own,
                attention,
                ffn.stream()
                    .map(choice -> choice.resolve(own.ffn(), teacher.config(), channelMultiple))
                    .toList()));
  }
}
