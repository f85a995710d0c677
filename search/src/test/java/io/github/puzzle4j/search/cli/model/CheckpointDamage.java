package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Ways to break a checkpoint folder. Each draws its details from the random numbers it is given.
 */
enum CheckpointDamage {
  TRUNCATED((folder, random) -> file(folder, random).truncate()),
  LONGER((folder, random) -> file(folder, random).append()),
  HEADER_LENGTH((folder, random) -> {
    long[] lengths = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, 99_999_999, 50_000};
    file(folder, random).headerLength(lengths[random.nextInt(lengths.length)]);
  }),
  OVERLAPPING((folder, random) -> moved(folder, random, -2)),
  GAP((folder, random) -> moved(folder, random, 2)),
  OUT_OF_RANGE((folder, random) -> moved(folder, random, (1L << 20) << random.nextInt(40))),
  REVERSED_OFFSETS((folder, random) -> {
    BrokenFile file = file(folder, random);
    ObjectNode tree = file.tree();
    String name = file.someName();
    var offsets = BrokenFile.offsets(tree, name);
    long begin = offsets.get(0).longValue();
    offsets.set(0, offsets.get(1).longValue());
    offsets.set(1, begin);
    file.header(tree);
  }),
  WRONG_TYPE((folder, random) -> {
    BrokenFile file = file(folder, random);
    ObjectNode tree = file.tree();
    String[] types = {"F32", "F8_E5M2", "I64", "I32", "U8", "BOOL", "F8_E4M3", "F64", "bf16", ""};
    ((ObjectNode) tree.get(file.someName())).put("dtype", types[random.nextInt(types.length)]);
    file.header(tree);
  }),
  TRANSPOSED((folder, random) -> {
    BrokenFile file = file(folder, random);
    ObjectNode tree = file.tree();
    var shape = BrokenFile.shape(tree, file.someName());
    if (shape.size() == 2 && !shape.get(0).equals(shape.get(1))) {
      shape.add(shape.remove(0));
    } else {
      shape.add(1);
    }
    file.header(tree);
  }),
  WRONG_SHAPE((folder, random) -> {
    BrokenFile file = file(folder, random);
    String[] shapes = {
      "[]",
      "[1]",
      "[-16]",
      "[0]",
      "[2.5]",
      "[\"16\"]",
      "16",
      "null",
      "[1e300]",
      "{}",
      "[9223372036854775807,9223372036854775807]",
      "[4294967296,4294967296,4294967296]",
      "[99999999999999999999999]"
    };
    ObjectNode tree = file.tree();
    ((ObjectNode) tree.get(file.someName()))
        .set("shape", Json.mapper().readTree(shapes[random.nextInt(shapes.length)]));
    file.header(tree);
  }),
  MISSING((folder, random) -> {
    Path shard = shard(folder, random);
    BrokenFile file = new BrokenFile(shard, random);
    String name = file.someName();
    file.remove(name);
    if (random.nextBoolean()) {
      editIndex(folder, index -> index.remove(name));
    }
  }),
  SURPLUS((folder, random) -> {
    Path shard = shard(folder, random);
    String[] names = {"model.layers.0.self_attn.q_proj.bias", "extra", "", "model.layers.7.x"};
    String name = names[random.nextInt(names.length)];
    new BrokenFile(shard, random).add(name);
    editIndex(folder, index -> index.put(name, String.valueOf(shard.getFileName())));
  }),
  RENAMED((folder, random) -> {
    BrokenFile file = file(folder, random);
    String name = file.someName();
    file.headerText(text -> text.replace("\"" + name, "\"" + name.toUpperCase(Locale.ROOT)));
  }),
  DUPLICATED((folder, random) -> {
    BrokenFile file = file(folder, random);
    String name = file.someName();
    String again = "\"%s\":%s,".formatted(name, file.tree().get(name));
    file.headerText(text -> "{" + again + text.substring(1));
  }),
  FLIPPED_BITS((folder, random) -> file(folder, random).flip(1 + random.nextInt(3))),
  NOISE_IN_HEADER((folder, random) -> file(folder, random).overwriteHeader()),
  NO_SAFETENSORS((folder, random) -> {
    String[] texts = {
      "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 18832\n",
      "<!DOCTYPE html><html><body>404</body></html>",
      "",
      "{}",
      "PK\u0003\u0004 a pickle of torch"
    };
    Files.writeString(shard(folder, random), texts[random.nextInt(texts.length)]);
  }),
  FILE_IS_GONE((folder, random) -> Files.delete(shard(folder, random))),
  FILE_IS_A_FOLDER((folder, random) -> {
    Path shard = shard(folder, random);
    Files.delete(shard);
    Files.createDirectory(shard);
  }),
  INDEX_LIES((folder, random) -> {
    String name = new BrokenFile(shard(folder, random), random).someName();
    String[] places = {
      "../model.safetensors",
      "/etc/passwd",
      "none.safetensors",
      "",
      "config.json",
      ".",
      "..",
      "a/b.safetensors",
      "model.safetensors\u0000",
      "~/model.safetensors"
    };
    String place = places[random.nextInt(places.length)];
    if (!editIndex(folder, index -> index.put(name, place))) {
      Files.move(folder.resolve("model.safetensors"), folder.resolve("weights.safetensors"));
    }
  }),
  INDEX_LACKS((folder, random) -> {
    String name = new BrokenFile(shard(folder, random), random).someName();
    if (!editIndex(folder, index -> index.remove(name))) {
      Files.writeString(folder.resolve("model.safetensors.index.json"), "{}");
      Files.delete(folder.resolve("model.safetensors"));
    }
  }),
  CONFIG_NUMBER((folder, random) -> {
    String[] keys = {
      "hidden_size",
      "intermediate_size",
      "vocab_size",
      "num_attention_heads",
      "num_key_value_heads",
      "num_hidden_layers",
      "head_dim"
    };
    String[] values = {
      "1",
      "0",
      "-4",
      "3",
      "17",
      "1000000",
      "99999999",
      "2147483648",
      "1e9",
      "null",
      "\"16\"",
      "4.5",
      "[]",
      "true"
    };
    String key = keys[random.nextInt(keys.length)];
    String value = values[random.nextInt(values.length)];
    // Null is as good as absent, and three of them have a default that is right here.
    editConfig(
        folder,
        config ->
            config.set(
                key,
                Json.mapper()
                    .readTree(value.equals("null") && key.startsWith("h") ? "-1" : value)));
  }),
  CONFIG_OPTION((folder, random) -> {
    String[] options = {
      "\"model_type\":\"mamba\"",
      "\"model_type\":7",
      "\"hidden_act\":\"gelu\"",
      "\"attention_bias\":true",
      "\"mlp_bias\":true",
      "\"tie_word_embeddings\":\"yes\"",
      "\"rms_norm_eps\":-1",
      "\"rope_parameters\":{\"rope_type\":\"yarn\"}",
      "\"quantization_config\":{\"quant_method\":\"awq\"}",
      "\"partial_rotary_factor\":0.5",
      "\"tie_word_embeddings\":false",
      "\"dtype\":\"float16\""
    };
    String option = options[random.nextInt(options.length)];
    ObjectNode wrong = (ObjectNode) Json.mapper().readTree("{" + option + "}");
    editConfig(folder, config -> config.setAll(wrong));
  }),
  CONFIG_TEXT((folder, random) -> {
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    switch (random.nextInt(5)) {
      case 0 -> Files.writeString(config, text.substring(0, random.nextInt(text.length() - 2)));
      case 1 -> Files.writeString(config, "[" + text + "]");
      case 2 -> Files.writeString(config, text + text);
      case 3 -> Files.delete(config);
      default -> Files.writeString(config, "[".repeat(100_000));
    }
  });

  /** Breaks a folder. */
  @FunctionalInterface
  private interface Way {
    void apply(Path folder, Random random) throws IOException;
  }

  /** Changes an object. */
  @FunctionalInterface
  private interface Edit {
    void apply(ObjectNode object) throws IOException;
  }

  @SuppressWarnings("ImmutableEnumChecker") // lambdas that hold nothing
  private final Way way;

  CheckpointDamage(Way way) {
    this.way = way;
  }

  void apply(Path folder, Random random) throws IOException {
    way.apply(folder, random);
  }

  private static Path shard(Path folder, Random random) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> files =
          all.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
      return files.get(random.nextInt(files.size()));
    }
  }

  private static BrokenFile file(Path folder, Random random) throws IOException {
    return new BrokenFile(shard(folder, random), random);
  }

  private static void moved(Path folder, Random random, long bytes) throws IOException {
    BrokenFile file = file(folder, random);
    ObjectNode tree = file.tree();
    BrokenFile.move(tree, file.someName(), bytes);
    file.header(tree);
  }

  private static void editConfig(Path folder, Edit edit) throws IOException {
    editJson(folder.resolve("config.json"), edit);
  }

  /** Says whether there is an index. */
  private static boolean editIndex(Path folder, Edit edit) throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    if (!Files.exists(index)) {
      return false;
    }
    editJson(index, root -> edit.apply((ObjectNode) root.get("weight_map")));
    return true;
  }

  private static void editJson(Path file, Edit edit) throws IOException {
    ObjectNode root = (ObjectNode) Json.readTree(file);
    edit.apply(root);
    Files.writeString(file, root.toString());
  }
}
