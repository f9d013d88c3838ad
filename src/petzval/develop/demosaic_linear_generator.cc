// The demosaic of linear light.
#include "petzval/develop/demosaic_pipeline.h"

namespace {
using Demosaic = petzval::DemosaicPipeline<petzval::DemosaicStage::Coding::kLinear>;
}  // namespace

HALIDE_REGISTER_GENERATOR(Demosaic, demosaic_linear)
