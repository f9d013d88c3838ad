// Shared by the tests: lenses in code, and a strict little reader of XML.
#ifndef PETZVAL_OPTICS_PLOT_TEST_SUPPORT_H_
#define PETZVAL_OPTICS_PLOT_TEST_SUPPORT_H_

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "petzval/optics/trace/launch.h"

namespace petzval::optics {

// A triplet of the Cooke type, about 50 mm f/5, with a cemented rear when `cemented`.
inline Lens TestLens(bool cemented = false) {
  Lens lens;
  lens.name = "triplet";
  lens.title = "Triplet <50 mm> & \"friends\"";
  lens.source = "test";
  lens.licence = "none";
  lens.glasses = {ModelGlass("crown", 1.62041, 60.32), ModelGlass("flint", 1.62005, 36.37)};
  const auto add = [&lens](double r, double t, double sd, const char* medium) {
    Surface s;
    s.radius_mm = r, s.thickness_mm = t, s.semi_diameter_mm = sd, s.medium = medium;
    lens.surfaces.push_back(s);
  };
  add(22.01359, 3.25896, 9.5, "crown");
  add(-435.76, 6.00755, 9.5, "");
  add(-22.21328, 0.99997, 5.0, "flint");
  add(20.29192, 4.75041, 5.0, "");
  add(79.6836, 2.95208, 7.5, "crown");
  if (cemented) add(-18.39533, 1.5, 7.5, "flint");
  add(cemented ? -60.0 : -18.39533, 42.2077, 7.5, "");
  lens.stop = 3;
  lens.aperture = {ApertureKind::kEntrancePupilDiameter, 10.0};
  lens.fields.values = {0, 14, 20};
  lens.spectrum.um = {kLineF_um, kLineD_um, kLineC_um};
  lens.spectrum.primary = 1;
  return lens;
}

inline LensModel TestModel(const Lens& lens) {
  auto model = MakeModel(lens);
  EXPECT_TRUE(model.has_value()) << (model ? "" : model.error().message);
  return *model;
}

// "" when `text` is one well-formed XML element (declaration allowed), else what is wrong.
inline std::string XmlFault(std::string_view text) {
  std::vector<std::string> open;
  size_t i = 0, roots = 0;
  const auto good_text = [](std::string_view s) {
    for (size_t k = 0; k < s.size(); ++k) {
      if (static_cast<unsigned char>(s[k]) < 0x20 && s[k] != '\n') return false;
      if (s[k] != '&') continue;
      bool known = false;
      for (const std::string_view e : {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"}) {
        known = known || s.substr(k, e.size()) == e;
      }
      if (!known) return false;
    }
    return true;
  };
  while (i < text.size()) {
    if (text[i] != '<') {
      const size_t end = std::min(text.find('<', i), text.size());
      if (!good_text(text.substr(i, end - i))) return "bad text near " + std::to_string(i);
      i = end;
      continue;
    }
    const size_t end = text.find('>', i);
    if (end == std::string_view::npos) return "open tag";
    std::string_view tag = text.substr(i + 1, end - i - 1);
    i = end + 1;
    if (!tag.empty() && tag[0] == '?') continue;
    if (!tag.empty() && tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return "wrong end of " + std::string(tag);
      open.pop_back();
      continue;
    }
    const bool closed = !tag.empty() && tag.back() == '/';
    if (closed) tag.remove_suffix(1);
    const size_t name_end = std::min(tag.find(' '), tag.size());
    const std::string name(tag.substr(0, name_end));
    std::string_view rest = tag.substr(name_end);
    std::vector<std::string> names;
    while (!rest.empty()) {
      if (rest[0] != ' ') return "no space in " + std::string(tag);
      rest.remove_prefix(1);
      if (rest.empty()) break;
      const size_t equals = rest.find("=\"");
      const size_t quote = equals == rest.npos ? rest.npos : rest.find('"', equals + 2);
      if (quote == rest.npos) return "bad attribute in " + std::string(tag);
      for (const std::string& known : names) {
        if (known == rest.substr(0, equals)) return "attribute twice in " + std::string(tag);
      }
      names.emplace_back(rest.substr(0, equals));
      if (!good_text(rest.substr(equals + 2, quote - equals - 2))) return "bad value";
      rest = rest.substr(quote + 1);
    }
    if (open.empty()) ++roots;
    if (!closed) open.push_back(name);
  }
  if (!open.empty()) return "not closed: " + open.back();
  return roots == 1 ? "" : "not one root";
}

// Without embedded pictures, in which letters mean nothing.
inline std::string WithoutPictures(std::string text) {
  for (size_t at; (at = text.find("base64,")) != std::string::npos;) {
    text.erase(at, text.find('"', at) - at);
  }
  return text;
}

// A drawing that may be shown: well formed, and no number that is none.
inline void ExpectGoodSvg(const std::string& svg) {
  EXPECT_EQ(XmlFault(svg), "") << svg.substr(0, 400);
  const std::string text = WithoutPictures(svg);
  for (const char* word : {"nan", "inf\"", "inf ", ">inf", "-inf"}) {
    EXPECT_EQ(text.find(word), std::string::npos) << word << " in " << svg.substr(0, 400);
  }
}

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_TEST_SUPPORT_H_
