// Scene light to toned codes.
#include "petzval/look/render_pipeline.h"

HALIDE_REGISTER_GENERATOR(petzval::TonePipeline<false>, look_tone)
