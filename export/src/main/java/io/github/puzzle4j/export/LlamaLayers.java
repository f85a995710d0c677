package io.github.puzzle4j.export;

import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.util.Optional;

/** Checks layers for layouts of Llamas whose layers may differ. */
public final class LlamaLayers {

  private LlamaLayers() {}

  /**
   * Why such a layout cannot hold a layer, in one sentence without a full stop; empty if it can.
   *
   * @param layout its name, for the message
   */
  public static Optional<String> objection(String layout, Layer layer) {
    Optional<String> ofAttention =
        switch (layer.attention()) {
          case SoftmaxAttention attention ->
              attention.isPlain()
                  ? Optional.empty()
                  : Optional.of(
                      "%s: the layout %s has no biases, head norms or windows"
                          .formatted(attention.id(), layout));
          case LinearAttention _, NoAttention _ -> Optional.empty();
        };
    return ofAttention.or(() ->
        switch (layer.ffn()) {
          case GatedFfn _, LinearFfn _, NoFfn _ -> Optional.empty();
          case ExpertsFfn experts ->
              Optional.of("%s: the layout %s has no experts".formatted(experts.id(), layout));
        });
  }
}
