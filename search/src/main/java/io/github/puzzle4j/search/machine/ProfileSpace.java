package io.github.puzzle4j.search.machine;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.search.plan.AttentionChoice;
import io.github.puzzle4j.search.plan.FfnChoice;
import io.github.puzzle4j.search.plan.Space;
import java.util.ArrayList;
import java.util.List;

/**
 * Which variants of a teacher a profile measures.
 *
 * @param attention attention variants, the teacher's own among them
 * @param ffn FFN variants, the teacher's own among them
 */
public record ProfileSpace(List<Attention> attention, List<Ffn> ffn) {

  public ProfileSpace {
    attention = List.copyOf(attention);
    ffn = List.copyOf(ffn);
  }

  /** All options of the layers of a space. */
  public static ProfileSpace of(SearchSpace space) {
    return new ProfileSpace(
        space.layers().stream().flatMap(one -> one.attention().stream()).distinct().toList(),
        space.layers().stream().flatMap(one -> one.ffn().stream()).distinct().toList());
  }

  /** Variants over the whole range of a usual search. */
  public static ProfileSpace usual(Model teacher) {
    Layer own = teacher.layers().getFirst();
    List<AttentionChoice> attention = new ArrayList<>();
    int kvHeads = own.attention().cache().map(cache -> cache.kvHeads()).orElse(0);
    if (kvHeads % 2 == 0 && kvHeads > 0) {
      attention.add(AttentionChoice.parse("gqa_" + kvHeads / 2));
    }
    if (kvHeads > 2) {
      attention.add(AttentionChoice.parse("gqa_1"));
    }
    attention.add(AttentionChoice.parse("linear"));
    List<FfnChoice> ffn = new ArrayList<>();
    for (int quarters = 3; quarters > 0; quarters--) {
      ffn.add(
          FfnChoice.parse(
              String.valueOf(Math.max(1, own.ffn().channelsPerToken() * quarters / 4))));
    }
    ffn.add(FfnChoice.parse("linear"));
    return of(new Space(attention, ffn, 1, List.of()).resolve(teacher));
  }

  /** The same variants for every layer of a teacher whose layers are alike. */
  public SearchSpace of(Model teacher) {
    return SearchSpace.uniform(teacher, attention, ffn);
  }
}
