package io.github.puzzle4j.solver.bench;

import java.util.ArrayList;
import java.util.List;

/** All kinds of instances of a size. */
public final class Instances {

  private Instances() {}

  /** Every family, tightness and kind of numbers: 45 instances, families first. */
  public static List<Instance> of(int layers, int variants, long seed) {
    List<Instance> instances = new ArrayList<>();
    for (Family family : Family.values()) {
      for (Tightness tightness : Tightness.values()) {
        for (Numbers numbers : Numbers.values()) {
          instances.add(new Instance(family, tightness, numbers, layers, variants, seed));
        }
      }
    }
    return List.copyOf(instances);
  }
}
