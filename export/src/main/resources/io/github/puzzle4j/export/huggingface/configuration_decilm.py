"""The configuration of a Llama whose layers differ; needs transformers alone.

Serving engines read `block_configs[i].attention.*` and `block_configs[i].ffn.*` as attributes.
"""

from transformers import LlamaConfig


class Fields(dict):
    """A JSON object whose keys are attributes too, so that it is saved as it was read."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class DeciLMConfig(LlamaConfig):
    model_type = "nemotron-nas"

    def __init__(self, block_configs=None, **kwargs):
        # These two differ from layer to layer. LlamaConfig wants numbers, and is given its own.
        for name in ("intermediate_size", "num_key_value_heads"):
            if kwargs.get(name) is None:
                kwargs.pop(name, None)
        super().__init__(**kwargs)
        # Past the checks of transformers 5, which would refuse None.
        self.__dict__["intermediate_size"] = None
        self.__dict__["num_key_value_heads"] = None
        self.block_configs = [
            Fields({part: Fields(fields) for part, fields in block.items()})
            for block in block_configs or []
        ]
