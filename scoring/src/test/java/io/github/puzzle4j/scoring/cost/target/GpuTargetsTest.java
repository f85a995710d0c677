package io.github.puzzle4j.scoring.cost.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.cost.kernel.AttentionKernel;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GpuTargetsTest {

  @TempDir Path folder;

  @Test
  void listsAndLoadsTheBundledTargets() throws IOException {
    assertThat(GpuTargets.names()).contains("b200-sxm", "h100-sxm").isSorted();
    assertThat(GpuTargets.all()).extracting(GpuTarget::name).isEqualTo(GpuTargets.names());
  }

  @Test
  void listsTargetsInsideAJar() throws IOException {
    Path jar = folder.resolve("targets.jar");
    try (JarOutputStream entries = new JarOutputStream(Files.newOutputStream(jar))) {
      for (String name : new String[] {"other/c.json", "at/targets/b.json", "at/targets/a.json"}) {
        entries.putNextEntry(new JarEntry(name));
        entries.closeEntry();
      }
    }
    URI anchor = URI.create("jar:" + jar.toUri() + "!/at/targets/a.json");
    assertThat(GpuTargets.namesBeside(anchor.toURL())).containsExactly("a", "b");
  }

  private static final AttentionKernel[] KERNELS = {
    new AttentionKernel(NumberFormat.BF16, 128), new AttentionKernel(NumberFormat.FP8, 128)
  };

  @Test
  void everyBundledCoefficientHasAProvenance() throws IOException {
    for (String name : List.of("h100-sxm", "h200-sxm", "b200-sxm")) {
      GpuTarget target = GpuTargets.load(name);
      BackendProfile vllm = target.backend("vllm");
      assertThat(target.datasheet().source()).isNotBlank();
      assertThat(vllm.decodeAttention()).containsKeys(KERNELS);
      assertThat(vllm.prefillAttention()).containsKeys(KERNELS);
      assertThat(Objects.requireNonNull(vllm.gemm().get(MatrixType.BF16)).provenance())
          .isInstanceOfSatisfying(
              Provenance.Fitted.class,
              fitted -> {
                assertThat(fitted.rows()).isGreaterThan(10_000);
                assertThat(fitted.median()).isBetween(0.01, 0.06);
                assertThat(fitted.p90()).isGreaterThan(fitted.mape());
              });
      assertThat(vllm.elementwise().provenance().summary()).startsWith("assumed: ");
    }
  }

  @Test
  void unmeasuredCoefficientsAreMarked() throws IOException {
    for (String name : List.of("h100-pcie", "h100-nvl", "gb200", "a100-sxm", "l40s")) {
      GpuTarget target = GpuTargets.load(name);
      for (String engine : List.of("vllm", "trtllm")) {
        BackendProfile profile = target.backend(engine);
        assertThat(profile.gemm().values())
            .isNotEmpty()
            .allSatisfy(
                it -> assertThat(it.provenance()).isInstanceOf(Provenance.Transferred.class));
        assertThat(profile.decodeAttention().values())
            .isNotEmpty()
            .allSatisfy(
                it -> assertThat(it.provenance()).isInstanceOf(Provenance.Transferred.class));
      }
    }
  }

  @Test
  void missingFeaturesHaveNoCoefficients() throws IOException {
    assertThat(GpuTargets.load("a100-sxm").backend("vllm").gemm())
        .containsOnlyKeys(MatrixType.BF16);
    assertThat(GpuTargets.load("l40s").backend("vllm").allReduce()).isEmpty();
    assertThat(GpuTargets.load("h100-pcie").backend("vllm").allReduce()).containsOnlyKeys(2);
    assertThat(GpuTargets.load("h100-sxm").backend("vllm").gemm())
        .doesNotContainKey(MatrixType.NVFP4);
    assertThat(GpuTargets.load("gb200").backend("trtllm").gemm()).containsKey(MatrixType.NVFP4);
  }

  @ParameterizedTest
  @CsvSource({
    "h100, did you mean h100-nvl or h100-pcie or h100-sxm?",
    "h100-sxn, did you mean h100-sxm?",
    "b200_sxm, did you mean b200-sxm?"
  })
  void unknownNamesGetASuggestion(String wrong, String hint) {
    assertThatThrownBy(() -> GpuTargets.load(wrong))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("unknown target '%s'; there are ", wrong)
        .hasMessageEndingWith(hint)
        .hasMessageNotContaining("\n");
  }

  @Test
  void unknownBackendsAreRejected() throws IOException {
    GpuTarget target = GpuTargets.load("h100-sxm");
    assertThatThrownBy(() -> target.backend("vlm"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "target h100-sxm: unknown backend 'vlm'; there are trtllm, vllm; did you mean vllm?");
  }

  @Test
  void usersFilesCanBeReadAndWritten() throws IOException {
    GpuTarget target = GpuTargets.load("b200-sxm");
    Path file = folder.resolve("mine.json");
    Files.writeString(file, Json.mapper().writeValueAsString(target));
    assertThat(GpuTargets.load(file.toString())).isEqualTo(target);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "multiprocessors"         | "multiprocesors"              | multiprocessors
          "schema":1                | "schema":7                    | schema=7
          "compute_efficiency":0.   | "compute_efficiency":3.       | compute_efficiency=3
          "kind":"fitted"           | "kind":"guessed"              | guessed
          "l2_bytes":               | "l2_bytes":-                  | l2_bytes=-
          "vllm":                   | "vllm":null,"other":          | backends: 'vllm' is null
          "gemm":{"bf16":           | "gemm":{"int3":              | int3
          """)
  void invalidFilesAreRejectedInOneLine(String from, String to, String named) throws IOException {
    String good = Json.mapper().writeValueAsString(GpuTargets.load("h100-sxm"));
    assertThat(good).contains(from);
    Path file = folder.resolve("broken.json");
    Files.writeString(file, good.replace(from, to));
    assertThatThrownBy(() -> GpuTargets.load(file.toString()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("broken.json")
        .hasMessageContaining(named)
        .hasMessageNotContaining("\n");
  }

  /** What was written out in full before; {@code Json.mapper()} writes it again where one moves. */
  @ParameterizedTest
  @ValueSource(strings = {"h100-nvl", "h100-pcie", "h200-sxm", "a100-sxm", "l40s", "gb200"})
  void aTargetWithABaseIsWhole(String name) throws IOException {
    Path whole = Path.of("src/test/resources/golden/targets", name + ".json");
    assertThat(GpuTargets.load(name)).isEqualTo(Json.read(whole, GpuTarget.class));
  }

  private GpuTarget based(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    return GpuTargets.load(file.toString());
  }

  @Test
  void aUsersFileStatesWhatDiffers() throws IOException {
    GpuTarget base = GpuTargets.load("h100-sxm");
    GpuTarget mine =
        based(
            "mine.json",
            """
            {"base": "h100-sxm", "name": "mine", "datasheet": {"multiprocessors": 7},
             "backends": {"trtllm": null, "vllm": {"elementwise": {"provenance":
               {"kind": "assumed", "source": "a guess", "p90": 0.5}}}}}
            """);
    assertThat(mine.datasheet().multiprocessors()).isEqualTo(7);
    assertThat(mine.datasheet().memoryBytes()).isEqualTo(base.datasheet().memoryBytes());
    assertThat(mine.backends()).containsOnlyKeys("vllm");
    assertThat(mine.backend("vllm").gemm()).isEqualTo(base.backend("vllm").gemm());
    assertThat(mine.backend("vllm").elementwise().provenance().p90()).isEqualTo(0.5);

    GpuTarget next = based("next.json", "{\"base\": \"./mine.json\", \"name\": \"next\"}");
    assertThat(next.backends()).isEqualTo(mine.backends());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"base": "h100-sxn", "name": "m"} | m.json: base: unknown target 'h100-sxn'; there are
          {"base": "no.json", "name": "m"}  | no.json: no such file
          {"base": "m.json", "name": "m"}   | is based on itself
          {"base": "b.json", "name": "m"}   | there may be 4 bases
          {"base": 7, "name": "m"}          | base must be the name of a target or a .json file
          {"base": "h100-sxm"}              | needs a 'name' of its own
          {"base": "h100-sxm", "name": "m", "titel": "x"} | unknown key 'titel'
          {"base": "h100-sxm", "name": "m", "datasheet": {"l2_bytes": -1}} | l2_bytes=-1
          """)
  void aWrongBaseIsRefusedInOneLine(String text, String named) throws IOException {
    for (int i = 1; i < 6; i++) {
      String next = "b".repeat(i + 1) + ".json";
      Files.writeString(
          folder.resolve("b".repeat(i) + ".json"),
          "{\"base\": \"%s\", \"name\": \"b\"}".formatted(next));
    }
    assertThatThrownBy(() -> based("m.json", text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("m.json")
        .hasMessageContaining(named)
        .hasMessageNotContaining("\n");
  }
}
