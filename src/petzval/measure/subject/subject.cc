// Planes and overviews of what is measured.
#include "petzval/measure/subject/subject.h"

#include <algorithm>

#include "petzval/base/parallel.h"

namespace petzval::measure {
namespace {

// Side of the smallest aligned square of sites that holds every colour: 2 (Bayer, mono) or 4.
int CellSize(const Subject& subject) {
  if (subject.mono) return 2;
  for (const SiteMask& sites : subject.sites) {
    for (int y = 0; y < 4; y += 2) {
      for (int x = 0; x < 4; x += 2) {
        if (!sites.Has(x, y) && !sites.Has(x + 1, y) && !sites.Has(x, y + 1) &&
            !sites.Has(x + 1, y + 1)) {
          return 4;
        }
      }
    }
  }
  return 2;
}

// Mean of the sites of one colour in each cell of a row, times `gain`.
void BinRow(const Subject& subject, const SiteMask& sites, int cell, double gain, int y, float* out,
            int width) {
  int dx[16], dy[16], n = 0;
  for (int j = 0; j < cell; ++j) {
    for (int i = 0; i < cell; ++i) {
      if (!sites.Has(i, j)) continue;
      dx[n] = i;
      dy[n++] = y * cell + j;
    }
  }
  if (n == 0) {
    std::fill_n(out, width, 0.0f);
    return;
  }
  const float scale = static_cast<float>(gain / n);
  for (int x = 0; x < width; ++x) {
    float sum = 0;
    for (int k = 0; k < n; ++k) sum += subject.mosaic.row(dy[k])[x * cell + dx[k]];
    out[x] = sum * scale;
  }
}

}  // namespace

MeasuredPlane PlaneOf(const Subject& subject, Channel channel, Image<float>* scratch) {
  const int c = static_cast<int>(channel);
  if (subject.raw()) {
    const bool green = subject.mono || channel == Channel::kLuminance;
    return {subject.mosaic.view(), subject.sites[green ? 1 : c]};
  }
  if (channel != Channel::kLuminance) return {subject.rgb.plane(c), SiteMask{}};
  const int width = subject.width(), height = subject.height();
  *scratch = Image<float>(width, height);
  const auto& weight = subject.xyz_d50_from_rgb[1];
  const float wr = static_cast<float>(weight[0]), wg = static_cast<float>(weight[1]),
              wb = static_cast<float>(weight[2]);
  ParallelFor(height, [&](int y) {
    const float *r = subject.rgb.row(y, 0), *g = subject.rgb.row(y, 1), *b = subject.rgb.row(y, 2);
    float* out = scratch->row(y);
    for (int x = 0; x < width; ++x) out[x] = wr * r[x] + wg * g[x] + wb * b[x];
  });
  return {scratch->view(), SiteMask{}};
}

Overview MakeOverview(const Subject& subject) {
  if (!subject.raw()) return {subject.rgb.Clone(), 1};
  const int cell = CellSize(subject);
  const int width = subject.width() / cell, height = subject.height() / cell;
  Overview overview{Image<float>(width, height, 3), static_cast<double>(cell)};
  ParallelFor(height, [&](int y) {
    for (int c = 0; c < 3; ++c) {
      const SiteMask& sites = subject.sites[subject.mono ? 1 : c];
      const double neutral = subject.mono || !(subject.neutral[c] > 0) ? 1 : subject.neutral[c];
      BinRow(subject, sites, cell, 1 / neutral, y, overview.rgb.row(y, c), width);
    }
  });
  return overview;
}

}  // namespace petzval::measure
