// Exposures: energy, focus, emitters from both sides, motion, determinism.
#include "petzval/simulate/film/film.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "petzval/base/parallel.h"
#include "petzval/color/transfer.h"
#include "petzval/simulate/film/test_scenes.h"

namespace petzval::simulate {
namespace {

double Sum(const Image<float>& image, int plane) {
  double sum = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) sum += image.At(x, y, plane);
  }
  return sum;
}

bool SamePixels(const Image<float>& a, const Image<float>& b) {
  for (int plane = 0; plane < a.planes(); ++plane) {
    for (int y = 0; y < a.height(); ++y) {
      if (std::memcmp(a.row(y, plane), b.row(y, plane), sizeof(float) * a.width()) != 0) {
        return false;
      }
    }
  }
  return true;
}

TEST(Film, UniformLightGivesTheThroughput) {
  auto optics = Petzval85();
  ASSERT_TRUE(optics) << optics.error().message;
  PlaneScene scene;
  scene.channel_gain = {2, 1, 0.5};
  FilmJob job = SmallJob(scene, **optics, 36, 24, 1.0);
  job.samples = 16;
  const auto picture = ExposeFilm(job);
  ASSERT_TRUE(picture) << picture.error().message;
  for (int c = 0; c < 3; ++c) {
    for (const int x : {0, 9, 18, 30}) {
      const double r = std::hypot(x + 0.5 - 18, 0.5);
      const double expected = scene.channel_gain[c] * (*optics)->ThroughputAt(r, c);
      EXPECT_NEAR(picture->value.At(x, 11, c) / expected, 1, 1e-3);
    }
  }
  EXPECT_GT(picture->film_rays, 36 * 24 * 3 * 16 / 2);
  EXPECT_GT(HalfPsnrDb(*picture, 1), 100);  // a uniform field has no noise
  job.flat_field = true;
  const auto flat = ExposeFilm(job);
  ASSERT_TRUE(flat);
  EXPECT_NEAR(flat->value.At(1, 1, 1) / flat->value.At(18, 12, 1), 1, 1e-5);
  EXPECT_NEAR(flat->value.At(18, 12, 1) / (*optics)->Throughput(0), 1, 1e-3);
}

// A bar pattern of the plane in focus stays, that of another plane is washed out.
TEST(Film, FocusedPlaneIsSharp) {
  const auto optics = ThinLens(85, 2, 2000);
  PlaneScene scene;
  const auto contrast = [&](double depth) {
    scene.depth_mm = depth;
    // Bars of two pixels each on the film.
    const double period = 4 * 0.05 / (1 / (1 / 85.0 - 1 / 2000.0)) * depth;
    scene.pattern = [period](double x, double) { return std::fmod(x / period + 1e4, 1) < 0.5; };
    FilmJob job = SmallJob(scene, *optics, 16, 4, 0.05);
    job.samples = 64;
    const auto picture = ExposeFilm(job);
    double low = 1e9, high = 0;
    for (int x = 0; x < 16; ++x) {
      low = std::min<double>(low, picture->value.At(x, 2, 1));
      high = std::max<double>(high, picture->value.At(x, 2, 1));
    }
    return (high - low) / (high + low);
  };
  EXPECT_GT(contrast(2000), 0.99);
  EXPECT_LT(contrast(2600), 0.2);
}

