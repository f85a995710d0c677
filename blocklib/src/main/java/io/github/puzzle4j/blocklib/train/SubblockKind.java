package io.github.puzzle4j.blocklib.train;

import java.util.Locale;

/** The two halves of a layer. */
public enum SubblockKind {
  ATTENTION,
  FFN;

  /** Lower-case name, as in files. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
