// One block of the merge: loads the frames around it, weighs them, sums them up, finishes.
#ifndef PETZVAL_BURST_MERGE_BLOCK_H_
#define PETZVAL_BURST_MERGE_BLOCK_H_

#include <array>
#include <vector>

#include "petzval/burst/merge.h"
#include "petzval/burst/merge_plan.h"

namespace petzval::burst {

// Merges block after block; holds the buffers (about 2 MB for Bayer). One per thread.
class BlockMerger {
  static constexpr int kAccArea = kAccCols * kAccRows;

 public:
  BlockMerger(const MergePlan& plan, const std::vector<MergeFrame>& frames,
              const MergeLevels& levels, MergeOutput* output);

  // The block whose first inner quad is (qx, qy). Writes its pixels and variances.
  void Merge(int qx, int qy);

  // Sum of robustness weights per frame and number of quads of all blocks so far.
  const std::vector<double>& weight_sum() const { return weight_sum_; }

 private:
  // Fills planes_ with the quads [x, x + cols) x [y, y + rows) of a frame, edges repeated.
  void LoadPlanes(const MergeFrame& frame, int x, int y, int cols, int rows);
  const float* ColorPlane(int color, int cols, int rows);
  void PrepareReference();
  // Robustness of a frame; false when no cell can be used.
  bool Weigh(const MergeFrame& frame, float* eroded);
  // Adds the frame in planes_ with the weights of this slot; noise_ratio: see MergeFrame.
  void Accumulate(int slot, float noise_ratio);
  // Sums of the weights of all slots per class.
  void SumClasses(int slots);
  float* Weights(int slot) {
    return weights_.data() + static_cast<size_t>(slot) * kWideCols * kWideRows;
  }
  float* CellSums(int slot) {
    return cell_sums_.data() +
           static_cast<size_t>(slot) * CellsPerBlock() * plan_.classes * kClassSums;
  }
  void Finish(int qx, int qy);
  void CorrectWide();
  void AnchorToReference();
  void Store(int qx, int qy);

  float* Wide(std::vector<float>& v, int plane = 0) {
    return v.data() + static_cast<size_t>(plane) * kWideCols * kWideRows;
  }
  float* Acc(std::vector<float>& v, int plane) {
    return v.data() + static_cast<size_t>(plane) * kAccCols * kAccRows;
  }
  float* Plane(int p) { return planes_.data() + static_cast<size_t>(p) * kPlaneCols * kPlaneRows; }

  struct CellMotion {
    double ux = 0, uy = 0;  // mosaic pixels
    bool usable = true;
  };
  enum Scratch {
    kVariance,    // of the narrow estimate, relative to one sample
    kExpected,    // of wide - narrow
    kEnergy,      // of the corrections against the noise, sum over the phases
    kEnergyMean,  // ... 3 x 3 mean
    kSpread,      // squared second moments, sum over the phases
    kMisfit,      // (wide - narrow)^2 against the noise, sum over the phases
    kMisfitMean,
    kExcess,
    kRatio,   // variance of the result relative to one sample, mean over the phases
    kCommon,  // its covariance with the reference's sample
    kTrust,
    kWorst,  // variance of the worst class at last
    kScratchPlanes
  };
  // Cells of the robustness domain; one more row on each side than the block has.
  int CellsX() const { return kWideCols / plan_.cell; }
  int CellsY() const { return kAccRows / plan_.cell + 2; }
  int CellsPerBlock() const { return kAccArea / (plan_.cell * plan_.cell); }

  const MergePlan& plan_;
  const std::vector<MergeFrame>& frames_;
  const MergeLevels& levels_;
  MergeOutput* output_;
  int quads_x_, quads_y_;          // whole quads of the mosaic
  int wide_x_ = 0, wide_y_ = 0;    // first quad of the robustness domain
  int plane_x_ = 0, plane_y_ = 0;  // quad that planes_ begin with
  std::vector<CellMotion> cells_;
  std::vector<float> planes_, color_planes_;
  std::vector<float> ref_color_, mean_, level_, inverse_variance_, diff_, box_, weight_;
  std::vector<float> weights_, cell_sums_;  // per slot: a frame that takes part in the block
  std::vector<float> narrow_, wide_, sums_;
  std::vector<float> reference_, green_, correction_, slope_, inverse_noise_, scratch_;
  std::vector<float> class_variance_;  // per class: kRatio and kCommon of its phases alone
  std::vector<double> weight_sum_;
};

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_MERGE_BLOCK_H_
