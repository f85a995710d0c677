package io.github.puzzle4j.blocklib.tensor.engine;

/** An operation failed in the engine's library: which one, on what, and what the library said. */
public class TensorException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With the operation, the shapes and types of its operands, and the library's words. */
  public TensorException(String message) {
    super(message);
  }
}
