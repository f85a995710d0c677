package io.github.puzzle4j.search.rows;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.KvCache;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the variants of a search are made of, each once. */
final class VariantRows {

  private final String point;
  private final RunTable.Sink sink;
  private final Set<String> written = new HashSet<>();

  VariantRows(String point, RunTable.Sink sink) {
    this.point = point;
    this.sink = sink;
  }

  void write(List<Replacement> replacements) throws IOException {
    for (Replacement replacement : replacements) {
      if (written.add(replacement.variant())) {
        for (int place = 0; place < replacement.instead().size(); place++) {
          write(replacement.variant(), place, replacement.instead().get(place));
        }
      }
    }
  }

  private void write(String variant, int place, Layer layer) throws IOException {
    sink.add(
        RunTable.VARIANTS,
        point,
        variant,
        place,
        layer.attention().id(),
        layer.attention().cache().map(KvCache::kvHeads).orElse(0),
        window(layer.attention()),
        layer.ffn().id(),
        layer.ffn().channelsPerToken());
  }

  private static int window(Attention attention) {
    return attention instanceof SoftmaxAttention softmax ? softmax.window() : 0;
  }
}
