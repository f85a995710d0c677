package io.github.puzzle4j.blocklib.arch;

import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The variants that every layer may take. The teacher's own subblocks are always among them, first.
 */
public record SearchSpace(List<AttentionVariant> attention, List<FfnVariant> ffn) {

  public SearchSpace {
    Set<AttentionVariant> attentions = new LinkedHashSet<>(List.of(new AttentionVariant.Teacher()));
    attentions.addAll(attention);
    attention = List.copyOf(attentions);
    Set<FfnVariant> ffns = new LinkedHashSet<>(List.of(new FfnVariant.Teacher()));
    ffns.addAll(ffn);
    ffn = List.copyOf(ffns);
  }

  /** Every pair of an attention and an FFN variant; the teacher's own pair first. */
  public List<BlockVariant> blocks() {
    return attention.stream().flatMap(a -> ffn.stream().map(f -> new BlockVariant(a, f))).toList();
  }

  /**
   * Refuses variants that a teacher of this shape cannot be turned into.
   *
   * @throws IllegalArgumentException naming the variant and the shape that it does not fit
   */
  public void requireFits(ModelConfig config) {
    for (AttentionVariant variant : attention) {
      if (variant instanceof AttentionVariant.GroupedQuery(int kvHeads)
          && config.attention().kvHeads() % kvHeads != 0) {
        throw new IllegalArgumentException(
            "%s: %d KV heads do not divide the teacher's %d"
                .formatted(variant.id(), kvHeads, config.attention().kvHeads()));
      }
    }
    for (FfnVariant variant : ffn) {
      if (variant.channels(config) > config.intermediateSize()) {
        throw new IllegalArgumentException(
            "%s: the teacher has only %d channels"
                .formatted(variant.id(), config.intermediateSize()));
      }
    }
  }
}
