"""The network: a codec, a diffusion transformer on spacetime patches, its flow and its samplers."""
