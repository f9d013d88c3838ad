// Film, sensor and files of one camera.
#include "petzval/simulate/shoot/take.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/base/random.h"
#include "petzval/encode/encode.h"
#include "petzval/image/picture.h"
#include "petzval/image/png.h"
#include "petzval/simulate/shoot/shading_map.h"

namespace petzval::simulate {
namespace {

// Independent seeds of one number.
uint64_t SeedOf(uint64_t seed, int camera, int what) {
  return Random(seed, 0x5007u + static_cast<uint64_t>(camera) * 4096 + static_cast<uint64_t>(what))
      .Next();
}
constexpr int kNoiseSeed = 2000, kPatternSeed = 2001, kLinearSeed = 2002;

class Take {
 public:
  explicit Take(const TakeJob& job)
      : job_(job), scene_(*job.scene), params_(*job.params), setup_(*job.setup) {
    record_.setup = job.setup;
    record_.metered = job.metered;
    record_.names = NamesOf(setup_.camera.name, params_);
    record_.shot.name = setup_.camera.name;
    record_.shot.lens = setup_.lens_name;
    record_.shot.width = setup_.width;
    record_.shot.height = setup_.height;
    record_.shot.f_number = setup_.optics->f_number();
    record_.shot.focal_mm = setup_.optics->focal_mm();
    record_.shot.equivalent_mm = setup_.equivalent_mm;
    record_.shot.files = record_.names.All();
    steps_ = params_.frames + (params_.truth ? 1 : 0);
  }

  Result<CameraRecord> Run() {
    for (int k = 0; k < params_.frames; ++k) PETZVAL_RETURN_IF_ERROR(Frame(k));
    PlaceCharts();
    PlaceEmitters();
    if (params_.truth) {
      PETZVAL_RETURN_IF_ERROR(Linear());
      PETZVAL_RETURN_IF_ERROR(Geometry());
    }
    return std::move(record_);
  }

 private:
  std::string Path(const std::string& name) const { return job_.folder + "/" + name; }
  double Middle(int k) const {
    return job_.moments[static_cast<size_t>(k)].Middle(setup_.readout_s());
  }
  void Tell(double share) const {
    if (job_.progress) job_.progress(std::min(1.0, (done_ + share) / steps_));
  }

  // The film of frame k for the channels of the tracer, which lives as long as the call.
  Result<FilmPicture> Film(int k, std::span<const SpectralDistribution> channels,
                           const std::function<void(FilmJob*)>& fill) {
    const Moment& m = job_.moments[static_cast<size_t>(k)];
    const double first = setup_.RowStart(0), last = setup_.RowStart(setup_.height);
    const double open = m.start_s + first, interval = last - first + m.exposure_s;
    const std::unique_ptr<SceneTracer> tracer = scene_.at(open, open + interval, channels);
    FilmJob film = setup_.Film();
    film.tracer = tracer.get();
    film.emitters = scene_.emitters;
    film.path.pose = [this, open](double s) { return job_.pose(open + s); };
    film.path.interval_s = interval;
    film.path.exposure_s = m.exposure_s;
    film.path.row_start_s = [this, first](double y) { return setup_.RowStart(y) - first; };
    film.channels = static_cast<int>(channels.size());
    film.samples = params_.samples;
    film.emitter_samples = params_.emitter_samples;
    film.flat_field = params_.flat_field;
    film.progress = [this](double share) { Tell(share); };
    fill(&film);
    return ExposeFilm(film);
  }

  ExposureJob Exposure(int k, const Readout& readout) {
    ExposureJob e;
    e.sensor = &setup_.sensor;
    e.readout = readout;
    e.exposure_s = job_.moments[static_cast<size_t>(k)].exposure_s;
    e.pitch_mm = setup_.pitch_mm;
    e.center_x_px = setup_.center_x_px;
    e.center_y_px = setup_.center_y_px;
    if (setup_.chief && !params_.flat_field) {
      e.chief_deg = [this](double h) { return setup_.chief->At(h); };
    }
    e.seed = SeedOf(params_.seed, job_.camera_index, kNoiseSeed);
    e.frame = k;
    return e;
  }

