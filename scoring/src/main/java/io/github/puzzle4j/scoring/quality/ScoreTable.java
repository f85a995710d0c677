package io.github.puzzle4j.scoring.quality;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The scores of every layer and block variant. */
public final class ScoreTable {

  private record Key(int layer, String variant) {}

  private final Map<Key, VariantScore> byKey = new LinkedHashMap<>();

  /**
   * A table.
   *
   * @throws IllegalArgumentException if a layer has two scores of one variant
   */
  public ScoreTable(List<VariantScore> scores) {
    for (VariantScore score : scores) {
      if (byKey.put(new Key(score.layer(), score.variant()), score) != null) {
        throw new IllegalArgumentException(
            "layer %d has two scores of %s".formatted(score.layer(), score.variant()));
      }
    }
  }

  /** All scores, layer by layer. */
  public List<VariantScore> all() {
    return List.copyOf(Collections.unmodifiableCollection(byKey.values()));
  }

  /**
   * One score.
   *
   * @throws IllegalArgumentException if there is none
   */
  public VariantScore score(int layer, String variant) {
    VariantScore score = byKey.get(new Key(layer, variant));
    if (score == null) {
      throw new IllegalArgumentException("no score of %s at layer %d".formatted(variant, layer));
    }
    return score;
  }
}
