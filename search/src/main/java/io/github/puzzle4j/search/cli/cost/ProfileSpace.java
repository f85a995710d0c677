package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.plan.AttentionChoice;
import io.github.puzzle4j.search.plan.FfnChoice;
import io.github.puzzle4j.search.plan.Space;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

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
  private static ProfileSpace of(SearchSpace space) {
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

  /** The variants of these names; {@code linear} and {@code noop} mean both subblocks. */
  static ProfileSpace named(Model teacher, List<String> names) throws CliException {
    List<AttentionChoice> attention = new ArrayList<>();
    List<FfnChoice> ffn = new ArrayList<>();
    for (String name : names) {
      Optional<AttentionChoice> ofAttention = parsed(() -> AttentionChoice.parse(name));
      Optional<FfnChoice> ofFfn = parsed(() -> FfnChoice.parse(name));
      if (ofAttention.isEmpty() && ofFfn.isEmpty()) {
        throw new CliException.UserMistake(
            "--variants: unknown variant '%s'; there are %s, %s"
                .formatted(name, AttentionChoice.WORDS, FfnChoice.WORDS));
      }
      ofAttention.ifPresent(attention::add);
      ofFfn.ifPresent(ffn::add);
    }
    try {
      return of(new Space(attention, ffn, 1, List.of()).resolve(teacher));
    } catch (IllegalArgumentException unfit) {
      throw new CliException.UserMistake("--variants: " + unfit.getMessage());
    }
  }

  private static <T> Optional<T> parsed(Supplier<T> parser) {
    try {
      return Optional.of(parser.get());
    } catch (IllegalArgumentException otherSubblock) {
      return Optional.empty();
    }
  }

  /** The same variants for every layer of a teacher whose layers are alike. */
  public SearchSpace of(Model teacher) {
    return SearchSpace.uniform(teacher, attention, ffn);
  }
}
