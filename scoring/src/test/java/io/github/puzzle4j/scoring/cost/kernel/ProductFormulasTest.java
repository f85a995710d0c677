package io.github.puzzle4j.scoring.cost.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares with times computed by {@code golden_products.py}. */
class ProductFormulasTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final double PRECISION = 1e-9;

  @Test
  void productTimesEqualTheReferenceFormula() throws IOException {
    JsonNode golden = golden();
    Datasheet gpu = MAPPER.treeToValue(golden.at("/datasheet"), Datasheet.class);
    int calls = 0;
    for (JsonNode one : golden.at("/cases")) {
      if (one.at("/operation").asString().equals("gemm")) {
        GemmCoefficients formula =
            MAPPER.treeToValue(one.at("/coefficients"), GemmCoefficients.class);
        for (JsonNode call : one.at("/calls")) {
          KernelCall.Gemm gemm = gemm(type(one), call);
          expect(formula.seconds(gpu, gemm), call.at("/seconds"));
          expect(formula.secondsAlone(gpu, gemm), call.at("/seconds_alone"));
          calls++;
        }
      }
    }
    assertThat(calls).isGreaterThan(50);
  }

  @Test
  void expertTimesEqualTheReferenceFormula() throws IOException {
    JsonNode golden = golden();
    Datasheet gpu = MAPPER.treeToValue(golden.at("/datasheet"), Datasheet.class);
    int calls = 0;
    for (JsonNode one : golden.at("/cases")) {
      if (one.at("/operation").asString().equals("experts")) {
        ExpertsCoefficients formula =
            MAPPER.treeToValue(one.at("/coefficients"), ExpertsCoefficients.class);
        for (JsonNode call : one.at("/calls")) {
          expect(formula.seconds(gpu, experts(type(one), call)), call.at("/seconds"));
          calls++;
        }
      }
    }
    assertThat(calls).isGreaterThan(5);
  }

  @Test
  void staticScalesAvoidTheQuantisationKernels() throws IOException {
    JsonNode golden = golden();
    Datasheet gpu = MAPPER.treeToValue(golden.at("/datasheet"), Datasheet.class);
    for (JsonNode one : golden.at("/cases")) {
      if (one.at("/operation").asString().equals("gemm") && type(one) == MatrixType.FP8) {
        GemmCoefficients formula =
            MAPPER.treeToValue(one.at("/coefficients"), GemmCoefficients.class);
        for (JsonNode call : one.at("/calls")) {
          assertThat(formula.seconds(gpu, gemm(MatrixType.FP8_STATIC, call)))
              .isLessThan(formula.seconds(gpu, gemm(MatrixType.FP8, call)));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = MatrixType.class,
      names = {"FP32"},
      mode = EnumSource.Mode.EXCLUDE)
  void everyFamilyAcceptsItsStart(MatrixType type) {
    FormulaFamily<KernelCall.Gemm> family = GemmCoefficients.family(type);
    List<Double> starts =
        family.coefficients().stream().map(FormulaFamily.Coefficient::start).toList();
    KernelFormula<KernelCall.Gemm> formula =
        family.formula().apply(starts, new Provenance.Assumed("a start", 1));
    assertThat(formula).isInstanceOf(GemmCoefficients.class);
    assertThat(family.coefficients())
        .allSatisfy(it -> assertThat(it.least()).isLessThan(it.most()));
  }

  @Test
  void correctionsOfTheWrongSizeAreRejected() {
    assertThatThrownBy(() -> new Corrections(Collections.nCopies(63, 0.0)))
        .hasMessageContaining("63 numbers");
    assertThatThrownBy(() -> new Corrections(Collections.nCopies(Corrections.SIZE, Double.NaN)))
        .hasMessageContaining("NaN");
  }

  private static void expect(double seconds, JsonNode golden) {
    assertThat(seconds).isCloseTo(golden.asDouble(), within(PRECISION * golden.asDouble()));
  }

  private static MatrixType type(JsonNode one) {
    return MAPPER.treeToValue(one.at("/type"), MatrixType.class);
  }

  private static KernelCall.Gemm gemm(MatrixType type, JsonNode call) {
    return new KernelCall.Gemm(
        type, call.at("/rows").asLong(), call.at("/outputs").asLong(), call.at("/inputs").asLong());
  }

  private static KernelCall.Experts experts(MatrixType type, JsonNode call) {
    return new KernelCall.Experts(
        type,
        call.at("/tokens").asLong(),
        call.at("/hidden").asInt(),
        call.at("/channels").asInt(),
        call.at("/chosen").asInt(),
        call.at("/experts").asInt(),
        call.at("/expert_parallel").asInt());
  }

  private static JsonNode golden() throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(ProductFormulasTest.class.getResourceAsStream("products.json"))) {
      return Json.mapper().readTree(stream.readAllBytes());
    }
  }
}
