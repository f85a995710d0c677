package io.github.puzzle4j.blocklib.arch;

import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The variants that a layer may take. The layer's own subblocks are always among them, first.
 *
 * @param own what the layer is in its teacher; {@code teacher+teacher} where all layers are alike
 * @param attention what may stand in the place of its attention; {@code teacher} is its own
 * @param ffn what may stand in the place of its FFN; {@code teacher} is its own
 */
public record SearchSpace(
    BlockVariant own, List<AttentionVariant> attention, List<FfnVariant> ffn) {

  public SearchSpace {
    Set<AttentionVariant> attentions = new LinkedHashSet<>(List.of(own.attention()));
    attention.stream()
        .filter(variant -> !(variant instanceof AttentionVariant.Teacher))
        .forEach(attentions::add);
    attention = List.copyOf(attentions);
    Set<FfnVariant> ffns = new LinkedHashSet<>(List.of(own.ffn()));
    ffn.stream().filter(variant -> !(variant instanceof FfnVariant.Teacher)).forEach(ffns::add);
    ffn = List.copyOf(ffns);
  }

  /** The space of a layer that has the teacher's full shape. */
  public SearchSpace(List<AttentionVariant> attention, List<FfnVariant> ffn) {
    this(BlockVariant.teacher(), attention, ffn);
  }

  /** Every pair of an attention and an FFN variant; the layer's own pair first. */
  public List<BlockVariant> blocks() {
    return attention.stream().flatMap(a -> ffn.stream().map(f -> new BlockVariant(a, f))).toList();
  }

  /** The attention variants that are not the layer's own. */
  public List<AttentionVariant> otherAttention() {
    return attention.subList(1, attention.size());
  }

  /** The FFN variants that are not the layer's own. */
  public List<FfnVariant> otherFfn() {
    return ffn.subList(1, ffn.size());
  }

  /**
   * Refuses variants that the layer cannot be turned into.
   *
   * @throws IllegalArgumentException naming the variant and the shape that it does not fit
   */
  public void requireFits(ModelConfig config) {
    Stream.concat(
            attention.stream().map(variant -> objection(config, variant)),
            ffn.stream().map(variant -> objection(config, variant)))
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(why -> {
          throw new IllegalArgumentException(why);
        });
  }

  /** The same without the variants that the layer cannot be turned into. */
  SearchSpace fitting(ModelConfig config) {
    return new SearchSpace(
        own,
        attention.stream().filter(variant -> objection(config, variant).isEmpty()).toList(),
        ffn.stream().filter(variant -> objection(config, variant).isEmpty()).toList());
  }

  /** Why the layer's attention cannot be turned into a variant; empty if it can. */
  Optional<String> objection(ModelConfig config, AttentionVariant variant) {
    if (variant.equals(own.attention())) {
      return Optional.empty();
    }
    return switch (own.attention()) {
      case AttentionVariant.Teacher() -> fewerHeads(config, config.attention().kvHeads(), variant);
      case AttentionVariant.GroupedQuery(int kvHeads) ->
          variant instanceof AttentionVariant.SlidingWindow
              ? unfit(variant.id(), own.attention().id())
              : fewerHeads(config, kvHeads, variant);
      case AttentionVariant.SlidingWindow(int tokens) ->
          switch (variant) {
            case AttentionVariant.Teacher(), AttentionVariant.GroupedQuery(_) ->
                unfit(variant.id(), own.attention().id());
            case AttentionVariant.SlidingWindow(int fewer) -> narrower(variant, tokens, fewer);
            case AttentionVariant.Linear(), AttentionVariant.NoOp() -> Optional.empty();
          };
      case AttentionVariant.Linear(), AttentionVariant.NoOp() ->
          variant instanceof AttentionVariant.NoOp
              ? Optional.empty()
              : unfit(variant.id(), own.attention().id());
    };
  }

  private static Optional<String> fewerHeads(
      ModelConfig config, int ownKvHeads, AttentionVariant variant) {
    return switch (variant) {
      case AttentionVariant.GroupedQuery(int kvHeads) ->
          ownKvHeads % kvHeads == 0
              ? Optional.empty()
              : Optional.of(
                  "%s: %d KV heads do not divide the teacher's %d"
                      .formatted(variant.id(), kvHeads, ownKvHeads));
      case AttentionVariant.SlidingWindow(int tokens) ->
          config.traits().window() == AttentionTraits.FULL
              ? Optional.empty()
              : narrower(variant, config.traits().window(), tokens);
      case AttentionVariant.Teacher(), AttentionVariant.Linear(), AttentionVariant.NoOp() ->
          Optional.empty();
    };
  }

  private static Optional<String> narrower(AttentionVariant variant, int window, int tokens) {
    return tokens <= window
        ? Optional.empty()
        : Optional.of("%s: the teacher sees only %d tokens".formatted(variant.id(), window));
  }

  /** Why the layer's FFN cannot be turned into a variant; empty if it can. */
  Optional<String> objection(ModelConfig config, FfnVariant variant) {
    if (variant.equals(own.ffn())) {
      return Optional.empty();
    }
    return switch (own.ffn()) {
      case FfnVariant.Teacher() -> otherKind(config, variant).or(() -> wider(config, variant));
      case FfnVariant.Pruned(_) ->
          variant instanceof FfnVariant.Experts
              ? unfit(variant.id(), own.ffn().id())
              : wider(config, variant);
      case FfnVariant.Experts(_) ->
          variant instanceof FfnVariant.Experts || variant instanceof FfnVariant.Pruned
              ? unfit(variant.id(), own.ffn().id())
              : Optional.empty();
      case FfnVariant.Linear(), FfnVariant.NoOp() ->
          variant instanceof FfnVariant.NoOp
              ? Optional.empty()
              : unfit(variant.id(), own.ffn().id());
    };
  }

  private Optional<String> wider(ModelConfig config, FfnVariant variant) {
    int channels =
        own.ffn() instanceof FfnVariant.Teacher
            ? config.intermediateSize()
            : own.ffn().channels(config);
    return variant.channels(config) <= channels
        ? Optional.empty()
        : Optional.of("%s: the teacher has only %d channels".formatted(variant.id(), channels));
  }

  /** Experts are made from experts, and a single FFN from a single one. */
  private static Optional<String> otherKind(ModelConfig config, FfnVariant variant) {
    Experts experts = config.experts();
    boolean fits =
        switch (variant) {
          case FfnVariant.Experts(int count) ->
              experts.present() && count <= experts.count() && count >= experts.chosen();
          case FfnVariant.Pruned(_) -> !experts.present();
          case FfnVariant.Teacher(), FfnVariant.Linear(), FfnVariant.NoOp() -> true;
        };
    return fits
        ? Optional.empty()
        : Optional.of(
            "%s: the teacher has %s"
                .formatted(
                    variant.id(),
                    experts.present()
                        ? "%d experts, of which %d work on a token"
                            .formatted(experts.count(), experts.chosen())
                        : "a single FFN"));
  }

  private static Optional<String> unfit(String variant, String own) {
    return Optional.of(
        "%s: a layer that is %s in the teacher cannot be turned into it".formatted(variant, own));
  }
}
