package io.github.puzzle4j.blocklib.arch;

import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.util.Optional;

/** One alternative for a whole layer: an attention and an FFN variant. */
public record BlockVariant(AttentionVariant attention, FfnVariant ffn) {

  /** The layer as the teacher has it. */
  public static BlockVariant teacher() {
    return new BlockVariant(new AttentionVariant.Teacher(), new FfnVariant.Teacher());
  }

  /** Stable name such as {@code gqa_2+ffn_2816}. */
  public String id() {
    return attention.id() + "+" + ffn.id();
  }

  /** Trainable numbers of the layer. */
  public long parameters(ModelConfig config) {
    return attention.parameters(config) + ffn.parameters(config);
  }

  /** Why engines do not divide the layer among so many GPUs; empty if they do. */
  public Optional<String> objection(ModelConfig config, int gpus) {
    return attention.objection(config, gpus).or(() -> ffn.objection(config, gpus));
  }

  /**
   * The variant with this {@link #id()}.
   *
   * @throws IllegalArgumentException if it is not two known variants joined by a plus sign
   */
  public static BlockVariant parse(String id) {
    int plus = id.indexOf('+');
    if (plus < 0) {
      throw new IllegalArgumentException(
          "block variant '%s' is not <attention>+<ffn>, such as gqa_2+ffn_2816".formatted(id));
    }
    return new BlockVariant(
        AttentionVariant.parse(id.substring(0, plus)), FfnVariant.parse(id.substring(plus + 1)));
  }
}
