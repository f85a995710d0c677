package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Search spaces, and random choices from them. */
final class Children {

  private Children() {}

  /** Every division of the KV heads by two, and FFN widths in even steps. */
  static SearchSpace space(ModelConfig config, int widths) {
    List<AttentionVariant> attention = new ArrayList<>();
    for (int kvHeads = config.attention().kvHeads() / 2; kvHeads >= 1; kvHeads /= 2) {
      attention.add(new AttentionVariant.GroupedQuery(kvHeads));
    }
    attention.add(new AttentionVariant.Linear());
    attention.add(new AttentionVariant.NoOp());
    List<FfnVariant> ffn = new ArrayList<>();
    IntStream.range(1, widths)
        .map(step -> Math.max(1, config.intermediateSize() * step / widths))
        .forEach(width -> ffn.add(new FfnVariant.Pruned(width)));
    ffn.add(new FfnVariant.Linear());
    ffn.add(new FfnVariant.NoOp());
    return new SearchSpace(attention, ffn);
  }

  static BlockVariant block(ModelConfig config, RandomGenerator random) {
    List<BlockVariant> blocks = space(config, 8).blocks();
    return blocks.get(random.nextInt(blocks.size()));
  }
}
