// Small synthetic bursts for tests: a scene of smooth noise seen through a moving camera.
#ifndef PETZVAL_BURST_SYNTHETIC_BURST_UTIL_H_
#define PETZVAL_BURST_SYNTHETIC_BURST_UTIL_H_

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "petzval/capture/raw_frame.h"

namespace petzval::burst {

struct SyntheticBurst {
  int width = 320, height = 256, frames = 6;
  std::string cfa = "RGGB";  // 4 letters (Bayer), 16 (quad) or "M"
  double s = 7.2e-4, o = 5.1e-5;
  double level = 1;          // brightness of the scene
  bool still = false;        // no camera motion
  bool frequent = false;     // finer texture
  std::vector<double> gain;  // of each frame's exposure, empty: 1
  // Added to the scene: frame, x, y in the reference, colour 0..2.
  std::function<double(int, double, double, int)> extra;
  // Multiplies a frame's rows.
  std::function<double(int, int)> row_gain;
  struct Hot {
    int x, y;
    double value;
  };
  std::vector<Hot> hot;

  // Motion of frame k: a scene point q of the reference is seen at q + (x, y) + turn.
  static double ShiftX(int k) { return k == 0 ? 0 : 3.3 * k - 7.9; }
  static double ShiftY(int k) { return k == 0 ? 0 : 5.2 - 2.37 * k; }
  static double Turn(int k) { return k == 0 ? 0 : (k % 2 ? 0.002 : -0.003); }

  // Smooth noise, -1..1, one independent value per unit square; never repeats.
  static double Noise(double x, double y, int seed) {
    const double fx = std::floor(x), fy = std::floor(y);
    const auto value = [&](double i, double j) {
      uint32_t h = static_cast<uint32_t>(static_cast<int>(i)) * 0x9E3779B1u ^
                   static_cast<uint32_t>(static_cast<int>(j)) * 0x85EBCA77u ^ seed * 0xC2B2AE3Du;
      h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
      h = (h ^ (h >> 12)) * 0x297A2D39u;
      return static_cast<double>(h ^ (h >> 15)) / 2147483648.0 - 1;
    };
    const auto ease = [](double t) { return t * t * t * (t * (t * 6 - 15) + 10); };
    const double ax = ease(x - fx), ay = ease(y - fy);
    return (1 - ay) * ((1 - ax) * value(fx, fy) + ax * value(fx + 1, fy)) +
           ay * ((1 - ax) * value(fx, fy + 1) + ax * value(fx + 1, fy + 1));
  }

  double Scene(int k, double x, double y, int color) const {
    static constexpr double kTone[3] = {0.6, 1.0, 0.5};
    const double f = frequent ? 1.5 : 1;
    double v = 0.25 + 0.12 * Noise(x / 41, y / 41, 1) + 0.08 * Noise(x / 17, y / 17, 2 + color);
    v += 0.07 * Noise(f * x / 9, f * y / 9, 7) + 0.04 * Noise(f * x / 5, f * y / 5, 8);
    v = std::max(v, 0.02);
    v *= kTone[color] * level;
    if (extra) v += extra(k, x, y, color);
    return v;
  }

  Cfa MakeCfa() const {
    Cfa result;
    result.size = cfa.size() == 1 ? 1 : cfa.size() == 4 ? 2 : 4;
    for (size_t i = 0; i < cfa.size(); ++i) {
      result.color[i] = cfa[i] == 'R'   ? CfaColor::kRed
                        : cfa[i] == 'G' ? CfaColor::kGreen
                        : cfa[i] == 'B' ? CfaColor::kBlue
                                        : CfaColor::kMono;
    }
    return result;
  }

  // The noise-free mosaic of the reference, 0..1.
  Image<float> Clean() const {
    const Cfa c = MakeCfa();
    Image<float> out(width, height);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const int color = c.IsMono() ? 1 : static_cast<int>(c.At(x, y));
        out.At(x, y) = static_cast<float>(std::clamp(Scene(0, x, y, color), 0.0, 1.0));
      }
    }
    return out;
  }

  RawFrame Frame(int k) const {
    RawFrame frame;
    frame.path = "frame_" + std::to_string(k);
    frame.cfa = MakeCfa();
    frame.black_dn.fill(64);
    frame.white_dn.fill(1023);
    frame.noise.plane.fill({s, o});
    frame.exif.exposure_s = 0.02;
    frame.exif.iso = 400;
    frame.mosaic = Image<uint16_t>(width, height);
    std::mt19937 random(1000 + k);
    std::normal_distribution<double> normal;
    const double turn = still ? 0 : Turn(k), tx = still ? 0 : ShiftX(k), ty = still ? 0 : ShiftY(k);
    const double cx = (width - 1) / 2.0, cy = (height - 1) / 2.0;
    const double c = std::cos(turn), n = std::sin(turn);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        // p = R (q - c) + c + t, solved for q.
        const double px = x - cx - tx, py = y - cy - ty;
        const int color = frame.cfa.IsMono() ? 1 : static_cast<int>(frame.cfa.At(x, y));
        double v = Scene(k, c * px + n * py + cx, -n * px + c * py + cy, color);
        if (!gain.empty()) v *= gain[k];
        if (row_gain) v *= row_gain(k, y);
        v += std::sqrt(s * std::max(v, 0.0) + o) * normal(random);
        for (const Hot& h : hot) {
          if (h.x == x && h.y == y) v = std::max(v, h.value);
        }
        frame.mosaic.At(x, y) =
            static_cast<uint16_t>(std::clamp(std::nearbyint(64 + 959 * v), 0.0, 1023.0));
      }
    }
    return frame;
  }

  std::vector<RawFrame> Frames() const {
    std::vector<RawFrame> all;
    for (int k = 0; k < frames; ++k) all.push_back(Frame(k));
    return all;
  }
};

// Root mean square difference inside a box.
inline double RmsError(const Image<float>& a, const Image<float>& b, const Rect& r) {
  double sum = 0;
  for (int y = r.y; y < r.y + r.height; ++y) {
    for (int x = r.x; x < r.x + r.width; ++x) sum += std::pow(a.At(x, y) - b.At(x, y), 2);
  }
  return std::sqrt(sum / (static_cast<double>(r.width) * r.height));
}

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_SYNTHETIC_BURST_UTIL_H_
