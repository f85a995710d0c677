package io.github.puzzle4j.blocklib.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/** The files of a checkpoint as one source of its tensors, under the names of Hugging Face. */
interface StoredTensors extends TensorSource, AutoCloseable {

  /** The files. */
  List<Path> files();

  /** Bytes by the type that the files name. */
  SortedMap<String, Long> bytesByType() throws IOException;

  /** Unmaps the files. */
  @Override
  void close();
}
