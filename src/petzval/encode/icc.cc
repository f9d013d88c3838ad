// Matrix/TRC profiles from the primaries: lcms2 would stamp the time of day into them.
#include "petzval/encode/icc.h"

#include <array>
#include <cmath>
#include <string_view>

#include "petzval/color/spaces.h"

namespace petzval {
namespace {

using Bytes = std::vector<uint8_t>;

void Put16(Bytes* out, uint32_t v) {
  out->push_back(static_cast<uint8_t>(v >> 8));
  out->push_back(static_cast<uint8_t>(v));
}
void Put32(Bytes* out, uint32_t v) {
  Put16(out, v >> 16);
  Put16(out, v & 0xffff);
}
void PutTag(Bytes* out, std::string_view four) {
  for (const char c : four) out->push_back(static_cast<uint8_t>(c));
}
void PutFixed(Bytes* out, double v) {
  Put32(out, static_cast<uint32_t>(static_cast<int32_t>(std::lround(v * 65536))));
}

// multiLocalizedUnicodeType with one English record; `text` is ASCII.
Bytes Text(std::string_view text) {
  Bytes out;
  PutTag(&out, "mluc");
  Put32(&out, 0);
  Put32(&out, 1);   // records
  Put32(&out, 12);  // bytes of a record
  PutTag(&out, "enUS");
  Put32(&out, static_cast<uint32_t>(2 * text.size()));
  Put32(&out, 28);  // where the text starts
  for (const char c : text) Put16(&out, static_cast<uint8_t>(c));
  return out;
}

Bytes Xyz(const Vec3& v) {
  Bytes out;
  PutTag(&out, "XYZ ");
  Put32(&out, 0);
  for (int i = 0; i < 3; ++i) PutFixed(&out, v[i]);
  return out;
}

Bytes Matrix(const Mat3& m) {
  Bytes out;
  PutTag(&out, "sf32");
  Put32(&out, 0);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) PutFixed(&out, m[i][j]);
  }
  return out;
}

// parametricCurveType: 3 = (a x + b)^g above d, c x below; 0 = x^g.
Bytes Curve(bool linear) {
  Bytes out;
  PutTag(&out, "para");
  Put32(&out, 0);
  Put16(&out, linear ? 0 : 3);
  Put16(&out, 0);
  if (linear) {
    PutFixed(&out, 1.0);
  } else {
    for (const double v : {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045}) PutFixed(&out, v);
  }
  return out;
}

Bytes MakeProfile(const RgbSpace& space, std::string_view name, bool linear) {
  // Colorants are relative to the D50 of the profile connection space; 'chad' says how they came
  // from the space's own white.
  constexpr Vec3 kPcsWhite{{0.9642, 1.0, 0.8249}};
  const Mat3 adaptation = BradfordAdaptation(ChromaticityFromXyz(kPcsWhite), space.white);
  const Mat3 xyz_d50 = adaptation * XyzFromRgb(space);
  const auto column = [&](int j) { return Xyz({{xyz_d50[0][j], xyz_d50[1][j], xyz_d50[2][j]}}); };

  struct Tag {
    std::string_view name;
    Bytes data;
    int same_as = -1;  // shares the data of an earlier tag
  };
  const std::array<Tag, 10> tags{{{"desc", Text(name)},
                                  {"cprt", Text("No copyright, use freely")},
                                  {"wtpt", Xyz(kPcsWhite)},
                                  {"chad", Matrix(adaptation)},
                                  {"rXYZ", column(0)},
                                  {"gXYZ", column(1)},
                                  {"bXYZ", column(2)},
                                  {"rTRC", Curve(linear)},
                                  {"gTRC", {}, 7},
                                  {"bTRC", {}, 7}}};
  constexpr uint32_t kHeader = 128;
  std::array<uint32_t, 10> offset{}, size{};
  Bytes data;
  for (size_t i = 0; i < tags.size(); ++i) {
    if (tags[i].same_as >= 0) {
      offset[i] = offset[tags[i].same_as];
      size[i] = size[tags[i].same_as];
      continue;
    }
    offset[i] = kHeader + 4 + 12 * tags.size() + static_cast<uint32_t>(data.size());
    size[i] = static_cast<uint32_t>(tags[i].data.size());
    data.insert(data.end(), tags[i].data.begin(), tags[i].data.end());
    data.resize((data.size() + 3) / 4 * 4);
  }

  Bytes out;
  Put32(&out, static_cast<uint32_t>(kHeader + 4 + 12 * tags.size() + data.size()));
  Put32(&out, 0);           // preferred module: none
  Put32(&out, 0x04300000);  // version 4.3
  PutTag(&out, "mntrRGB XYZ ");
  for (const int v : {2026, 1, 1, 0, 0, 0}) Put16(&out, v);  // a fixed date: same bytes always
  PutTag(&out, "acsp");
  for (int i = 0; i < 6; ++i) Put32(&out, 0);  // platform, flags, maker, model, attributes
  Put32(&out, 0);                              // perceptual intent
  for (int i = 0; i < 3; ++i) PutFixed(&out, kPcsWhite[i]);
  out.resize(kHeader);  // creator, profile id (0 = not computed), reserved
  Put32(&out, static_cast<uint32_t>(tags.size()));
  for (size_t i = 0; i < tags.size(); ++i) {
    PutTag(&out, tags[i].name);
    Put32(&out, offset[i]);
    Put32(&out, size[i]);
  }
  out.insert(out.end(), data.begin(), data.end());
  return out;
}

}  // namespace

const std::vector<uint8_t>& IccProfile(PictureSpace space) {
  static const Bytes srgb = MakeProfile(kRec709, "sRGB", false);
  static const Bytes p3 = MakeProfile(kDisplayP3, "Display P3", false);
  static const Bytes rec2020 = MakeProfile(kRec2020, "Linear Rec.2020", true);
  switch (space) {
    case PictureSpace::kSrgb:
      return srgb;
    case PictureSpace::kDisplayP3:
      return p3;
    case PictureSpace::kLinearRec2020:
      return rec2020;
    case PictureSpace::kRec2020Pq:
    case PictureSpace::kRec2020Hlg:
    case PictureSpace::kRec2020LLog:
      break;
  }
  static const Bytes none;
  return none;
}

}  // namespace petzval
