// Scene light to toned codes, with halation and bloom.
#include "petzval/look/render_pipeline.h"

HALIDE_REGISTER_GENERATOR(petzval::TonePipeline<true>, look_tone_glow)
