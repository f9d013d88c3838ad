// The HueSatMap of a profile as a stage of the pixel transform.
#include "petzval/develop/color_transform.h"
#include "petzval/develop/dcp_map.h"

namespace petzval {
namespace {

class DcpStage : public ProPhotoStage {
 public:
  explicit DcpStage(const HueSatMap& map) : map_(map) {}
  void Apply(float* red, float* green, float* blue, int count) const override {
    map_.Apply(red, green, blue, count);
  }

 private:
  DcpMap map_;
};

}  // namespace

std::unique_ptr<const ProPhotoStage> MakeDcpStage(const DcpProfile& profile, Chromaticity white) {
  const HueSatMap map = InterpolateMaps(profile, white);
  if (map.empty()) return nullptr;
  return std::make_unique<const DcpStage>(map);
}

}  // namespace petzval
