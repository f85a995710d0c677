package io.github.puzzle4j.search.bench.solve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** All kinds of instances of a size. */
public final class Instances {

  /** Above this, plain backends take most of a minute for one problem. */
  private static final int MANY_CANDIDATES = 10_000;

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

  /**
   * A third of them, in which every pair of family and tightness, and of family and numbers,
   * occurs: 15 instances.
   */
  public static List<Instance> everyThird(int layers, int variants, long seed) {
    List<Numbers> kinds = List.of(Numbers.values());
    List<Instance> instances = new ArrayList<>();
    int turn = 0;
    for (Family family : Family.values()) {
      for (Tightness tightness : Tightness.values()) {
        Numbers numbers = kinds.get(turn % kinds.size());
        instances.add(new Instance(family, tightness, numbers, layers, variants, seed));
        turn++;
      }
      turn++;
    }
    return List.copyOf(instances);
  }

  /**
   * The instances of a short run: {@link #everyThird}, or one of each family where plain backends
   * would take minutes. Those of {@link Family#STRONG} that are not loose are left out: no plain
   * backend finishes them. A large one uses the whole time limit of every solver, so it is last: a
   * run that ends early has measured the others.
   */
  public static List<Instance> usual(int layers, int variants, long seed) {
    boolean large = (long) layers * variants > MANY_CANDIDATES;
    List<Instance> instances = new ArrayList<>();
    for (Instance instance : everyThird(layers, variants, seed)) {
      if (!large || instance.tightness() == exemplary(instance.family())) {
        boolean endless = instance.family() == Family.STRONG;
        instances.add(endless ? instance.with(Tightness.LOOSE) : instance);
      }
    }
    if (large) {
      instances.sort(Comparator.comparing(instance -> instance.family() == Family.STRONG));
    }
    return List.copyOf(instances);
  }

  private static Tightness exemplary(Family family) {
    return switch (family) {
      case UNCORRELATED, GRID -> Tightness.MEDIUM;
      case CORRELATED -> Tightness.TIGHT;
      case STRONG, COUNTS -> Tightness.LOOSE;
    };
  }
}
