package io.github.puzzle4j.solver.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.PairTerm;
import io.github.puzzle4j.solver.RandomPairs;
import io.github.puzzle4j.solver.RandomProblems;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProblemFileTest {

  private static final String VALID =
      """
      {"schema": 1, "layers": 2, "sense": "max",
       "candidates": [
         {"id": "a", "layers": [0], "score": 0.5, "costs": {"ms": 817.0, "mib": 1437.1}},
         {"id": "b", "layers": [1], "score": 1, "costs": {"ms": 3, "mib": -2e1},
          "standard_error": 0.25},
         {"id": "c", "layers": [0, 1], "score": -1, "costs": {"ms": 0, "mib": 0}}],
       "limits": {"ms": {"max": 51200}, "mib": {"min": 1, "max": 2}},
       "required": ["a"], "forbidden": ["c"],
       "pairs": [{"candidates": ["b", "a"], "score": -0.25}],
       "solutions": 3, "diversity": 0.2}
      """;

  private static SelectionProblem parse(String json) throws InvalidProblemException {
    return ProblemFile.parse(json.getBytes(UTF_8), "p.json");
  }

  @Test
  void everyFieldIsRead() throws InvalidProblemException {
    SelectionProblem problem = parse(VALID);
    assertThat(problem.layers()).isEqualTo(2);
    assertThat(problem.sense()).isEqualTo(Sense.MAX);
    assertThat(problem.candidates())
        .contains(
            new Candidate("a", List.of(0), 0.5, Map.of("ms", 817.0, "mib", 1437.1)),
            Candidate.of("b", 1, 1, Map.of("ms", 3.0, "mib", -20.0)).withStandardError(0.25),
            new Candidate("c", List.of(0, 1), -1, Map.of("ms", 0.0, "mib", 0.0)));
    assertThat(problem.required()).containsExactly("a");
    assertThat(problem.forbidden()).containsExactly("c");
    assertThat(problem.limits())
        .containsEntry("ms", new Limit.AtMost(51200))
        .containsEntry("mib", new Limit.Between(1, 2));
    assertThat(problem.solutions()).isEqualTo(3);
    assertThat(problem.diversity()).isEqualTo(0.2);
    assertThat(problem.pairs()).containsExactly(new PairTerm("b", "a", -0.25));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void writtenProblemsCanBeRead(long seed) throws InvalidProblemException {
    SelectionProblem random = RandomProblems.small(seed).withSolutions(2, 0.25);
    List<Candidate> uncertain =
        random.candidates().stream().map(c -> c.withStandardError((double) (seed % 3))).toList();
    SelectionProblem problem =
        random
            .withCandidates(uncertain)
            .withRequired(List.of("L0/0"))
            .withForbidden(seed % 2 == 0 ? List.of() : List.of("L1/0"));
    assertThat(parse(ProblemFile.toJson(problem))).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"schema\": 1|\"schema\": 2|schema is 2, this version reads 1",
        "\"schema\": 1,||'schema' is missing",
        "\"layers\": 2|\"layers\": \"2\"|the file.layers: expected a whole number, found the string"
            + " \"2\"",
        "\"layers\": 2|\"layers\": 2.5|the file.layers: expected a whole number, found the number"
            + " 2.5",
        "\"layers\": 2|\"layers\": 0|layers must be 1 to 100000, found 0",
        "\"layers\": 2|\"layers\": 2000000000|layers must be 1 to 100000, found 2000000000",
        "\"layers\": 2|\"layers\": 99999999999|the file.layers: expected a whole number, found the"
            + " number 99999999999",
        "\"layers\": 2|\"layers\": 3|layer 2 has no candidate",
        "\"layers\": 2|\"layers\": null|the file.layers: expected a whole number, found null",
        "\"sense\"|\"sens\"|the file: unknown key 'sens'; did you mean 'sense'?",
        "\"max\",|\"down\",|sense must be \"min\" or \"max\", found \"down\"",
        "\"id\": \"b\"|\"id\": \"a\"|candidate id 'a' is used twice",
        "\"id\": \"b\"|\"id\": 7|candidates[1].id: expected a string, found the number 7",
        "\"id\": \"b\"|\"id\": \" \"|candidates[1]: a candidate has a blank id",
        "\"id\": \"b\"|\"id\": \"b\", \"scores\": 1|candidates[1]: unknown key 'scores'; did you"
            + " mean 'score'?",
        "\"id\": \"b\"|\"id\": \"b\", \"id\": \"d\"|Duplicate",
        "\"score\": 1,||candidates[1]: 'score' is missing",
        "\"score\": 1,|\"score\": NaN,|candidates[1].score: expected a finite number, found NaN",
        "\"score\": 1,|\"score\": -Infinity,|candidates[1].score: the number \"-Infinity\" is too"
            + " large",
        "\"layers\": 2|\"layers\": NaN|the file.layers: expected a whole number, found the"
            + " number",
        "\"score\": 1,|\"score\": \"NaN\",|candidates[1].score: expected a number, found the string"
            + " \"NaN\"",
        "\"score\": 1,|\"score\": 1e308,|candidates[1]: candidate 'b': score is 1.0E308, beyond the"
            + " largest number allowed",
        "\"score\": 1,|\"score\": 1e999,|candidates[1].score: the number",
        "\"score\": 1,|\"score\": true,|candidates[1].score: expected a number, found true",
        "[0, 1]|[1, 0]|candidate 'c': layers must ascend without gaps, found [1, 0]",
        "[0, 1]|[]|candidate 'c': covers no layer",
        "[0, 1]|[0, 1, 2]|candidate 'c' covers layer 2, but the layers are 0 to 1",
        "[0, 1]|[-1, 0]|candidate 'c': layer -1 is negative",
        "[0, 1]|[[0]]|candidates[2].layers: expected a whole number, found an array",
        "[0, 1]|0|candidates[2].layers: expected an array, found the number 0",
        "\"ms\": 3, ||candidate 'b' has no cost 'ms', which a limit names",
        "\"ms\": 3|\"ms\": null|candidates[1].costs.ms: expected a number, found null",
        "\"ms\": 3|\"ms\": 1e31|candidate 'b': cost 'ms' is 1.0E31, beyond the largest number"
            + " allowed",
        "{\"max\": 51200}|{\"maximum\": 51200}|limits.ms: unknown key 'maximum'",
        "{\"max\": 51200}|{}|limits.ms: has neither 'min' nor 'max'",
        "{\"max\": 51200}|51200|limits.ms: expected an object, found the number 51200",
        "\"min\": 1|\"min\": 3|limits.mib: min 3.0 is above max 2.0",
        "0.25|-0.25|candidate 'b': standard error -0.25 is negative",
        "0.25|NaN|candidates[1].standard_error: expected a finite number, found NaN",
        "0.25|\"0.25\"|candidates[1].standard_error: expected a number, found the string",
        "0.25|null|candidates[1].standard_error: expected a number, found null",
        "0.25|1e308|candidate 'b': standard error is 1.0E308, beyond the largest number allowed",
        "0.25|1e999|candidates[1].standard_error: the number",
        "standard_error|standard_eror|unknown key 'standard_eror'; did you mean 'standard_error'?",
        "\"required\": [\"a\"]|\"required\": \"a\"|the file.required: expected an array, found the"
            + " string \"a\"",
        "\"required\": [\"a\"]|\"required\": [0]|the file.required[0]: expected a string, found"
            + " the number 0",
        "\"required\": [\"a\"]|\"required\": null|the file.required: expected an array",
        "\"required\": [\"a\"]|\"required\": [\"a\", \"a\"]|required names 'a' twice",
        "\"required\": [\"a\"]|\"required\": [\"x\\ny\"]|required names 'x?y', but there is no"
            + " such candidate",
        "\"required\": [\"a\"]|\"required\": [\"c\"]|candidate 'c' is both required and forbidden",
        "\"required\"|\"requires\"|unknown key 'requires'; did you mean 'required'?",
        "\"forbidden\": [\"c\"]|\"forbidden\": {}|the file.forbidden: expected an array, found an"
            + " object",
        "\"forbidden\": [\"c\"]|\"forbidden\": [[\"c\"]]|the file.forbidden[0]: expected a string,"
            + " found an array",
        "\"forbidden\": [\"c\"]|\"forbidden\": [\"d\"]|forbidden names 'd', but there is no such"
            + " candidate",
        "\"forbidden\": [\"c\"]|\"forbidden\": [\"c\", \"c\"]|forbidden names 'c' twice",
        "\"solutions\": 3|\"solutions\": 0|solutions must be 1 to 10000, found 0",
        "\"diversity\": 0.2|\"diversity\": 1.5|diversity must be 0 to 1, found 1.5",
        "\"diversity\": 0.2}|\"diversity\": 0.2} {}|not valid JSON",
      })
  void errorsAreReportedInOneLine(String valid, String wrong, String expected) {
    assertThat(VALID).contains(valid);
    String json = VALID.replaceFirst(java.util.regex.Pattern.quote(valid), replacement(wrong));
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(InvalidProblemException.class)
        .message()
        .startsWith("p.json: ")
        .contains(expected)
        .doesNotContain("\n");
  }

  private static String replacement(String wrong) {
    return wrong == null ? "" : java.util.regex.Matcher.quoteReplacement(wrong);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "[]", "null", "7", "\"x\"", "{", "{}", "nul", "\u0000"})
  void invalidFilesAreRejectedInOneLine(String json) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(InvalidProblemException.class)
        .message()
        .startsWith("p.json: ")
        .doesNotContain("\n");
  }

  @Test
  void truncatedFilesAreRejectedInOneLine() {
    String file = VALID.strip();
    for (int length = 0; length < file.length(); length++) {
      String cut = file.substring(0, length);
      assertThatThrownBy(() -> parse(cut))
          .isInstanceOf(InvalidProblemException.class)
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void deepNestingIsRejected() {
    String deep = "{\"candidates\": " + "[".repeat(200_000);
    assertThatThrownBy(() -> parse(deep))
        .isInstanceOf(InvalidProblemException.class)
        .message()
        .contains("not valid JSON")
        .doesNotContain("\n");
  }

  @Test
  void lineBreaksInNamesAreRemovedFromMessages() {
    String json = VALID.replace("\"id\": \"b\"", "\"id\": \"b\\nc\"").replace("\"ms\": 3, ", "");
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(InvalidProblemException.class)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void missingFilesAreReported(@TempDir Path folder) {
    assertThatThrownBy(() -> ProblemFile.read(folder.resolve("none.json")))
        .isInstanceOf(InvalidProblemException.class)
        .hasMessageEndingWith("none.json: no such file");
    assertThatThrownBy(() -> ProblemFile.read(folder))
        .isInstanceOf(InvalidProblemException.class)
        .hasMessageEndingWith("is a folder, not a problem file");
  }

  @Test
  void aFileIsRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("p.json");
    Files.writeString(file, VALID);
    assertThat(ProblemFile.read(file).candidates()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"a\"] | pairs[0].candidates: expected two ids, found 1",
        "[\"a\", \"a\"] | pairs[0]: a pair names 'a' twice",
        "[\"a\", \"d\"] | pairs name 'd', but there is no such candidate",
        "[\"a\", \"c\"] | pair 'a', 'c': both cover layer 0",
        "[\"a\", 1] | pairs[0].candidates[1]: expected a string, found the number 1"
      })
  void aPairThatNeverAppliesIsRefused(String candidates, String complaint) {
    assertThatThrownBy(() -> parse(VALID.replace("[\"b\", \"a\"]", candidates)))
        .isInstanceOf(InvalidProblemException.class)
        .hasMessage("p.json: " + complaint);
  }

  @Test
  void pairsAreWrittenAndReadBack() throws InvalidProblemException {
    SelectionProblem problem = RandomPairs.added(RandomProblems.small(3), 3, 0.5, 2, 17, false);
    assertThat(problem.pairs()).isNotEmpty();
    assertThat(parse(ProblemFile.toJson(problem))).isEqualTo(problem);
  }
}
