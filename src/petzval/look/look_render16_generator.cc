// Scene light to 16-bit code values.
#include "petzval/look/render_pipeline.h"

HALIDE_REGISTER_GENERATOR(petzval::RenderPipeline<uint16_t>, look_render16)
