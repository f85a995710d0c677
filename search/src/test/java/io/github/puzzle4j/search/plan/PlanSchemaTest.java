package io.github.puzzle4j.search.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The schema and the reference of plans. With {@code -Dpuzzle4j.docs.update=true} the files in
 * {@code docs} are written anew.
 */
class PlanSchemaTest {

  private static final Path DOCS = Path.of("..", "docs");
  private static final String BEGIN = "<!-- table by PlanSchemaTest -->\n";
  private static final String END = "\n<!-- end of table -->";

  private static final String PLAN =
      """
      schema: 1
      teacher: {path: model}
      targets: [{gpu: h100-sxm, throughput: 1.5x}]
      """;

  private static JsonNode tree(String yaml) {
    return Yaml.mapper(Path.of("/plans")).readTree(yaml);
  }

  private static List<String> objections(String yaml) throws IOException {
    return SchemaCheck.objections(PlanSchema.json(), tree(yaml));
  }

  private static void read(String yaml) throws IOException {
    PlanReader.document("plan.yaml", Path.of("/plans"), yaml, List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"quickstart.yaml", "session.yaml", "sweep.yaml"})
  void theExamplesAreValid(String name) throws IOException {
    assertThat(objections(Files.readString(Path.of("..", "examples", name)))).isEmpty();
  }

  @Test
  void theExampleOfASweepHasTwoGpusThreeScenariosAndFourBudgets() throws IOException {
    assertThat(PlanReader.document(Path.of("..", "examples", "sweep.yaml"), List.of()))
        .isInstanceOfSatisfying(SweepFile.class, sweep -> assertThat(sweep.points()).hasSize(24));
  }

  @Test
  void aPlanWithAllKeysIsValid() throws IOException {
    SearchPlan plan = PlanReader.parse("plan.yaml", Path.of("/plans"), PLAN);

    assertThat(objections(PlanReader.write(plan))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sweep: {targets.throughput: [1.2x, 1.4x]}\n",
        "sweep: [{targets.throughput: 1.2x}, {distill.seed: 1 to 3}]\n",
        "score: {metric: {kl: 1, lm_loss: 0.1}}\n",
        "data: {text: [a.jsonl, b]}\n",
        "space: {ffn: [50%, 1024], merge: [3-4]}\n",
        "distill: {learningRate: 1, earlyStop: {patience: 2}}\n",
        "adapt: 20\n",
      })
  void whatTheReaderTakesIsValid(String more) throws IOException {
    read(PLAN + more);
    assertThat(objections(PLAN + more)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rounds: two\n",
        "rounds: 1.5\n",
        "adapt: 1.5\n",
        "sweep: 3\n",
        "sweep: {}\n",
        "precision: float16\n",
        "baselines: greedy\n",
        "baselines: [greed]\n",
        "score: {metric: {kls: 1}}\n",
        "score: 5\n",
        "distill: {seed: x}\n",
        "solve: {timeLimit: [1s]}\n",
      })
  void whatTheReaderRefusesForItsKindIsInvalid(String more) throws IOException {
    assertThatThrownBy(() -> read(PLAN + more)).isInstanceOf(InvalidInputException.class);
    assertThat(objections(PLAN + more)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"schema", "teacher", "targets", "teacher.path", "targets[0].gpu"})
  void whatAPlanMustHaveIsRequired(String path) throws IOException {
    ObjectNode plan = (ObjectNode) tree(PLAN);
    int dot = path.lastIndexOf('.');
    String section = dot < 0 ? "" : "/" + path.substring(0, dot).replace("[0]", "/0");
    ((ObjectNode) plan.at(section)).remove(path.substring(dot + 1));

    assertThat(objections(plan.toString())).isNotEmpty();
    assertThatThrownBy(() -> read(plan.toString())).isInstanceOf(InvalidInputException.class);
  }

  /** In every section of a plan: the reader names the key, and so does the schema. */
  @Test
  void unknownKeysAreRefusedWhereTheReaderRefusesThem() throws IOException {
    ObjectNode complete =
        (ObjectNode)
            PlanReader.tree(PlanReader.parse("plan.yaml", Path.of("/plans"), PLAN)).deepCopy();
    List<String> sections = new ArrayList<>();
    sections(complete, "", sections);
    assertThat(sections).hasSizeGreaterThan(10).contains("/targets/0/scenario");
    for (String section : sections) {
      ObjectNode plan = complete.deepCopy();
      ((ObjectNode) plan.at(section)).put("unheardOf", 1);
      String path =
          (section + "/unheardOf").substring(1).replaceAll("/(\\d+)", "[$1]").replace('/', '.');

      assertThat(objections(plan.toString())).contains(path + ": is unknown");
      assertThatThrownBy(() -> read(plan.toString()))
          .as(path)
          .hasMessageContaining("unknown key '%s'".formatted(path));
    }
  }

  private static void sections(JsonNode node, String pointer, List<String> sections) {
    if (node.isObject()) {
      sections.add(pointer);
      node.properties()
          .forEach(entry -> sections(entry.getValue(), pointer + "/" + entry.getKey(), sections));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        sections(node.get(i), pointer + "/" + i, sections);
      }
    }
  }

  @Test
  void theCommandPrintsTheSchemaAndTheDocsHaveIt() throws IOException {
    CommandRun run = CommandRun.of("plan", "schema");
    assertThat(run.exitCode()).isZero();
    assertThat(run.json()).isEqualTo(CommandRun.of("plan", "schema", "--json").json());
    Path file = DOCS.resolve("plan.schema.json");
    Path page = DOCS.resolve("plan.md");
    String text = Files.readString(page);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    if (Boolean.getBoolean("puzzle4j.docs.update")) {
      Files.writeString(file, run.out());
      Files.writeString(
          page, text.substring(0, from) + PlanSchema.reference() + text.substring(to));
    } else {
      assertThat(file).hasContent(run.out());
      assertThat(text.substring(from, to)).isEqualTo(PlanSchema.reference());
    }
  }
}
