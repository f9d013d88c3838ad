// The simulated burst: reproducible, and as its truth says.
#include "petzval/simulate/flat/burst.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "petzval/base/file.h"
#include "petzval/base/parallel.h"
#include "petzval/capture/reader.h"
#include "petzval/simulate/flat/signal.h"

namespace petzval {
namespace {

using Json = nlohmann::json;

// A burst read back: signal (0 = black, 1 = white), not clipped at 0.
struct Burst {
  Json truth;
  std::vector<std::vector<float>> frames;
  std::vector<float> clean;
  int width = 0, height = 0;

  float At(const std::vector<float>& f, int x, int y) const { return f[size_t{1} * y * width + x]; }
};

std::string Folder(const std::string& name) {
  const std::string folder = testing::TempDir() + "/" + name;
  std::filesystem::remove_all(folder);
  return folder;
}

std::vector<float> ReadSignal(const std::string& path) {
  const auto frame = ReadRaw(path);
  EXPECT_TRUE(frame.has_value()) << (frame ? "" : frame.error().message);
  std::vector<float> out;
  if (!frame) return out;
  for (int y = 0; y < frame->height(); ++y) {
    for (int x = 0; x < frame->width(); ++x) {
      const float black = frame->BlackAt(x, y);
      out.push_back((frame->mosaic.At(x, y) - black) / (frame->white_dn[0] - black));
    }
  }
  return out;
}

Burst Simulate(const std::string& name, const SimulateParams& params) {
  Burst burst;
  const std::string folder = Folder(name);
  const auto status = SimulateBurst(folder, params, {});
  EXPECT_TRUE(status.has_value()) << (status ? "" : status.error().message);
  const auto text = ReadFile(folder + "/truth.json", 1 << 24);
  if (!text) return burst;
  burst.truth = Json::parse(text->begin(), text->end());
  burst.width = params.width;
  burst.height = params.height;
  burst.clean = ReadSignal(folder + "/clean.dng");
  for (const auto& f : burst.truth["frames"]) {
    burst.frames.push_back(ReadSignal(folder + "/" + f["file"].get<std::string>()));
  }
  return burst;
}

std::vector<std::vector<uint8_t>> AllBytes(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& e : std::filesystem::directory_iterator(folder)) names.push_back(e.path());
  std::sort(names.begin(), names.end());
  std::vector<std::vector<uint8_t>> all;
  for (const std::string& n : names) all.push_back(ReadFile(n, 1 << 28).value());
  return all;
}

constexpr SimulateParams kSmall = {.width = 320, .height = 240, .frames = 3, .hot_pixels = 12};

TEST(SimulateBurst, SameSeedSameBytesForAnyThreads) {
  const int threads = Threads();
  const std::string a = Folder("sim_a"), b = Folder("sim_b"), c = Folder("sim_c");
  ASSERT_TRUE(SimulateBurst(a, kSmall, {}).has_value());
  SetThreads(1);
  int calls = 0, last = 0, total = 0;
  ASSERT_TRUE(SimulateBurst(b, kSmall, [&](int done, int of) {
                ++calls;
                last = done;
                total = of;
              }).has_value());
  SetThreads(threads);
  EXPECT_EQ(calls, 5);  // three frames, clean, truth
  EXPECT_EQ(last, total);
  EXPECT_EQ(AllBytes(a).size(), 5u);
  EXPECT_EQ(AllBytes(a), AllBytes(b));
  SimulateParams other = kSmall;
  other.seed = 2;
  ASSERT_TRUE(SimulateBurst(c, other, {}).has_value());
  EXPECT_NE(AllBytes(a), AllBytes(c));
}

// Reference section 9.9 of such sets: PSNR of one frame = -10 log10 mean(S x + O + rounding).
TEST(SimulateBurst, NoiseIsWhatTheModelPredicts) {
  for (const double iso : {50.0, 200.0, 800.0}) {
    SimulateParams params = kSmall;
    params.frames = 2;
    params.iso = iso;
    params.hot_pixels = 0;
    params.exposure_ev = -0.3;
    const Burst burst = Simulate("sim_noise", params);
    const double s = burst.truth["noise"]["S"], o = burst.truth["noise"]["O"];
    double error = 0, bias = 0, predicted = 0;
    int count = 0;
    for (size_t i = 0; i < burst.clean.size(); ++i) {
      const double x = burst.clean[i], sigma = std::sqrt(s * x + o);
      // Sites that neither clip at white nor reach the lowest number that can be stored.
      if (x + 6 * sigma > 1 || x - 5 * sigma < -64.0 / 959) continue;
      const double e = burst.frames[0][i] - x;
      error += e * e;
      bias += e;
      predicted += s * x + o + 1.0 / 959 / 959 / 12;
      ++count;
    }
    ASSERT_GT(count, 20000) << iso;
    const double psnr = -10 * std::log10(error / count);
    EXPECT_NEAR(psnr, -10 * std::log10(predicted / count), 0.06) << iso;
    EXPECT_NEAR(bias / count, 0, 4 * std::sqrt(predicted / count / count)) << iso;
  }
}

TEST(SimulateBurst, DarkSignalsHaveTheSkewOfPhotons) {
  const NoiseLine noise = {0.01, 1e-12};
  for (const double x : {0.02, 0.3, 0.9}) {  // 2, 30 and 90 electrons
    Random random(7, 3);
    double m1 = 0, m2 = 0, m3 = 0;
    constexpr int kCount = 400000;
    for (int i = 0; i < kCount; ++i) m1 += NoisySignal(x, noise, &random);
    m1 /= kCount;
    for (int i = 0; i < kCount; ++i) {
      const double e = NoisySignal(x, noise, &random) - m1;
      m2 += e * e;
      m3 += e * e * e;
    }
    m2 /= kCount;
    m3 /= kCount;
    EXPECT_NEAR(m1, x, 5 * std::sqrt(noise.s * x / kCount));
    EXPECT_NEAR(m2, noise.s * x, 0.01 * noise.s * x);
    // Poisson: the third moment equals the mean, in electrons.
    EXPECT_NEAR(m3, noise.s * noise.s * x, 0.10 * noise.s * noise.s * x + 1e-7);
  }
}

// Static sites of frame k at q show what the reference shows at frame_to_reference q.
TEST(SimulateBurst, PosesWarpFramesOntoTheReference) {
  SimulateParams params = kSmall;
  params.iso = 25;
  params.hot_pixels = 0;
  params.moving_objects = false;
  params.lens_sigma_px = 2;  // smooth: bilinear samples of one colour are exact enough
  params.rotation_sigma_deg = 0.8;
  const Burst burst = Simulate("sim_pose", params);
  for (size_t k = 1; k < burst.frames.size(); ++k) {
    const auto m =
        burst.truth["frames"][k]["frame_to_reference"].get<std::array<std::array<double, 3>, 2>>();
    double with = 0, without = 0;
    int count = 0;
    for (int y = 20; y < 220; y += 2) {
      for (int x = 21; x < 220; x += 2) {  // green sites of one parity
        const double px = m[0][0] * x + m[0][1] * y + m[0][2];
        const double py = m[1][0] * x + m[1][1] * y + m[1][2];
        const double u = (px - 1) / 2, v = py / 2;  // in the plane of these sites
        const int iu = static_cast<int>(std::floor(u)), iv = static_cast<int>(std::floor(v));
        if (iu < 0 || iv < 0 || 2 * iu + 3 >= 320 || 2 * iv + 2 >= 240) continue;
        const double fu = u - iu, fv = v - iv;
        const auto at = [&](int i, int j) { return burst.At(burst.clean, 2 * i + 1, 2 * j); };
        const double expected = (1 - fv) * ((1 - fu) * at(iu, iv) + fu * at(iu + 1, iv)) +
                                fv * ((1 - fu) * at(iu, iv + 1) + fu * at(iu + 1, iv + 1));
        const double seen = std::min(1.0f, burst.At(burst.frames[k], x, y));
        with += (seen - expected) * (seen - expected);
        const double here = burst.At(burst.clean, x, y);
        without += (seen - here) * (seen - here);
        ++count;
      }
    }
    ASSERT_GT(count, 5000);
    EXPECT_LT(with / count, 1.5e-4);
    EXPECT_LT(with, 0.15 * without) << "the opposite convention would be worse than none";
  }
}

TEST(SimulateBurst, ExactMatricesReturnTheColoursOfThePatches) {
  for (const char* cfa : {"RGGB", "GRBG", "GBRG", "BGGR"}) {
    SimulateParams params = kSmall;
    params.width = 400;
    params.height = 300;
    params.frames = 1;
    params.cfa = cfa;
    params.cct_k = cfa[0] == 'R' ? 3000 : 6000;
    const Burst burst = Simulate("sim_color", params);
    const auto m = burst.truth["camera_to_linear_srgb"].get<std::array<std::array<double, 3>, 3>>();
    const auto forward =
        burst.truth["linear_srgb_to_camera"].get<std::array<std::array<double, 3>, 3>>();
    int tested = 0;
    for (const auto& patch : burst.truth["patches"]) {
      const auto box = patch["box_xywh"].get<std::array<int, 4>>();
      const auto expected = patch["linear_srgb"].get<std::array<double, 3>>();
      // A colour that the sensor sees with a negative or full value cannot come back.
      bool in_gamut = true;
      for (const auto& row : forward) {
        const double v = row[0] * expected[0] + row[1] * expected[1] + row[2] * expected[2];
        in_gamut &= v > 0 && v < 1;
      }
      if (!in_gamut) continue;
      std::array<double, 3> sum{}, count{};
      for (int y = box[1] + 4; y < box[1] + box[3] - 4; ++y) {
        for (int x = box[0] + 4; x < box[0] + box[2] - 4; ++x) {
          const int c = static_cast<int>(std::string("RGB").find(cfa[(y & 1) * 2 + (x & 1)]));
          sum[c] += burst.At(burst.clean, x, y);
          count[c] += 1;
        }
      }
      for (int i = 0; i < 3; ++i) {
        double v = 0;
        for (int c = 0; c < 3; ++c) v += m[i][c] * sum[c] / count[c];
        EXPECT_NEAR(v, expected[i], 3e-4) << cfa << " patch " << tested;
      }
      ++tested;
    }
    EXPECT_GE(tested, 20);
    // White balance of the file: equal channels for white.
    const auto neutral = burst.truth["as_shot_neutral"].get<std::array<double, 3>>();
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(forward[i][0] + forward[i][1] + forward[i][2], 0.8 * neutral[i], 1e-12);
    }
  }
}

