package io.github.puzzle4j.examples;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.TryCatchBlock;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who may know whom: the modules as docs/architecture.md has them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModuleDirectionsTest {

  private static final String ROOT = "io.github.puzzle4j";
  private static final int CLASSES_AT_LEAST = 300;
  private static final String DJL = "ai.djl..";
  private static final String TOKENIZER = ROOT + ".blocklib.corpus.TextTokenizer";
  private static final DescribedPredicate<JavaClass> TOKENIZERS =
      resideInAPackage("ai.djl.huggingface..");

  /**
   * What native libraries report when they are loaded, or read a file, is a bare exception; and
   * generated accessors of Arrow's messages fail in any way on bytes that are none.
   */
  private static final Set<String> NATIVE_DOORS =
      Set.of(
          TOKENIZER,
          ROOT + ".solver.ortools.OrToolsNatives",
          ROOT + ".blocklib.corpus.source.ArrowReader");

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void theScanSawAllModules() {
    assertThat(classes.size()).isGreaterThan(CLASSES_AT_LEAST);
    for (String module : Set.of("solver", "blocklib", "scoring", "export", "search")) {
      assertThat(classes.stream().map(JavaClass::getPackageName))
          .as("packages of " + module)
          .anyMatch(name -> name.startsWith(ROOT + "." + module));
    }
  }

  @Test
  void modulesKnowOnlyThoseBelowThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage(ROOT + "..")
        .withOptionalLayers(true)
        .layer("solver")
        .definedBy(ROOT + ".solver..")
        .layer("blocklib")
        .definedBy(ROOT + ".blocklib..")
        .layer("scoring")
        .definedBy(ROOT + ".scoring..")
        .layer("export")
        .definedBy(ROOT + ".export..")
        .layer("search")
        .definedBy(ROOT + ".search..")
        .whereLayer("search")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("export")
        .mayOnlyBeAccessedByLayers("search")
        .whereLayer("scoring")
        .mayOnlyBeAccessedByLayers("search")
        .whereLayer("blocklib")
        .mayOnlyBeAccessedByLayers("scoring", "export", "search")
        .whereLayer("solver")
        .mayOnlyBeAccessedByLayers("search")
        .check(classes);
  }

  /** Every package is one of its own: one below another is not part of it. */
  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void oneDoorLeadsToTensorsAndOneToTokenizers() {
    only(
            resideInAPackage(ROOT + ".blocklib.tensor.djl"),
            resideInAPackage(DJL).and(not(TOKENIZERS)))
        .check(classes);
    only(describe("the tokenizer", type -> type.getName().equals(TOKENIZER)), TOKENIZERS)
        .check(classes);
  }

  @Test
  void solversStayInTheSolverModule() {
    only(
            resideInAPackage(ROOT + ".solver.."),
            resideInAnyPackage("com.google.ortools..", "org.ojalgo.."))
        .check(classes);
  }

  @Test
  void llamaCppStaysWhereModelsAreTimed() {
    only(resideInAPackage(ROOT + ".search.llamacpp.."), resideInAPackage("de.kherud.llama.."))
        .check(classes);
  }

  @Test
  void modelShapesNeedNoOtherPackage() {
    classes()
        .that()
        .resideInAPackage(ROOT + ".blocklib.arch..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(ROOT + ".blocklib.arch..", "java..", "org.jspecify..")
        .check(classes);
  }

  @Test
  void onlyOneClassPerModuleBuildsAMapper() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Json")
        .and()
        .doNotHaveSimpleName("Yaml")
        .should()
        .callMethodWhere(builds("tools.jackson.databind", "tools.jackson.dataformat"))
        .because("each mapper would need the strict settings again")
        .check(classes);
  }

  /** DJL makes arrays of such numbers in buffers that are garbage before a backward pass ends. */
  @Test
  void arraysAreNotReckonedWithNumbersOfJava() {
    noClasses()
        .should()
        .callMethodWhere(
            describe(
                "gives a number to an array",
                call ->
                    call.getTargetOwner().getName().startsWith("ai.djl.ndarray.")
                        && Set.of("add", "sub", "mul", "div", "pow", "mod", "maximum", "minimum")
                            .contains(call.getName())
                        && call.getTarget().getRawParameterTypes().stream()
                            .anyMatch(type -> type.isEquivalentTo(Number.class))))
        .because("gradients would be computed from memory that was freed")
        .check(classes);
  }

  @Test
  void onlyTheCommandEndsTheJvmOrPrints() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + ".search.cli.Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(classes);
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".search.cli", ROOT + ".search.cli.frame")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(classes);
  }

  @Test
  void noFailureIsCaughtThatWasNotExpected() {
    classes()
        .that(describe("no door to native code", type -> !NATIVE_DOORS.contains(type.getName())))
        .should(new CatchesNothingGeneral())
        .check(classes);
  }

  private static final class CatchesNothingGeneral extends ArchCondition<JavaClass> {

    private CatchesNothingGeneral() {
      super("not catch java.lang.Exception or java.lang.RuntimeException");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
      for (JavaCodeUnit code : type.getCodeUnits()) {
        for (TryCatchBlock block : code.getTryCatchBlocks()) {
          for (JavaClass caught : block.getCaughtThrowables()) {
            if (caught.isEquivalentTo(Exception.class)
                || caught.isEquivalentTo(RuntimeException.class)) {
              events.add(
                  SimpleConditionEvent.violated(
                      code, "%s catches %s".formatted(code.getFullName(), caught.getName())));
            }
          }
        }
      }
    }
  }

  private static ArchRule only(
      DescribedPredicate<JavaClass> users, DescribedPredicate<JavaClass> used) {
    return noClasses().that(not(users)).should().dependOnClassesThat(used);
  }

  /** A call to a builder, or a constructor, of a mapper in one of these packages. */
  private static DescribedPredicate<JavaAccess<?>> builds(String... packages) {
    return describe(
        "builds a mapper",
        access -> {
          JavaClass owner = access.getTargetOwner();
          return owner.getSimpleName().endsWith("Mapper")
              && Arrays.stream(packages).anyMatch(owner.getPackageName()::startsWith)
              && Set.of("builder", "<init>", "rebuild").contains(access.getName());
        });
  }
}
