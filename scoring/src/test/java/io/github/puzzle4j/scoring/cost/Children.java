package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Search spaces, and random choices from them, for teachers whose layers are all alike. */
final class Children {

  private Children() {}

  /** Every division of the KV heads by two, and FFN widths in even steps. */
  static SearchSpace space(Model teacher, int widths) {
    SoftmaxAttention own = Teachers.attention(teacher);
    List<Attention> attention = new ArrayList<>();
    for (int kvHeads = own.heads().kvHeads() / 2; kvHeads >= 1; kvHeads /= 2) {
      attention.add(own.withKvHeads(kvHeads));
    }
    attention.add(new LinearAttention());
    attention.add(new NoAttention());
    int channels = Teachers.ffn(teacher).channelsPerToken();
    List<Ffn> ffn = new ArrayList<>();
    IntStream.range(1, widths)
        .map(step -> Math.max(1, channels * step / widths))
        .forEach(width -> ffn.add(new GatedFfn(width)));
    ffn.add(new LinearFfn());
    ffn.add(new NoFfn());
    return SearchSpace.uniform(teacher, attention, ffn);
  }

  /** A space with the teacher alone. */
  static SearchSpace none(Model teacher) {
    return SearchSpace.uniform(teacher, List.of(), List.of());
  }

  static Layer layer(Model teacher, RandomGenerator random) {
    List<Layer> layers = space(teacher, 8).layer(0).layers();
    return layers.get(random.nextInt(layers.size()));
  }

  /** A child with a random choice for each layer. */
  static Model random(Model teacher, RandomGenerator random) {
    return teacher.withLayers(
        IntStream.range(0, teacher.layers().size())
            .mapToObj(layer -> layer(teacher, random))
            .toList());
  }
}