TEST(SimulateBurst, TruthDescribesTheFiles) {
  SimulateParams params = kSmall;
  params.iso = 50;
  const Burst burst = Simulate("sim_truth", params);
  const Json& t = burst.truth;
  // The keys that scorers of such bursts read.
  for (const char* key : {"seed",
                          "width",
                          "height",
                          "cfa",
                          "black",
                          "white",
                          "iso",
                          "exposure_s",
                          "noise",
                          "lens_sigma_px",
                          "white_xy",
                          "as_shot_neutral",
                          "color_matrix_A",
                          "color_matrix_D65",
                          "color_matrix_shot",
                          "frames",
                          "objects",
                          "regions_xywh",
                          "hot_pixels_xyv",
                          "stars_xyv"}) {
    EXPECT_TRUE(t.contains(key)) << key;
  }
  for (const auto& [name, box] : t["regions_xywh"].items()) {
    const auto b = box.get<std::array<int, 4>>();
    EXPECT_TRUE(b[0] >= 0 && b[1] >= 0 && b[2] > 0 && b[3] > 0 && b[0] + b[2] <= 320 &&
                b[1] + b[3] <= 240)
        << name;
  }
  ASSERT_EQ(t["hot_pixels_xyv"].size(), 12u);
  for (const auto& h : t["hot_pixels_xyv"]) {
    for (const auto& frame : burst.frames) {
      EXPECT_GE(burst.At(frame, h[0], h[1]), h[2].get<double>() - 1.0 / 959);
    }
  }
  // The brightest star lies at its place: its site is brighter than the sky around.
  ASSERT_GE(t["stars_xyv"].size(), 10u);
  const auto brightest = std::max_element(t["stars_xyv"].begin(), t["stars_xyv"].end(),
                                          [](const Json& a, const Json& b) { return a[2] < b[2]; });
  const int x = static_cast<int>(std::lround((*brightest)[0].get<double>()));
  const int y = static_cast<int>(std::lround((*brightest)[1].get<double>()));
  EXPECT_GT(burst.At(burst.clean, x, y), 3 * burst.At(burst.clean, x + 4, y));
  // Some lamp or the sun clips.
  EXPECT_EQ(*std::max_element(burst.clean.begin(), burst.clean.end()), 1.0f);
  // Movers change their box between frames and nothing far from it (same pose: frames of no shake).
  params.shift_sigma_px = params.rotation_sigma_deg = 0;
  params.hot_pixels = 0;
  const Burst still = Simulate("sim_movers", params);
  for (const auto& object : still.truth["objects"]) {
    const auto b = object["boxes_xywh"][0].get<std::array<int, 4>>();
    double change = 0;
    for (int v = b[1]; v < b[1] + b[3]; ++v) {
      for (int u = b[0]; u < b[0] + b[2]; ++u) {
        if (u < 0 || v < 0 || u >= 320 || v >= 240) continue;
        change = std::max<double>(
            change, std::abs(still.At(still.frames[2], u, v) - still.At(still.clean, u, v)));
      }
    }
    EXPECT_GT(change, 0.1) << object["name"];
  }
}

