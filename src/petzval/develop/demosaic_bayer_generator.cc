// The demosaic of values that are coded about evenly.
#include "petzval/develop/demosaic_pipeline.h"

namespace {
using Demosaic = petzval::DemosaicPipeline<petzval::DemosaicStage::Coding::kEven>;
}  // namespace

HALIDE_REGISTER_GENERATOR(Demosaic, demosaic_bayer)