// The same light from both sides, behind a screen that hides half of it, moving camera or not.
TEST(Film, EmittersForwardAgreeWithFilmSide) {
  auto traced = Petzval85();
  ASSERT_TRUE(traced);
  const auto thin = ThinLens(85, 2.2, 2000);
  for (const CameraOptics* optics : {traced->get(), thin.get()}) {
    for (const bool moving : {false, true}) {
      PlaneScene scene;
      scene.pattern = [](double, double) { return 0.0; };
      Emitter emitter;
      emitter.centre_mm = Vec3{{moving ? 150.0 : 8.0, 60, 3300}};
      emitter.radius_mm = 40;
      if (moving) emitter.velocity_mm_s = Vec3{{900, -300, 0}};
      scene.emitters = {emitter};
      scene.emitter_radiance = {5};
      scene.screen_mm = moving ? std::numeric_limits<double>::infinity() : 1500;
      FilmJob job = SmallJob(scene, *optics, 48, 32, 0.25);
      job.channels = 1;
      job.wavelengths_of_channel = {{1}};
      job.emitters = scene.emitters;
      if (moving) {
        scene.interval_s = job.path.interval_s = 0.05;
        job.path.exposure_s = 0.02;
        job.path.row_start_s = [](double y) { return 0.03 * y / 32; };
        job.path.pose = [](double s) {
          CameraPose pose;
          pose.position_mm = Vec3{{100 * s, 0, 0}};
          return pose;
        };
      }
      job.samples = 2;
      job.emitter_samples = 400000;
      const auto forward = ExposeFilm(job);
      ASSERT_TRUE(forward) << forward.error().message;
      EXPECT_GT(forward->emitter_rays, 0);
      // From the film: the emitters are part of the scene's radiance.
      class WithEmitters : public PlaneScene {
       public:
        explicit WithEmitters(const PlaneScene& scene) : PlaneScene(scene) {}
        void Radiance(const SceneRays& rays, std::span<const uint8_t> which, bool,
                      float* out) const override {
          PlaneScene::Radiance(rays, which, true, out);
        }
      } all(scene);
      FilmJob back = job;
      back.tracer = &all;
      back.emitters = {};
      back.samples = 1000;
      back.adaptive = false;
      const auto film = ExposeFilm(back);
      ASSERT_TRUE(film);
      const double ratio = Sum(forward->value, 0) / Sum(film->value, 0);
      EXPECT_GT(Sum(film->value, 0), 0);
      EXPECT_NEAR(ratio, 1, 3e-3) << moving << " " << optics->f_number();
      // And in the same place.
      double difference = 0;
      for (int y = 0; y < 32; ++y) {
        for (int x = 0; x < 48; ++x) {
          difference += std::abs(forward->value.At(x, y) - film->value.At(x, y));
        }
      }
      EXPECT_LT(difference / Sum(film->value, 0), 0.05) << moving;
    }
  }
}

// Few samples and a lens whose stops swallow most of them: no pixel stays black.
TEST(Film, EveryPixelSeesSomething) {
  auto optics = Petzval85();
  ASSERT_TRUE(optics) << optics.error().message;
  PlaneScene scene;
  for (const bool adaptive : {false, true}) {
    FilmJob job = SmallJob(scene, **optics, 72, 48, 0.5);
    job.samples = adaptive ? 16 : 1;
    job.adaptive = adaptive;
    const auto picture = ExposeFilm(job);
    ASSERT_TRUE(picture) << picture.error().message;
    int black = 0;
    for (int y = 0; y < 48; ++y) {
      for (int x = 0; x < 72; ++x) {
        const double r = std::hypot(0.5 * (x + 0.5 - 36), 0.5 * (y + 0.5 - 24));
        if ((*optics)->ThroughputAt(r, 1) > 0) black += !(picture->value.At(x, y, 1) > 0);
      }
    }
    EXPECT_EQ(black, 0) << adaptive;
  }
}

// Lights that nobody sees cost next to nothing, and those that are seen no more than the film.
TEST(Film, EmittersCostWhatTheyAreWorth) {
  const auto optics = ThinLens(85, 2.2, 2000);
  PlaneScene scene;
  scene.pattern = [](double x, double y) { return 0.5 + 0.4 * std::sin(x / 9 + y / 7); };
  Emitter emitter;
  emitter.radius_mm = 4;
  const auto expose = [&](const Vec3& centre, double screen) {
    emitter.centre_mm = centre;
    scene.emitters.assign(20, emitter);
    scene.emitter_radiance.assign(20, 300);
    scene.screen_mm = screen;
    FilmJob job = SmallJob(scene, *optics, 96, 64, 0.2);
    job.emitters = scene.emitters;
    job.samples = 32;
    return ExposeFilm(job);
  };
  const double open = std::numeric_limits<double>::infinity();
  const auto seen = expose(Vec3{{-60, 20, 4000}}, open);
  const auto hidden = expose(Vec3{{300, 20, 4000}}, 1500);
  const auto beside = expose(Vec3{{60000, 20, 4000}}, open);
  ASSERT_TRUE(seen && hidden && beside);
  EXPECT_GT(seen->emitter_rays, seen->film_rays / 20);
  EXPECT_LT(seen->emitter_rays, 1.5 * seen->film_rays);
  EXPECT_LT(hidden->emitter_rays, seen->emitter_rays / 2);
  EXPECT_EQ(beside->emitter_rays, 0);
}

