package io.github.puzzle4j.blocklib.train;

import java.util.Locale;

/** What of a layer a variant replaces: one of its halves, or both as a pair trained together. */
public enum SubblockKind {
  ATTENTION,
  FFN,
  BLOCK;

  /** Lower-case name, as in files. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
