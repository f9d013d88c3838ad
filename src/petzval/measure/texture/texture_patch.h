// Patches of texture taken out of their pictures, and what refuses them.
#ifndef PETZVAL_MEASURE_TEXTURE_TEXTURE_PATCH_H_
#define PETZVAL_MEASURE_TEXTURE_TEXTURE_PATCH_H_

#include <vector>

#include "petzval/measure/subject/lattice.h"
#include "petzval/measure/texture/texture_mtf.h"

namespace petzval::measure {

// Each inside the picture and at least LeastSide a side; none given: the whole picture.
Result<std::vector<Rect>> PatchesOf(const Subject& subject, const Lattice& lattice,
                                    const std::vector<Rect>& rois);

// 128 pixels, or what holds a tile of 64 samples of a mosaic's channel.
int LeastSide(const Lattice& lattice);

// The lattice of the channel; of a picture every pixel. Errors: a sensor without that colour.
Result<Lattice> LatticeOfChannel(const Subject& subject, Channel channel);

// The channel's samples in `roi`.
Image<float> SamplePatch(const Subject& subject, Channel channel, const Lattice& lattice,
                         const Rect& roi);

// Mean and standard deviation of a patch; refuses clipped ones and those without texture.
struct PatchContrast {
  double mean = 0, deviation = 0;
};
Result<PatchContrast> CheckTexture(ImageView<const float> patch, double clip, const char* what);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_TEXTURE_TEXTURE_PATCH_H_