TEST(Film, SameBytesWithAnyThreads) {
  auto optics = Petzval85();
  ASSERT_TRUE(optics);
  PlaneScene scene;
  scene.depth_mm = 2500;
  scene.pattern = [](double x, double y) { return 0.5 + 0.5 * std::sin(x / 9) * std::cos(y / 7); };
  Emitter emitter;
  emitter.radius_mm = 5;
  for (int i = 0; i < 5; ++i) {
    emitter.centre_mm = Vec3{{30.0 * i - 60, 10.0 * i, 2200}};
    scene.emitters.push_back(emitter);
    scene.emitter_radiance.push_back(3 + i);
  }
  FilmJob job = SmallJob(scene, **optics, 50, 40, 0.1);
  job.emitters = scene.emitters;
  job.samples = 24;
  const int before = Threads();
  SetThreads(1);
  const auto one = ExposeFilm(job);
  SetThreads(3);
  const auto three = ExposeFilm(job);
  SetThreads(before);
  ASSERT_TRUE(one && three);
  EXPECT_TRUE(SamePixels(one->value, three->value));
  EXPECT_TRUE(SamePixels(one->half, three->half));
  EXPECT_EQ(one->film_rays, three->film_rays);
  EXPECT_EQ(one->emitter_rays, three->emitter_rays);
  job.seed = 2;
  const auto other = ExposeFilm(job);
  ASSERT_TRUE(other);
  EXPECT_FALSE(SamePixels(one->value, other->value));
}

// Two passes do not shift the mean, and put samples where the noise is.
TEST(Film, AdaptiveIsUnbiased) {
  const auto optics = ThinLens(85, 2, 2000);
  PlaneScene scene;
  scene.depth_mm = 4000;
  // Rare bright points: skewed, so that a biased rule would show.
  scene.pattern = [](double x, double y) {
    if (x < 0) return 0.2;
    const bool bright = std::fmod(x + 1e4, 40) < 8 && std::fmod(y + 1e4, 40) < 8;
    return bright ? 4.0 : 0.05;
  };
  FilmJob job = SmallJob(scene, *optics, 64, 64, 0.03);
  job.samples = 32;
  double adaptive = 0, plain = 0, noise = 0, adaptive_db = 0, plain_db = 0;
  for (int i = 0; i < 16; ++i) {
    job.seed = 10 + i;
    job.adaptive = true;
    const auto a = ExposeFilm(job);
    job.adaptive = false;
    const auto b = ExposeFilm(job);
    ASSERT_TRUE(a && b);
    adaptive += Sum(a->value, 1);
    plain += Sum(b->value, 1);
    for (int y = 0; y < 64; ++y) {
      for (int x = 0; x < 64; ++x) {
        noise += std::pow(a->half.At(x, y, 1), 2) + std::pow(b->half.At(x, y, 1), 2);
      }
    }
    adaptive_db += HalfPsnrDb(*a, 4) / 16;
    plain_db += HalfPsnrDb(*b, 4) / 16;
  }
  EXPECT_NEAR(adaptive, plain, 3 * std::sqrt(noise));
  EXPECT_LT(3 * std::sqrt(noise) / plain, 1e-2);  // or it would say nothing
  EXPECT_GT(adaptive_db, plain_db + 1);
}

TEST(Film, MosaicTakesItsChannels) {
  auto optics = Petzval85();
  ASSERT_TRUE(optics);
  PlaneScene scene;
  scene.channel_gain = {3, 2, 1};
  FilmJob job = SmallJob(scene, **optics, 8, 8, 0.01);
  job.mosaic = true;
  job.flat_field = true;
  job.cfa = {0, 1, 0, 1, 1, 2, 1, 2, 0, 1, 0, 1, 1, 2, 1, 2};
  job.samples = 8;
  const auto picture = ExposeFilm(job);
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->value.planes(), 1);
  const double axis = (*optics)->Throughput(0);
  EXPECT_NEAR(picture->value.At(0, 0) / axis, 3, 0.01);
  EXPECT_NEAR(picture->value.At(1, 0) / axis, 2, 0.01);
  EXPECT_NEAR(picture->value.At(3, 5) / axis, 1, 0.01);
}

// What moves during the exposure is smeared by how far it moves on the film.
TEST(Film, MotionSmears) {
  const auto optics = ThinLens(50, 8, 2000);
  PlaneScene scene;
  scene.depth_mm = 2000;
  scene.pattern = [](double x, double) { return x > 0 ? 1.0 : 0.0; };
  scene.velocity_x_mm_s = 300;
  scene.interval_s = 0.1;
  FilmJob job = SmallJob(scene, *optics, 40, 2, 0.05);
  job.path.interval_s = job.path.exposure_s = 0.1;
  job.flat_field = true;
  job.samples = 128;
  const auto picture = ExposeFilm(job);
  ASSERT_TRUE(picture);
  // 30 mm at 2 m on the film, in pixels.
  const double smear = 30 * (1 / (1 / 50.0 - 1 / 2000.0)) / 2000 / 0.05;
  const double white = picture->value.At(39, 0, 1);
  double dark = 0;
  for (int x = 20; x < 40; ++x) {
    for (int y = 0; y < 2; ++y) dark += (1 - picture->value.At(x, y, 1) / white) / 2;
  }
  EXPECT_NEAR(dark, smear / 2, 0.1);
}

