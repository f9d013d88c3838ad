// For tests: files of pictures and profiles, written by the libraries themselves.
#ifndef PETZVAL_IMAGE_PICTURE_TEST_UTIL_H_
#define PETZVAL_IMAGE_PICTURE_TEST_UTIL_H_

#include <cstdio>
// jpeglib.h needs FILE.
#include <gtest/gtest.h>
#include <jpeglib.h>
#include <lcms2.h>
#include <tiffio.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace petzval {

using TestBytes = std::vector<uint8_t>;

inline std::string TestPath(const std::string& name) { return testing::TempDir() + "/" + name; }
inline std::string WriteBytes(const std::string& name, const TestBytes& bytes) {
  const std::string path = TestPath(name);
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<long>(bytes.size()));
  return path;
}
inline TestBytes ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return TestBytes(std::istreambuf_iterator<char>(file), {});
}

inline TestBytes SaveProfile(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile, nullptr, &size);
  TestBytes bytes(size);
  cmsSaveProfileToMem(profile, bytes.data(), &size);
  cmsCloseProfile(profile);
  return bytes;
}
// Display P3 primaries with a plain power as curve.
inline TestBytes P3Profile(double gamma) {
  const cmsCIExyY white{0.3127, 0.3290, 1};
  const cmsCIExyYTRIPLE primaries{{0.680, 0.320, 1}, {0.265, 0.690, 1}, {0.150, 0.060, 1}};
  cmsToneCurve* tone = cmsBuildGamma(nullptr, gamma);
  cmsToneCurve* tones[3] = {tone, tone, tone};
  cmsHPROFILE profile = cmsCreateRGBProfile(&white, &primaries, tones);
  cmsFreeToneCurve(tone);
  return SaveProfile(profile);
}
inline TestBytes GreyProfile(double gamma) {
  cmsToneCurve* tone = cmsBuildGamma(nullptr, gamma);
  cmsHPROFILE profile = cmsCreateGrayProfile(cmsD50_xyY(), tone);
  cmsFreeToneCurve(tone);
  return SaveProfile(profile);
}
// A profile of tables only.
inline TestBytes LutProfile() { return SaveProfile(cmsCreateLab4Profile(nullptr)); }

struct TestTiff {
  int width = 0, height = 0, samples = 3, bits = 8;
  int format = SAMPLEFORMAT_UINT, photometric = PHOTOMETRIC_RGB, compression = COMPRESSION_NONE;
  int predictor = 0, orientation = 0, tile = 0, rows_per_strip = 3;
  bool separate = false;
  TestBytes icc;
  TestBytes pixels;  // interleaved rows, native byte order
  const char* mode = "w";
};

inline std::string WriteTestTiff(const std::string& name, const TestTiff& t) {
  const std::string path = TestPath(name);
  TIFF* tiff = TIFFOpen(path.c_str(), t.mode);
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, t.width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, t.height);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, t.samples);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, t.bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, t.format);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, t.photometric);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG,
               t.separate ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, t.compression);
  if (t.predictor) TIFFSetField(tiff, TIFFTAG_PREDICTOR, t.predictor);
  if (t.orientation) TIFFSetField(tiff, TIFFTAG_ORIENTATION, t.orientation);
  if (!t.icc.empty()) {
    TIFFSetField(tiff, TIFFTAG_ICCPROFILE, static_cast<uint32_t>(t.icc.size()), t.icc.data());
  }
  const int bytes = t.bits / 8;
  const auto pixel = [&](int x, int y, int c) {
    return t.pixels.data() + (static_cast<size_t>(y) * t.width + x) * t.samples * bytes + c * bytes;
  };
  if (t.tile) {
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, t.tile);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, t.tile);
    TestBytes tile(static_cast<size_t>(t.tile) * t.tile * t.samples * bytes);
    for (int y = 0; y < t.height; y += t.tile) {
      for (int x = 0; x < t.width; x += t.tile) {
        for (int j = 0; j < t.tile && y + j < t.height; ++j) {
          for (int i = 0; i < t.tile && x + i < t.width; ++i) {
            std::copy_n(pixel(x + i, y + j, 0), t.samples * bytes,
                        tile.data() + (static_cast<size_t>(j) * t.tile + i) * t.samples * bytes);
          }
        }
        TIFFWriteTile(tiff, tile.data(), x, y, 0, 0);
      }
    }
  } else {
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, t.rows_per_strip);
    TestBytes row(static_cast<size_t>(t.width) * t.samples * bytes);
    for (int c = 0; c < (t.separate ? t.samples : 1); ++c) {
      for (int y = 0; y < t.height; ++y) {
        if (t.separate) {
          for (int x = 0; x < t.width; ++x) {
            std::copy_n(pixel(x, y, c), bytes, row.data() + static_cast<size_t>(x) * bytes);
          }
        } else {
          std::copy_n(pixel(0, y, 0), row.size(), row.data());
        }
        TIFFWriteScanline(tiff, row.data(), y, c);
      }
    }
  }
  TIFFClose(tiff);
  return path;
}

// `components` 1, 3 (RGB) or 4 (CMYK); every pixel is `color`.
inline TestBytes FlatJpeg(int width, int height, int components, const uint8_t* color,
                          const TestBytes& icc = {}, int orientation = 0, bool split = false) {
  jpeg_compress_struct info;
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &out, &size);
  info.image_width = width;
  info.image_height = height;
  info.input_components = components;
  info.in_color_space = components == 1 ? JCS_GRAYSCALE : components == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 100, TRUE);
  for (int c = 0; c < info.num_components; ++c) {
    info.comp_info[c].h_samp_factor = info.comp_info[c].v_samp_factor = 1;
  }
  jpeg_start_compress(&info, TRUE);
  if (orientation) {
    const uint8_t exif[] = {
        'E', 'x', 'i', 'f', 0,    0, 'M', 'M', 0, 42, 0, 0, 0,
        8,   0,   1,   1,   0x12, 0, 3,   0,   0, 0,  1, 0, static_cast<uint8_t>(orientation),
        0,   0,   0,   0,   0,    0};
    jpeg_write_marker(&info, JPEG_APP0 + 1, exif, sizeof exif);
  }
  if (!icc.empty()) jpeg_write_icc_profile(&info, icc.data(), static_cast<unsigned>(icc.size()));
  TestBytes row(static_cast<size_t>(width) * components);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < components; ++c) {
        // With `split` the right half is the colour's negative.
        row[static_cast<size_t>(x) * components + c] =
            static_cast<uint8_t>(split && x >= width / 2 ? 255 - color[c] : color[c]);
      }
    }
    JSAMPROW rows = row.data();
    jpeg_write_scanlines(&info, &rows, 1);
  }
  jpeg_finish_compress(&info);
  TestBytes bytes(out, out + size);
  jpeg_destroy_compress(&info);
  std::free(out);
  return bytes;
}

}  // namespace petzval

#endif  // PETZVAL_IMAGE_PICTURE_TEST_UTIL_H_