  Status Frame(int k) {
    const Moment& m = job_.moments[static_cast<size_t>(k)];
    PETZVAL_ASSIGN(const Readout readout, MakeReadout(setup_.sensor, setup_.mode, m.iso));
    ExposureJob exposure = Exposure(k, readout);
    PETZVAL_ASSIGN(FilmPicture film, Film(k, setup_.channels, [&](FilmJob* j) {
                     j->mosaic = true;
                     j->cfa = setup_.film_cfa;
                     j->wavelengths_of_channel = setup_.wavelengths;
                     j->seed = SeedOf(params_.seed, job_.camera_index, k);
                   }));
    ShotFrame shot;
    shot.file = record_.names.frame[static_cast<size_t>(k)];
    shot.start_s = m.start_s;
    shot.exposure_s = m.exposure_s;
    shot.iso = m.iso;
    shot.ev = m.ev;
    shot.lux_s = job_.metered.film_lux * m.exposure_s;
    shot.pose = job_.pose(Middle(k));
    shot.half_psnr_db = HalfPsnrDb(film, SignalPerIrradiance(exposure));
    record_.shot.frames.push_back(shot);

    ToSignal(exposure, &film.value);
    RawFrame frame = TaggedFrame(setup_, job_.device_title);
    if (params_.shading_map && !params_.flat_field) frame.gain_maps = {ShadingMap(setup_)};
    frame.exif.exposure_s = m.exposure_s;
    frame.exif.iso = m.iso;
    const int ms = static_cast<int>(std::lround(1e3 * m.start_s));
    frame.exif.datetime_original =
        fmt::format("2022:06:21 12:{:02}:{:02}", ms / 60000 % 60, ms / 1000 % 60);
    frame.exif.subsec_original = fmt::format("{:03}", ms % 1000);
    if (k == 0) {
      record_.readout = readout;
      record_.noise = NoiseOf(readout, setup_.sensor, m.exposure_s);
      record_.shot.noise.plane.fill(record_.noise);
      pattern_ = MakeFixedPattern(setup_.sensor, readout, setup_.width, setup_.height,
                                  SeedOf(params_.sensor_seed, job_.camera_index, kPatternSeed));
      record_.hot = pattern_.hot;
      exif_ = frame.exif;
      ToSignal(exposure, &film.half);
      PETZVAL_RETURN_IF_ERROR(WritePfm(Path(record_.names.clean_pfm), film.value));
      PETZVAL_RETURN_IF_ERROR(WritePfm(Path(record_.names.half), film.half));
      RawFrame clean = TaggedFrame(setup_, job_.device_title);
      clean.exif = frame.exif;
      clean.gain_maps = frame.gain_maps;
      StoreClean(film.value, &clean);
      PETZVAL_RETURN_IF_ERROR(WriteDng(Path(record_.names.clean_dng), clean));
    }
    if (params_.noise) {
      exposure.pattern = &pattern_;
      frame.mosaic = ReadSensor(exposure, film.value);
      frame.noise.plane.fill(NoiseOf(readout, setup_.sensor, m.exposure_s));
    } else {
      frame.mosaic = RoundedMean(film.value, setup_.sensor);
    }
    PETZVAL_RETURN_IF_ERROR(WriteDng(Path(shot.file), frame));
    ++done_;
    Tell(0);
    return {};
  }

