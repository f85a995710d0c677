package io.github.puzzle4j.blocklib.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TemplateTest {

  private static final Value MESSAGES =
      JsonValues.of(Json.mapper().readTree("[{\"role\": \"user\", \"content\": \"a\"}]"));

  private static String render(String source) throws InvalidInputException {
    return Template.parse("chat.jinja", source).render(Map.of("messages", MESSAGES));
  }

  /** Compares text with Jinja's, and requires an error where Jinja raises one. */
  @TestFactory
  Iterable<DynamicTest> expressionsEvaluateAsInJinja() throws IOException {
    java.util.List<DynamicTest> tests = new java.util.ArrayList<>();
    for (JsonNode row : GoldenTemplates.json("expressions.json")) {
      String expression = row.path("expression").stringValue();
      tests.add(
          DynamicTest.dynamicTest(
              expression,
              () -> {
                String source = "{{ " + expression + " }}";
                if (row.has("text")) {
                  assertThat(render(source)).isEqualTo(row.path("text").stringValue());
                } else {
                  assertThatThrownBy(() -> render(source))
                      .as(row.path("refused").stringValue())
                      .isInstanceOf(InvalidInputException.class);
                }
              }));
    }
    assertThat(tests).hasSizeGreaterThan(100);
    return tests;
  }

  /**
   * Whole templates that {@code src/test/python/templates_golden.py} has rendered by Jinja as
   * Transformers sets it up, or that it refuses.
   */
  @TestFactory
  Iterable<DynamicTest> templatesAreRenderedAsByTransformers() throws IOException {
    JsonNode whole = GoldenTemplates.json("whole.json");
    Map<String, Value> context = new java.util.HashMap<>();
    whole
        .path("context")
        .properties()
        .forEach(entry -> context.put(entry.getKey(), JsonValues.of(entry.getValue())));
    java.util.List<DynamicTest> tests = new java.util.ArrayList<>();
    for (JsonNode row : whole.path("templates")) {
      String source = row.path("template").stringValue();
      tests.add(
          DynamicTest.dynamicTest(
              source,
              () -> {
                if (row.has("text")) {
                  assertThat(Template.parse("chat.jinja", source).render(context))
                      .isEqualTo(row.path("text").stringValue());
                } else {
                  assertThatThrownBy(() -> Template.parse("chat.jinja", source).render(context))
                      .as(row.path("refused").stringValue())
                      .isInstanceOf(InvalidInputException.class)
                      .hasMessageNotContaining("\n");
                }
              }));
    }
    assertThat(tests).hasSizeGreaterThan(90);
    return tests;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{% include 'x' %}|line 1: the tag 'include' is not supported",
        "~{% import 'os' as os %}|line 2: the tag 'import' is not supported",
        "{% do messages.append(1) %}|the tag 'do' is not supported",
        "{% if 1 %}|the tag elif or else or endif is missing",
        "{% endif %}|the tag 'endif' is not supported",
        "{% break %}|'break' outside of a loop",
        "{{ 1|line 1: unterminated tag",
        "{{ 'a }}|line 1: unterminated string",
        "{# a|line 1: unterminated comment",
        "{{ 1 ? 2 }}|unexpected character '?'",
        "{{ a b }}|'b' is unexpected here",
        "{{ f(a=1, 2) }}|a positional argument follows a named one",
        "{{ 99999999999999999999 }}|the number 99999999999999999999 is too large",
      })
  void unsupportedConstructsAreRejectedByTheParser(String source, String message) {
    assertThatThrownBy(() -> Template.parse("chat.jinja", source.replace('~', '\n')))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("chat.jinja, line ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "{{ messages | attr('role') }}!the filter 'attr' is not supported",
        "{{ ''.__class__.__mro__ }}!'__class__' is undefined",
        "{{ ''.getClass().forName('java.lang.Runtime') }}!the method 'getClass' of a string",
        "{{ messages.getClass() }}!the method 'getClass' of a list",
        "{{ messages[0].class.name }}!'class' is undefined",
        "{{ messages[0].update({'a': 1}) }}!the method 'update' of a mapping",
        "{{ messages.append(1) }}!the method 'append' of a list",
        "{{ messages[0].items }}!the method 'items' is not called",
        "{{ namespace.__init__.__globals__ }}!'__init__' is undefined",
        "{{ namespace }}!the function 'namespace' cannot be printed",
        "{{ open('/etc/passwd') }}!the function 'open' is not supported",
        "{% set messages.role = 1 %}!'messages' is not a namespace",
        "{% for i in [1] %}{% set loop.index = 7 %}{% endfor %}!'loop' is not a namespace",
        "{{ 1 is prime }}!the test 'is prime' is not supported",
        "{% for m in [[1]] recursive %}{{ loop.index.x }}{{ loop([m]) }}{% endfor %}!calls itself",
        "{{ '{0.__class__}'.format(1) }}!the format '{0.__class__}' is not supported",
        "{{ '%999999999d' % 1 }}!a format is wider",
        "{{ 'a'.center(999999999) }}!characters",
        "{{ 9 ** 99999999 }}!too large",
        "{{ range(90000) | list * 90000 }}!items",
        "{{ raise_exception('roles') }}!the template raised an error: roles",
      })
  void javaObjectsAreNotAccessible(String source, String message) {
    assertThatThrownBy(() -> render(source))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("chat.jinja, line 1: ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "{{ 'a' * 999999999999 }}!characters",
        "{% set x = 'aaaaaaaaaaaaaaaa' %}{% for i in range(40) %}{{ x * 3000000 }}{% endfor %}"
            + "!characters",
        "{% set ns = namespace(x='ab') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}"
            + "{% endfor %}!characters",
        "{% set ns = namespace(x=['ab']) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}"
            + "{% endfor %}!items",
        "{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}!steps",
        "{{ range(1000000000) }}!a range has more than",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}!calls itself",
        "{{ 'aaaaaaaaaaaaaaaaaaaa'.replace('a', 'a' * 60000000) }}!characters",
        "{{ 9223372036854775 * 9223372036854775 }}!too large",
        "{{ 1 // 0 }}!divides by zero",
      })
  void timeAndMemoryAreBounded(String source, String message) {
    assertThatThrownBy(() -> render(source))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void deepNestingIsRejected() {
    for (String source :
        new String[] {
          "{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}",
          "{{ " + "not ".repeat(50_000) + "1 }}",
          "{{ " + "-".repeat(50_000) + "1 }}",
          "{{ " + "[".repeat(50_000) + "]".repeat(50_000) + " }}",
          "{{ 1" + " if 1 else 1".repeat(50_000) + " }}",
          "{% if 1 %}".repeat(20_000),
        }) {
      assertThatThrownBy(() -> render(source))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("nested more than");
    }
  }

  /** Every template renders or fails with a message of one line. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void corruptTemplatesAreReportedInOneLine(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    String whole = GoldenTemplates.template("constructs") + GoldenTemplates.template("qwen3");
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      StringBuilder damaged = new StringBuilder(whole);
      for (int edit = 0; edit < 3; edit++) {
        int at = random.nextInt(damaged.length());
        int until = Math.min(damaged.length(), at + random.nextInt(12));
        int from = random.nextInt(whole.length() - 12);
        damaged.replace(at, until, whole.substring(from, from + random.nextInt(12)));
      }
      try {
        render(damaged.toString());
      } catch (InvalidInputException failure) {
        refused++;
        assertThat(failure.getMessage()).startsWith("chat.jinja, line ").hasLineCount(1);
      }
    }
    assertThat(refused).isGreaterThan(20);
  }
}
