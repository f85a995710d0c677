package io.github.puzzle4j.blocklib.arch;

import java.util.List;

/** What an attention and an FFN variant have in common: a name, a size, and work to do. */
public interface Subblock {

  /** Stable name, unique within its kind: part of file names, candidates and reports. */
  String id();

  /** Trainable numbers of this subblock, its norm included. */
  long parameters(ModelConfig config);

  /** The kernels of one forward pass, in order; empty where the subblock is left out. */
  List<Operation> operations(ModelConfig config);
}