  // Linear Rec.2020 of frame 0: the film for X, Y and Z, with the light made neutral.
  Status Linear() {
    ExposureJob exposure = Exposure(0, record_.readout);
    PETZVAL_ASSIGN(FilmPicture film, Film(0, CieObserver1931(), [&](FilmJob* j) {
                     j->wavelengths_of_channel = setup_.xyz_wavelengths;
                     j->seed = SeedOf(params_.seed, job_.camera_index, kLinearSeed);
                   }));
    const Mat3 rgb_from_xyz =
        setup_.green_per_y * (RgbFromXyz(kRec2020) *
                              BradfordAdaptation(kWhiteD65, ChromaticityFromXyz(setup_.key_white)));
    const auto to_rgb = [&](Image<float>* image) {
      ToSignal(exposure, image);
      ParallelFor(image->height(), [&](int y) {
        for (int x = 0; x < image->width(); ++x) {
          const Vec3 xyz{{image->At(x, y, 0), image->At(x, y, 1), image->At(x, y, 2)}};
          const Vec3 rgb = rgb_from_xyz * xyz;
          for (int c = 0; c < 3; ++c) image->At(x, y, c) = static_cast<float>(rgb[c]);
        }
      });
    };
    to_rgb(&film.value);
    to_rgb(&film.half);
    record_.linear_half_psnr_db = HalfPsnrDb(film, 1);
    PETZVAL_RETURN_IF_ERROR(WriteLinear(Path(record_.names.linear), film.value, exif_));
    ++done_;
    Tell(0);
    return {};
  }

  // Depth, objects and motion by chief rays at the middle of frame 0.
  Status Geometry() {
    const double now = Middle(0);
    const std::unique_ptr<SceneTracer> tracer = scene_.at(now, now, setup_.channels);
    FilmJob film = setup_.Film();
    film.tracer = tracer.get();
    film.path.pose = [&](double) { return job_.pose(now); };
    const auto trace = [&](int k) {
      return TraceTruth(film, job_.pose(Middle(k)), Middle(k) - now);
    };
    FilmTruth truth = trace(0);
    PETZVAL_RETURN_IF_ERROR(WritePfm(Path(record_.names.depth), truth.inverse_depth));
    PETZVAL_RETURN_IF_ERROR(WritePng(Path(record_.names.objects), truth.object, 16));
    for (int k = 1; k < params_.frames; ++k) {
      truth = trace(k);
      const auto i = static_cast<size_t>(k - 1);
      PETZVAL_RETURN_IF_ERROR(WritePlane(Path(record_.names.motion_x[i]), truth.motion, 0));
      PETZVAL_RETURN_IF_ERROR(WritePlane(Path(record_.names.motion_y[i]), truth.motion, 1));
    }
    return {};
  }

  void PlaceCharts() {
    const CameraPose pose = job_.pose(Middle(0));
    for (const SceneChart& chart : scene_.charts) {
      ShotChart shot;
      shot.name = chart.name;
      shot.reflectances = chart.reflectances;
      shot.whole = true;
      for (size_t i = 0; i < 4; ++i) {
        double x = 0, y = 0;
        const bool seen = setup_.ToPixel(pose, chart.corner_mm[i], &x, &y);
        shot.whole &= seen && x >= 0 && y >= 0 && x <= setup_.width && y <= setup_.height;
        shot.corner_px[i] = {seen ? x : 0, seen ? y : 0};
      }
      record_.shot.charts.push_back(shot);
    }
  }

  void PlaceEmitters() {
    const double now = Middle(0);
    const CameraPose pose = job_.pose(now);
    for (size_t i = 0; i < scene_.emitters.size(); ++i) {
      const Emitter& e = scene_.emitters[i];
      TruthEmitter t;
      t.index = i;
      Vec3 at = e.centre_mm;
      for (int a = 0; a < 3; ++a) {
        at[a] += now * e.velocity_mm_s[a];
        t.depth_mm += pose.world_from_camera[a][2] * (at[a] - pose.position_mm[a]);
      }
      if (!setup_.ToPixel(pose, at, &t.x_px, &t.y_px)) continue;
      if (t.x_px < 0 || t.y_px < 0 || t.x_px > setup_.width || t.y_px > setup_.height) continue;
      t.radius_px = e.radius_mm / t.depth_mm * setup_.optics->focal_mm() / setup_.pitch_mm;
      record_.emitters.push_back(t);
    }
  }

  const TakeJob& job_;
  const SceneSource& scene_;
  const ShootParams& params_;
  const CameraSetup& setup_;
  CameraRecord record_;
  FixedPattern pattern_;
  ExifInfo exif_;
  double steps_ = 1, done_ = 0;
};

}  // namespace

Result<CameraRecord> TakePictures(const TakeJob& job) { return Take(job).Run(); }

}  // namespace petzval::simulate
