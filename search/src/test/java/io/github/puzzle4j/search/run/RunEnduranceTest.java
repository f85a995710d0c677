package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.puzzle4j.search.cli.CommandRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs that are killed, that run out of disk space, and of which single files are damaged: the
 * result is always that of an undisturbed run. Takes minutes; in the profile {@code endurance}.
 */
@Tag("endurance")
class RunEnduranceTest {

  private static final int KILLS = 20;
  private static final int DISKS = 10;

  /** After this many lines of progress at most; a run has about 50. */
  private static final int LINES = 50;

  private static final long LONGEST_DELAY_NANOS = 200_000_000;

  @TempDir static Path shared;

  private static DamagedRun finished;
  private static DamagedRun.Outcome undisturbed;

  @TempDir Path folder;

  @BeforeAll
  static void search() throws IOException {
    finished = new DamagedRun(SmallRun.in(shared.resolve("finished")));
    undisturbed = finished.search().outcome();
  }

  /**
   * Kills a process at its {@code n}-th line, and a little later: where exactly does not matter.
   */
  @Test
  void killedRunsGoOnToTheSameResult() throws Exception {
    SplittableRandom random = new SplittableRandom(13);
    Map<String, Integer> left = new HashMap<>();
    int inTheMidst = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      DamagedRun run = new DamagedRun(SmallRun.in(folder.resolve("kill-" + kill)));
      int lines = random.nextInt(LINES);
      inTheMidst += kill(run, lines, random.nextLong(LONGEST_DELAY_NANOS)) ? 1 : 0;
      try (Stream<Path> files = Files.walk(run.run())) {
        files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".tmp") || name.endsWith(".training"))
            .forEach(name -> left.merge(name.replaceAll(".*\\.", "."), 1, Integer::sum));
      }
      assertThat(run.search().outcome()).as("killed after %d lines", lines).isEqualTo(undisturbed);
      requireSwept(run);
    }
    System.out.printf(
        "%d of %d kills were in the midst of a run; left: %s%n", inTheMidst, KILLS, left);
    assertThat(inTheMidst).isGreaterThan(KILLS / 2);
  }

  /** Whether the process was still at work. */
  private static boolean kill(DamagedRun run, int lines, long delayNanos) throws Exception {
    Process process =
        OtherProcess.of(SearchingProcess.class, run.plan(), run.run())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader progress = process.inputReader()) {
      for (int line = 0; line <= lines && progress.readLine() != null; line++) {}
      LockSupport.parkNanos(delayNanos);
      boolean alive = process.isAlive();
      process.destroyForcibly().waitFor();
      return alive;
    }
  }

  private static void requireSwept(DamagedRun run) throws IOException {
    try (Stream<Path> files = Files.walk(run.run())) {
      assertThat(files)
          .noneMatch(file -> file.toString().endsWith(".tmp"))
          .noneMatch(file -> file.toString().endsWith(".training"))
          .noneMatch(file -> file.toString().contains("/activations/"));
    }
  }

  /** Needs the right to mount a file system in memory. */
  @Test
  void fullDisksLoseNothing() throws Exception {
    long needed = bytes(finished.run());
    Map<Long, String> ends = new LinkedHashMap<>();
    for (int disk = 0; disk < DISKS; disk++) {
      long size = needed * (2 * disk + 1) / (2 * DISKS);
      DamagedRun run = new DamagedRun(SmallRun.in(folder.resolve("disk-" + disk)));
      Files.createDirectories(run.run());
      assumeThat(system("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", run.run()))
          .as("the right to mount")
          .isZero();
      try {
        CommandRun full = CommandRun.of("search", run.plan(), "--out", run.run());
        requireNamesPath(full, run.run());
        ends.put(size, full.err().lines().toList().getLast());
        system("mount", "-o", "remount,size=" + 4 * needed, run.run());
        assertThat(run.search().outcome()).as("disk of %d bytes", size).isEqualTo(undisturbed);
        requireSwept(run);
      } finally {
        system("umount", run.run());
      }
    }
    ends.forEach((size, line) -> System.out.printf(Locale.ROOT, "%,d bytes: %s%n", size, line));
    assertThat(ends.values())
        .filteredOn(line -> line.startsWith("puzzle4j: "))
        .hasSizeGreaterThan(7);
  }

  private static void requireNamesPath(CommandRun full, Path run) {
    assertThat(full.err()).doesNotContain("\tat ");
    if (full.exitCode() != 0) {
      assertThat(full.exitCode()).isEqualTo(2);
      assertThat(full.err().lines().toList().getLast())
          .startsWith("puzzle4j: " + run)
          .endsWith(
              ": cannot be written, No space left on device; when that is mended, run the same"
                  + " command again: what is finished is kept");
    }
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      // As a file system in memory counts.
      return files.mapToLong(file -> (file.toFile().length() + 4095) / 4096 * 4096).sum();
    }
  }

  private static int system(Object... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Stream.of(command).map(Object::toString).toList())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(1, TimeUnit.MINUTES) ? process.exitValue() : -1;
  }

  /** As in {@link RunDamageTest}, but one file at a time. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void oneDamagedFileChangesNothing(int part) throws IOException {
    List<Map.Entry<String, String>> kinds = List.copyOf(DamagedRun.FINISHED.entrySet());
    for (int kind = part; kind < kinds.size(); kind += 4) {
      for (Damage damage : Damage.values()) {
        DamagedRun run =
            DamagedRun.copy(finished, folder.resolve("%d-%s".formatted(kind, damage.name())));
        Path victim = run.file(kinds.get(kind).getValue());
        if (damage.fits(victim)) {
          damage.doTo(victim);
          assertThat(run.search().outcome())
              .as("%s: %s", kinds.get(kind).getKey(), damage)
              .isEqualTo(undisturbed);
        }
      }
    }
  }

  /** States of trainings and activations that a killed process leaves. */
  @Test
  void whatAKilledRunLeavesMayBeDamagedToo() throws Exception {
    DamagedRun whole =
        new DamagedRun(SmallRun.in(folder.resolve("whole")), DamagedRun.LONG_TRAININGS);
    DamagedRun.Outcome expected = whole.search().outcome();
    DamagedRun killed = killedInATraining();
    for (String glob : DamagedRun.STOPPED.values()) {
      for (Damage damage : Damage.values()) {
        DamagedRun run =
            DamagedRun.copy(
                killed, folder.resolve("%d-%s".formatted(glob.hashCode(), damage.name())));
        Path victim = run.file(glob);
        if (damage.fits(victim)) {
          damage.doTo(victim);
          DamagedRun.Again again = run.search();
          assertThat(again.outcome()).as("%s: %s", glob, damage).isEqualTo(expected);
          if (damage != Damage.DELETED) {
            assertThat(again.lines())
                .as("%s: %s", glob, damage)
                .anyMatch(line -> line.contains(victim.toString()));
          }
        }
      }
    }
  }

  /** After the first training; a state is there except in the moment between two trainings. */
  private DamagedRun killedInATraining() throws Exception {
    for (int attempt = 0; attempt < KILLS; attempt++) {
      DamagedRun run =
          new DamagedRun(
              SmallRun.in(folder.resolve("killed-" + attempt)), DamagedRun.LONG_TRAININGS);
      kill(run, 3, LONGEST_DELAY_NANOS * attempt / KILLS);
      if (hasLeft(run)) {
        return run;
      }
    }
    throw new AssertionError("no kill left the state of a training");
  }

  private static boolean hasLeft(DamagedRun run) throws IOException {
    for (String glob : DamagedRun.STOPPED.values()) {
      if (!run.has(glob)) {
        return false;
      }
    }
    return true;
  }
}
