package io.github.puzzle4j.search.plan;

import java.nio.file.Path;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** The YAML mapper: as strict as the JSON mapper, and with a size limit. */
final class Yaml {

  /** Far larger than any plan. */
  static final int MAXIMUM_CHARACTERS = 1 << 20;

  private static final int MAXIMUM_NESTING = 32;

  private Yaml() {}

  /** A mapper that resolves relative paths against {@code folder}. */
  static YAMLMapper mapper(Path folder) {
    YAMLFactory factory =
        YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxDocumentLength(MAXIMUM_CHARACTERS)
                    .maxNestingDepth(MAXIMUM_NESTING)
                    .build())
            .loadSettings(
                LoadSettings.builder()
                    .setCodePointLimit(MAXIMUM_CHARACTERS)
                    .setMaxAliasesForCollections(0)
                    .setAllowDuplicateKeys(false)
                    .build())
            .build();
    return YAMLMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .addModule(new PlanValues(folder))
        .build();
  }
}
