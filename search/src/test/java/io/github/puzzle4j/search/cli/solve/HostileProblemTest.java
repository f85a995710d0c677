package io.github.puzzle4j.search.cli.solve;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Problem files that are wrong in every way: one clear line each, and exit code 2. */
class HostileProblemTest {

  private static final String VALID =
      """
      {"schema": 1, "layers": 2, "sense": "min",
       "candidates": [
         {"id": "a", "layers": [0], "score": 0.5, "costs": {"ms": 8.5, "mib": 4}},
         {"id": "b", "layers": [1], "score": 1, "costs": {"ms": 3, "mib": 2}},
         {"id": "c", "layers": [0, 1], "score": 2, "costs": {"ms": 1, "mib": 1}}],
       "limits": {"ms": {"max": 20}, "mib": {"min": 1, "max": 9}},
       "solutions": 1, "diversity": 0.5}
      """;

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "\"\"",
          "\"x\\ny\"",
          "\"1\"",
          "[]",
          "[[]]",
          "[\"x\"]",
          "{}",
          "{\"x\": 1}",
          "-1",
          "0",
          "0.5",
          "1e308",
          "-1e308",
          "1e999",
          "-1e999",
          "1e-999",
          "123456789012345678901234567890",
          "NaN",
          "Infinity",
          "-Infinity");

  /** Values that a field may well have, so that nothing is to be said. */
  private static final List<String> HARMLESS_NUMBERS =
      List.of("-1", "0", "0.5", "1e-999", "123456789012345678901234567890");

  @TempDir Path folder;

  private CommandRun solve(byte[] content) throws IOException {
    return CommandRun.of("solve", Files.write(folder.resolve("p.json"), content), "--json");
  }

  private CommandRun solve(String content) throws IOException {
    return solve(content.getBytes(StandardCharsets.UTF_8));
  }

  private void requireRefusal(CommandRun run, String what) {
    assertThat(run.exitCode()).as(what).isEqualTo(2);
    assertThat(run.out()).as(what).isEmpty();
    assertThat(run.err())
        .as(what)
        .startsWith("puzzle4j: " + folder.resolve("p.json") + ": ")
        .hasLineCount(1)
        .hasSizeLessThan(600 + folder.toString().length())
        .doesNotContain("Exception", "tools.jackson", "\tat ");
  }

  /** Every value of the file, at whatever depth. */
  private static List<String> paths() {
    List<String> paths = new ArrayList<>();
    collect(Json.mapper().readTree(VALID), "", paths);
    return paths;
  }

  private static void collect(JsonNode node, String path, List<String> paths) {
    paths.add(path);
    for (String key : node.propertyNames()) {
      collect(node.get(key), path + "/" + key, paths);
    }
    for (int index = 0; node.isArray() && index < node.size(); index++) {
      collect(node.get(index), path + "/" + index, paths);
    }
  }

  /** The valid file with another value at that place, even one that is no JSON. */
  private static String replaced(String path, String value) {
    JsonNode root = Json.mapper().readTree(VALID);
    if (path.isEmpty()) {
      return value;
    }
    JsonPointer pointer = JsonPointer.compile(path);
    String last = path.substring(path.lastIndexOf('/') + 1);
    switch (root.at(pointer.head())) {
      case ObjectNode parent -> parent.put(last, "HERE");
      case ArrayNode parent -> parent.set(Integer.parseInt(last), "HERE");
      default -> throw new AssertionError(path);
    }
    return root.toString().replace("\"HERE\"", value);
  }

  private static boolean harmless(String path, String value) {
    boolean free = path.endsWith("/score") || path.contains("/costs/") || path.contains("/limits/");
    boolean number = HARMLESS_NUMBERS.contains(value);
    boolean text = path.endsWith("/id") && value.startsWith("\"") && !value.equals("\"\"");
    boolean layer = path.matches("/candidates/./layers/.") && value.equals("0");
    boolean share = path.equals("/diversity") && List.of("0", "0.5", "1e-999").contains(value);
    boolean none = path.equals("/limits") && value.equals("{}");
    return (free && number) || text || layer || share || none;
  }

  @Test
  void everyFieldRefusesWhatItCannotBe() throws IOException {
    List<String> paths = paths();
    assertThat(paths).hasSize(38);
    for (String path : paths) {
      for (String value : VALUES) {
        String what = "'%s' is %s".formatted(path, value);
        CommandRun run = solve(replaced(path, value));
        if (!harmless(path, value)) {
          requireRefusal(run, what);
        } else if (run.exitCode() == 2) {
          requireRefusal(run, what);
        } else {
          assertThat(run.exitCode()).as(what).isIn(0, 3);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"schema\": 1,|\"schema\": 1, \"schema\": 1,",
        "\"layers\": 2,|\"layers\": 2, \"layers\": 3,",
        "\"id\": \"b\",|\"id\": \"b\", \"id\": \"d\",",
        "\"ms\": 3,|\"ms\": 3, \"ms\": 4,",
        "\"max\": 20|\"max\": 20, \"max\": 21",
        "\"mib\": {\"min\"|\"ms\": {\"min\"",
        "\"id\": \"b\"|\"id\": \"a\"",
        "\"layers\": 2,|\"layers\": 3,",
        "\"layers\": 2,|\"layers\": 100000,",
        "\"layers\": 2,|\"layers\": 2147483647,",
        "\"layers\": 2,|\"layers\": 1e2,",
        "\"layers\": 2,|\"layers\": 2.0,",
        "\"ms\": 3,|\"MS\": 3,",
        "\"max\": 20|\"max\": 20, \"exactly\": 3",
        "\"limits\"|\"limit\"",
        "{\"schema\"|/* why */ {\"schema\"",
        "\"schema\"|'schema'",
        "\"schema\"|schema",
        "\"diversity\": 0.5|\"diversity\": 0.5,",
        "\"diversity\": 0.5|\"diversity\": .5",
        "\"diversity\": 0.5|\"diversity\": 0x1",
        "\"score\": 1,|\"score\": 01,",
        "\"score\": 1,|\"score\": +1,",
        "\"score\": 1,|\"score\": 1_000,",
      })
  void everySlipIsRefused(String slip) throws IOException {
    String[] parts = slip.split("\\|", -1);
    assertThat(VALID).contains(parts[0]);
    int at = VALID.indexOf(parts[0]);
    requireRefusal(
        solve(VALID.substring(0, at) + parts[1] + VALID.substring(at + parts[0].length())), slip);
  }

  @Test
  void aLayerWithoutCandidateIsNamed() throws IOException {
    CommandRun run = solve(VALID.replace("\"layers\": 2,", "\"layers\": 4,"));
    requireRefusal(run, "4 layers");
    assertThat(run.err()).contains("layer 2 has no candidate");
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] whole = VALID.strip().getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < whole.length; length += 7) {
      requireRefusal(solve(Arrays.copyOf(whole, length)), length + " bytes");
    }
  }

  @Test
  void whatIsNoTextIsRefused() throws IOException {
    Random random = new Random(1);
    for (int size : List.of(1, 10, 1000, 100_000)) {
      byte[] junk = new byte[size];
      random.nextBytes(junk);
      junk[0] = (byte) 0x89;
      requireRefusal(solve(junk), size + " bytes of junk");
    }
    requireRefusal(solve(new byte[1000]), "zeros");
    requireRefusal(solve(new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'}), "broken UTF-8");
    requireRefusal(
        solve(new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'}), "half a pair");
  }

  @Test
  void depthIsRefusedBeforeItHurts() throws IOException {
    requireRefusal(solve("[".repeat(500_000)), "arrays");
    requireRefusal(solve("{\"a\":".repeat(200_000)), "objects");
    requireRefusal(solve("{\"schema\": " + "9".repeat(5_000) + "}"), "a long number");
    requireRefusal(solve("{\"schema\": 1e" + "9".repeat(300) + "}"), "a long exponent");
    requireRefusal(solve("{\"" + "k".repeat(200_000) + "\": 1}"), "a long key");
    requireRefusal(solve(replaced("/sense", "\"" + "m".repeat(100_000) + "\"")), "a long text");
    requireRefusal(
        solve(
            replaced("/candidates/1/id", "\"" + "i".repeat(100_000) + "\"")
                .replace("\"c\"", "\"a\"")),
        "a long id beside one that is there twice");
    requireRefusal(
        solve(
            replaced("/candidates/1/id", "\"" + "i".repeat(100_000) + "\"")
                .replace("\"score\":1,", "\"score\":1e308,")),
        "a long id in the complaint itself");
  }

  /** Editors on Windows put it there; the rest of the file is in order. */
  @Test
  void aByteOrderMarkIsNoMistake() throws IOException {
    assertThat(solve("\uFEFF" + VALID).exitCode()).isZero();
    assertThat(solve(VALID.getBytes(StandardCharsets.UTF_16)).exitCode()).isIn(0, 2);
    requireRefusal(solve("\uFEFF"), "nothing but the mark");
  }
}