TEST(Film, PinholeSeesEmittersFromTheFilm) {
  OpticsParams params;
  params.kind = OpticsKind::kPinhole;
  auto optics = Petzval85(params);
  ASSERT_TRUE(optics);
  PlaneScene scene;
  scene.pattern = [](double, double) { return 0.0; };
  Emitter emitter;
  emitter.centre_mm = Vec3{{0, 0, 2000}};
  emitter.radius_mm = 20;
  scene.emitters = {emitter};
  scene.emitter_radiance = {5};
  FilmJob job = SmallJob(scene, **optics, 9, 9, 0.1);
  job.emitters = scene.emitters;
  job.samples = 8;
  const auto picture = ExposeFilm(job);
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->emitter_rays, 0);
  EXPECT_NEAR(picture->value.At(4, 4, 1), 5 * (*optics)->Throughput(0), 1e-4);
}

TEST(Film, TruthOfAPlane) {
  const auto optics = ThinLens(50, 8, 2000);
  PlaneScene scene;
  scene.depth_mm = 2500;
  scene.velocity_x_mm_s = 100;
  FilmJob job = SmallJob(scene, *optics, 20, 10, 0.05);
  CameraPose other;
  other.position_mm = Vec3{{12, 0, 0}};
  const FilmTruth truth = TraceTruth(job, other, 0.05);
  const double film = 1 / (1 / 50.0 - 1 / 2000.0);
  for (const int x : {0, 7, 19}) {
    EXPECT_NEAR(truth.inverse_depth.At(x, 3), 1 / 2.5, 1e-6);
    EXPECT_NEAR(truth.motion.At(x, 3, 0), (5 - 12) * film / 2500 / 0.05, 1e-3);
    EXPECT_NEAR(truth.motion.At(x, 3, 1), 0, 1e-3);
    EXPECT_EQ(truth.object.At(x, 3), 7);
  }
}

TEST(Film, PsnrOfHalvesIsThatOfTwoPictures) {
  FilmPicture picture;
  picture.value = Image<float>(2, 1);
  picture.half = Image<float>(2, 1);
  picture.value.At(0, 0) = 0.4f, picture.value.At(1, 0) = 9;
  picture.half.At(0, 0) = 0.1f, picture.half.At(1, 0) = 2;  // beyond white: not seen
  const double d = EncodeSrgb(0.5) - EncodeSrgb(0.3);
  EXPECT_NEAR(HalfPsnrDb(picture, 1), -10 * std::log10(d * d / 2), 1e-4);
}

TEST(Film, Errors) {
  const auto optics = ThinLens(50, 8, 2000);
  PlaneScene scene;
  const auto refuse = [&](auto change, ErrorCode code, const char* words) {
    FilmJob job = SmallJob(scene, *optics, 20, 10, 0.05);
    change(&job);
    const auto picture = ExposeFilm(job);
    ASSERT_FALSE(picture) << words;
    EXPECT_EQ(picture.error().code, code);
    EXPECT_NE(picture.error().message.find(words), std::string::npos) << picture.error().message;
  };
  const auto invalid = ErrorCode::kInvalidInput;
  refuse([](FilmJob* job) { job->width = 70000; }, ErrorCode::kTooLarge, "70000");
  refuse([](FilmJob* job) { job->height = 0; }, ErrorCode::kTooLarge, "20 x 0");
  refuse([](FilmJob* job) { job->samples = 0; }, invalid, "0 samples");
  refuse([](FilmJob* job) { job->pitch_mm = -1; }, invalid, "pixel pitch -1");
  refuse([](FilmJob* job) { job->tracer = nullptr; }, invalid, "a scene and a lens");
  refuse([](FilmJob* job) { job->wavelengths_of_channel.pop_back(); }, invalid, "lists");
  refuse([](FilmJob* job) { job->wavelengths_of_channel[1] = {9}; }, invalid, "wavelengths");
  refuse(
      [](FilmJob* job) {
        job->mosaic = true;
        job->cfa[3] = 5;
      },
      invalid, "mosaic");
}

}  // namespace
}  // namespace petzval::simulate
