package io.github.puzzle4j.search.report;

import io.github.puzzle4j.blocklib.arch.BlockVariant;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.exc.InvalidFormatException;

/** Block variants in JSON: by their id. */
final class BlockVariantJson {

  private BlockVariantJson() {}

  static final class Writer extends ValueSerializer<BlockVariant> {

    @Override
    public void serialize(
        BlockVariant block, JsonGenerator generator, SerializationContext context) {
      generator.writeString(block.id());
    }
  }

  static final class Reader extends ValueDeserializer<BlockVariant> {

    @Override
    public BlockVariant deserialize(JsonParser parser, DeserializationContext context) {
      String id = parser.getValueAsString("");
      try {
        return BlockVariant.parse(id);
      } catch (IllegalArgumentException unknown) {
        throw InvalidFormatException.from(
            parser, String.valueOf(unknown.getMessage()), id, BlockVariant.class);
      }
    }
  }
}
