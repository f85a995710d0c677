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
      requireNarrower(config, variant);
    }
    for (FfnVariant variant : ffn) {
      requireKind(config, variant);
      if (variant.channels(config) > config.intermediateSize()) {
        throw new IllegalArgumentException(
            "%s: the teacher has only %d channels"
                .formatted(variant.id(), config.intermediateSize()));
      }
    }
  }

  private static void requireNarrower(ModelConfig config, AttentionVariant variant) {
    int window = config.traits().window();
    if (variant instanceof AttentionVariant.SlidingWindow(int tokens)
        && window != AttentionTraits.FULL
        && tokens > window) {
      throw new IllegalArgumentException(
          "%s: the teacher sees only %d tokens".formatted(variant.id(), window));
    }
  }

  /** Experts are made from experts, and a single FFN from a single one. */
  private static void requireKind(ModelConfig config, FfnVariant variant) {
    boolean fits =
        switch (variant) {
          case FfnVariant.Experts(int count) ->
              config.experts().present()
                  && count <= config.experts().count()
                  && count >= config.experts().chosen();
          case FfnVariant.Pruned(_) -> !config.experts().present();
          case FfnVariant.Teacher(), FfnVariant.Linear(), FfnVariant.NoOp() -> true;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "%s: the teacher has %s"
              .formatted(
                  variant.id(),
                  config.experts().present()
                      ? "%d experts, of which %d work on a token"
                          .formatted(config.experts().count(), config.experts().chosen())
                      : "a single FFN"));
    }
  }
}
