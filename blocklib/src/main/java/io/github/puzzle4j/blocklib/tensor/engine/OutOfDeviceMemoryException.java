package io.github.puzzle4j.blocklib.tensor.engine;

/** A device has no memory left for the result of an operation. */
public final class OutOfDeviceMemoryException extends TensorException {

  private static final long serialVersionUID = 1L;

  /** With the operation and what the library said. */
  public OutOfDeviceMemoryException(String message) {
    super(message);
  }
}
