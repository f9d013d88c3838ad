// Scene light to 8-bit code values, dithered by position.
#include "petzval/look/render_pipeline.h"

HALIDE_REGISTER_GENERATOR(petzval::RenderPipeline<uint8_t>, look_render8)
