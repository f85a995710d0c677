package io.github.puzzle4j.blocklib.tensor.torch;

import java.lang.foreign.Arena;

/**
 * An operator of PyTorch by its name and overload, as its schema has them.
 *
 * @param name for people
 * @param nameAddress C string for the dispatcher
 * @param overloadAddress C string for the dispatcher
 */
record Operator(String name, long nameAddress, long overloadAddress) {

  /** Such as {@code add.Tensor}; what stands before the point is in the namespace aten. */
  static Operator of(String name) {
    int point = name.indexOf('.');
    String base = point < 0 ? name : name.substring(0, point);
    String overload = point < 0 ? "" : name.substring(point + 1);
    Arena arena = Arena.global();
    return new Operator(
        name,
        arena.allocateFrom("aten::" + base).address(),
        arena.allocateFrom(overload).address());
  }
}
