package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Replacement;
import java.util.Locale;

/** The part of a replacement that is trained; the rest keeps the teacher's weights. */
public enum TrainedPart {
  /** The attention of one layer. */
  ATTENTION,
  /** The FFN of one layer. */
  FFN,
  /** All layers that replace the span. */
  BLOCK;

  /** The part that differs from the teacher. */
  static TrainedPart of(Model teacher, Replacement replacement) {
    if (replacement.span().length() > 1) {
      return BLOCK;
    }
    Layer own = teacher.layers().get(replacement.span().first());
    Layer instead = replacement.instead().getFirst();
    if (instead.ffn().equals(own.ffn())) {
      return ATTENTION;
    }
    return instead.attention().equals(own.attention()) ? FFN : BLOCK;
  }

  /** Lower-case name, as in files. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Short name of what is trained, such as {@code gqa_2}. */
  public String variant(Replacement replacement) {
    return switch (this) {
      case ATTENTION -> replacement.instead().getFirst().attention().id();
      case FFN -> replacement.instead().getFirst().ffn().id();
      case BLOCK -> replacement.variant();
    };
  }
}
