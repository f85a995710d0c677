package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.search.cli.frame.CliException;
import java.util.ArrayList;
import java.util.List;

/** Which variants of a teacher a profile measures. */
public final class ProfileSpace {

  private ProfileSpace() {}

  /** Variants over the whole range of what a search may ask for. */
  public static SearchSpace usual(ModelConfig config) {
    List<AttentionVariant> attention = new ArrayList<>();
    int kvHeads = config.attention().kvHeads();
    if (kvHeads % 2 == 0) {
      attention.add(new AttentionVariant.GroupedQuery(kvHeads / 2));
    }
    if (kvHeads > 2) {
      attention.add(new AttentionVariant.GroupedQuery(1));
    }
    attention.add(new AttentionVariant.Linear());
    List<FfnVariant> ffn = new ArrayList<>();
    for (int quarters = 3; quarters > 0; quarters--) {
      ffn.add(new FfnVariant.Pruned(Math.max(1, config.intermediateSize() * quarters / 4)));
    }
    ffn.add(new FfnVariant.Linear());
    return new SearchSpace(attention, ffn);
  }

  /** The variants of these ids; {@code linear} and {@code noop} mean both subblocks. */
  static SearchSpace named(ModelConfig config, List<String> ids) throws CliException {
    List<AttentionVariant> attention = new ArrayList<>();
    List<FfnVariant> ffn = new ArrayList<>();
    for (String id : ids) {
      try {
        if (!id.startsWith("ffn_")) {
          attention.add(AttentionVariant.parse(id));
        }
        if (!id.startsWith("gqa_")) {
          ffn.add(FfnVariant.parse(id));
        }
        SearchSpace space = new SearchSpace(attention, ffn);
        space.requireFits(config);
      } catch (IllegalArgumentException unknown) {
        throw new CliException.UserMistake("--variants: " + unknown.getMessage());
      }
    }
    return new SearchSpace(attention, ffn);
  }
}
