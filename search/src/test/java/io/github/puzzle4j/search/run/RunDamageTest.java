package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.StringJoiner;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of a run that are damaged in every way: the result is that of an undisturbed run. The table
 * in {@code docs/tasks.md} is what this test finds; with {@code -Dpuzzle4j.docs.update=true} it is
 * written anew.
 */
class RunDamageTest {

  private static final Path PAGE = Path.of("..", "docs", "tasks.md");
  private static final String BEGIN = "<!-- table by RunDamageTest -->";
  private static final String END = "<!-- end of the damages -->";

  @TempDir Path folder;

  private DamagedRun finished;
  private DamagedRun.Again undisturbed;

  @BeforeEach
  void search() throws IOException {
    finished = new DamagedRun(SmallRun.in(folder.resolve("finished")));
    undisturbed = finished.search();
  }

  /**
   * The lines of progress say what became of each. Several kinds are damaged at once, but not a
   * result and its files: that the result is wrong is noticed first.
   */
  @Test
  void whateverHappensToItsFilesTheResultIsTheSame() throws IOException {
    Map<String, Map<Damage, String>> table = new LinkedHashMap<>();
    DamagedRun.FINISHED.keySet().forEach(kind -> table.put(kind, new EnumMap<>(Damage.class)));
    for (Damage damage : Damage.values()) {
      damage(damage, kind -> kind.startsWith("result of "), table);
      DamagedRun run = damage(damage, kind -> !kind.startsWith("result of "), table);
      if (damage == Damage.HALF || damage == Damage.FULL_FOLDER) {
        assertThat(run.search().lines())
            .as("nothing is left after: %s", damage)
            .noneMatch(line -> line.contains("again"));
      }
    }
    requirePage(table);
  }

  private DamagedRun damage(
      Damage damage, Predicate<String> kinds, Map<String, Map<Damage, String>> table)
      throws IOException {
    DamagedRun run = DamagedRun.copy(finished, Files.createTempDirectory(folder, damage.name()));
    SequencedMap<String, Path> victims = new LinkedHashMap<>();
    for (Map.Entry<String, String> kind : DamagedRun.FINISHED.entrySet()) {
      if (kinds.test(kind.getKey())) {
        victims.put(kind.getKey(), run.file(kind.getValue()));
      }
    }
    for (Path victim : victims.values()) {
      if (damage.fits(victim)) {
        damage.doTo(victim);
      }
    }
    if (victims.containsKey("`report.json`")) {
      requireReportRefused(run, damage);
    }

    DamagedRun.Again again = run.search();

    assertThat(again.outcome()).as(damage.toString()).isEqualTo(undisturbed.outcome());
    victims.forEach((kind, victim) ->
        table
            .computeIfAbsent(kind, name -> new EnumMap<>(Damage.class))
            .put(damage, damage.fits(victim) ? cell(again.lines(), victim) : ""));
    return run;
  }

  private static void requireReportRefused(DamagedRun run, Damage damage) {
    CommandRun report = CommandRun.of("report", run.run());
    assertThat(report.exitCode()).as("report after: %s", damage).isEqualTo(2);
    assertThat(report.err().lines()).hasSize(1);
    assertThat(report.out()).isEmpty();
  }

  private static String cell(List<String> lines, Path victim) {
    List<String> about = lines.stream().filter(line -> line.contains(victim.toString())).toList();
    assertThat(about).as(victim.toString()).hasSizeLessThanOrEqualTo(2);
    return about.isEmpty() ? "-" : "line";
  }

  @Test
  void filesInPlaceOfFoldersAreMovedAside() throws IOException {
    for (String glob :
        List.of(
            "targets",
            "targets/*",
            "targets/*/huggingface",
            "cache",
            "store/*",
            "store/train/*[0-9a-f]")) {
      DamagedRun run = DamagedRun.copy(finished, folder.resolve("file-" + glob.hashCode()));
      Path victim = run.file(glob);
      Path moved = run.small().folder().resolve("moved");
      Files.move(victim, moved);
      Files.writeString(victim, "in the way");

      DamagedRun.Again again = run.search();

      assertThat(again.outcome()).as(glob).isEqualTo(undisturbed.outcome());
      assertThat(again.lines())
          .as(glob)
          .contains(
              victim
                  + ": is a file in place of a folder; moved to "
                  + victim.getFileName()
                  + ".aside, it is made again");
      assertThat(victim.resolveSibling(victim.getFileName() + ".aside")).hasContent("in the way");
    }
  }

  private void requirePage(Map<String, Map<Damage, String>> table) throws IOException {
    StringJoiner text = new StringJoiner("\n", BEGIN + "\n", "\n" + END);
    StringJoiner head = new StringJoiner(" | ", "| file | ", " |");
    Arrays.stream(Damage.values()).forEach(damage -> head.add(damage.toString()));
    text.add(head.toString());
    text.add("|---".repeat(Damage.values().length + 1) + "|");
    table.forEach((kind, cells) ->
        text.add("| %s | %s |".formatted(kind, String.join(" | ", cells.values()))));
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN);
    int to = page.indexOf(END) + END.length();
    if (Boolean.getBoolean("puzzle4j.docs.update")) {
      Files.writeString(PAGE, page.substring(0, from) + text + page.substring(to));
    } else {
      assertThat(page.substring(from, to)).isEqualTo(text.toString());
    }
  }
}