TEST(SimulateBurst, OddSizesAndPhases) {
  for (const auto& [w, h] : {std::pair{256, 192}, {257, 311}, {500, 195}}) {
    SimulateParams params = {.width = w, .height = h, .frames = 2, .cfa = "GBRG"};
    const Burst burst = Simulate("sim_size", params);
    EXPECT_EQ(burst.clean.size(), size_t{1} * w * h);
    EXPECT_EQ(burst.frames.size(), 2u);
  }
}

TEST(SimulateBurst, RefusesWhatItCannotDo) {
  const auto refused = [](auto change) {
    SimulateParams params = kSmall;
    change(params);
    const std::string folder = Folder("sim_refused");
    const auto status = SimulateBurst(folder, params, {});
    return !status.has_value() && !std::filesystem::exists(folder);
  };
  EXPECT_TRUE(refused([](auto& p) { p.width = 100; }));
  EXPECT_TRUE(refused([](auto& p) { p.width = 60000, p.height = 60000; }));
  EXPECT_TRUE(refused([](auto& p) { p.frames = 0; }));
  EXPECT_TRUE(refused([](auto& p) { p.frames = 31; }));
  EXPECT_TRUE(refused([](auto& p) { p.iso = std::nan(""); }));
  EXPECT_TRUE(refused([](auto& p) { p.cfa = "RGBG"; }));
  EXPECT_TRUE(refused([](auto& p) { p.cct_k = 0; }));
  EXPECT_TRUE(refused([](auto& p) { p.hot_pixels = -1; }));
  EXPECT_TRUE(refused([](auto& p) { p.lens_sigma_px = 50; }));
  const auto status = SimulateBurst("/proc/no/such", kSmall, {});
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace petzval
