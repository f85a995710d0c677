package io.github.puzzle4j.blocklib;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import java.io.Serial;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;

/**
 * Subblocks in JSON: their components, and their kind by its class name, such as {@code {"kind":
 * "GatedFfn", "channels": 512}}. The sealed interfaces list the kinds.
 */
final class SubblockKinds extends SimpleModule {

  @Serial private static final long serialVersionUID = 1;

  /** Getters such as {@code isPlain} are not components. */
  @JsonAutoDetect(isGetterVisibility = JsonAutoDetect.Visibility.NONE)
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  private interface ByKind {}

  SubblockKinds() {
    add(Attention.class);
    add(Ffn.class);
  }

  private void add(Class<?> subblocks) {
    setMixInAnnotation(subblocks, ByKind.class);
    for (Class<?> kind : subblocks.getPermittedSubclasses()) {
      registerSubtypes(new NamedType(kind, kind.getSimpleName()));
    }
  }
}
