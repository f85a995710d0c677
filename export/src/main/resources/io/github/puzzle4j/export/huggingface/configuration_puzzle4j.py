"""Configurations of models whose layers differ; they need transformers alone.

`Puzzle4jConfig` holds a model of any family: the keys of the family (`base_model_type`) and, in
`per_layer_config`, what single layers have instead. `DeciLMConfig` is the layout of published
children of Llamas (`nemotron-nas`), in which `block_configs` has an entry for each layer, whose keys
serving engines read as attributes. `AnyModelConfig` is the layout of NVIDIA's Puzzletron: the keys of
the family, and `block_configs` with a list of subblocks for each layer.

All say what a layer is by `layer(index)`.
"""

from transformers import PretrainedConfig


class Fields(dict):
    """A JSON object whose keys are attributes too, so that it is saved as it was read."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Puzzle4jConfig(PretrainedConfig):
    model_type = "puzzle4j"
    keys_to_ignore_at_inference = ["past_key_values"]

    # Standardised by transformers 5; earlier versions leave rope_theta and rope_scaling.
    rope_parameters: dict | None = None

    def __init__(self, **kwargs):
        for name, usual in {
            "base_model_type": "llama",
            "attention_bias": False,
            "sliding_window": None,
            "layer_types": None,
            "replace_with_linear": [],
            "pad_token_id": None,
        }.items():
            kwargs.setdefault(name, usual)
        # Read by the base class before it sets what it does not know.
        for name in ("max_position_embeddings", "hidden_size", "num_attention_heads"):
            if name in kwargs:
                setattr(self, name, kwargs[name])
        super().__init__(**kwargs)

    def layer(self, index):
        """KV heads (None without attention), channels (None without FFN), window, linear parts."""
        own = self.per_layer_config
        # Transformers 5 makes a configuration of each entry; earlier versions leave the objects.
        if isinstance(own, dict):
            own = {**self.__dict__, "skip": [], **own.get(str(index), {})}
        else:
            own = vars(own[index])
        skip, linear = own.get("skip") or [], own["replace_with_linear"]
        slides = self.layer_types is not None and self.layer_types[index] == "sliding_attention"
        return Fields(
            kv_heads=None if "attention" in skip + linear else own["num_key_value_heads"],
            channels=None if "mlp" in skip + linear else own["intermediate_size"],
            window=own["sliding_window"] if slides else None,
            linear_attention="attention" in linear,
            linear_mlp="mlp" in linear,
        )

    @property
    def query_key_value_bias(self):
        return self.attention_bias or self.base_model_type == "qwen2"

    @property
    def head_norms(self):
        return self.base_model_type == "qwen3"


class DeciLMConfig(Puzzle4jConfig):
    model_type = "nemotron-nas"

    def __init__(self, block_configs=None, **kwargs):
        super().__init__(**kwargs)
        self.block_configs = [
            Fields({part: Fields(fields) for part, fields in block.items()})
            for block in block_configs or []
        ]

    def layer(self, index):
        attention, ffn = self.block_configs[index].attention, self.block_configs[index].ffn
        linear_attention = attention.get("replace_with_linear", False)
        linear_mlp = ffn.get("replace_with_linear", False)
        kv_heads = channels = None
        if not (attention.no_op or linear_attention):
            kv_heads = self.num_attention_heads // attention.n_heads_in_group
        if not (ffn.no_op or linear_mlp):
            channels = ffn.get("intermediate_size")
            if channels is None:
                channels = int(2 * ffn.ffn_mult * self.hidden_size / 3)
                channels = -(-channels // 256) * 256
        return Fields(
            kv_heads=kv_heads,
            channels=channels,
            window=None,
            linear_attention=linear_attention,
            linear_mlp=linear_mlp,
        )


class AnyModelConfig(Puzzle4jConfig):
    def __init__(self, block_configs=None, model_type="llama", **kwargs):
        super().__init__(**{**kwargs, "base_model_type": model_type})
        self.block_configs = block_configs or []

    def to_dict(self):
        fields = super().to_dict()
        fields["model_type"] = fields.pop("base_model_type")
        return fields

    def layer(self, index):
        parts = {part["kind"]: part for part in self.block_configs[index]["subblock_configs"]}
        attention, ffn = parts["attention"], parts["ffn"]
        window = attention.get("sliding_window_size")
        return Fields(
            kv_heads=None if attention["no_op"] else attention["num_kv_heads"],
            channels=None if ffn["no_op"] else ffn["intermediate_size"],
            window=None if window == "full" else window,
            linear_attention=False,
            linear_mlp=False,
        )
