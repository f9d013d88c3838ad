// A small TIFF directory writer for EXIF, and XMP text.
#include "petzval/encode/metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

namespace petzval {
namespace {

using Bytes = std::vector<uint8_t>;

void Put16(Bytes* out, uint32_t v) {
  out->push_back(static_cast<uint8_t>(v));
  out->push_back(static_cast<uint8_t>(v >> 8));
}
void Put32(Bytes* out, uint32_t v) {
  Put16(out, v & 0xffff);
  Put16(out, v >> 16);
}

// One image file directory; fields must be added in ascending order of their tags.
class Directory {
 public:
  void Ascii(uint16_t tag, const std::string& text) {
    if (text.empty()) return;
    // Up to the first NUL: a name from a file may have anything behind it.
    Bytes value(text.begin(), std::find(text.begin(), text.end(), '\0'));
    value.push_back(0);
    Add(tag, 2, 1, std::move(value));
  }
  void Short(uint16_t tag, uint32_t v) {
    Bytes value;
    Put16(&value, v);
    Add(tag, 3, 2, std::move(value));
  }
  void Long(uint16_t tag, uint32_t v) {
    Bytes value;
    Put32(&value, v);
    Add(tag, 4, 4, std::move(value));
  }
  void Fraction(uint16_t tag, Rational r) {
    Bytes value;
    Put32(&value, r.numerator);
    Put32(&value, r.denominator);
    Add(tag, 5, 8, std::move(value));
  }
  void Undefined(uint16_t tag, std::initializer_list<uint8_t> bytes) {
    Add(tag, 7, 1, Bytes(bytes));
  }

  size_t size() const {
    size_t bytes = 2 + 12 * fields_.size() + 4;
    for (const Field& f : fields_) bytes += f.value.size() > 4 ? (f.value.size() + 1) / 2 * 2 : 0;
    return bytes;
  }
  // Appends the directory and its data; `out` is the whole TIFF structure up to here.
  void Write(Bytes* out) const {
    size_t data = out->size() + 2 + 12 * fields_.size() + 4;
    Put16(out, static_cast<uint32_t>(fields_.size()));
    for (const Field& f : fields_) {
      Put16(out, f.tag);
      Put16(out, f.type);
      Put32(out, static_cast<uint32_t>(f.count));
      if (f.value.size() > 4) {
        Put32(out, static_cast<uint32_t>(data));
        data += (f.value.size() + 1) / 2 * 2;
      } else {
        out->insert(out->end(), f.value.begin(), f.value.end());
        out->resize(out->size() + 4 - f.value.size());
      }
    }
    Put32(out, 0);  // no next directory
    for (const Field& f : fields_) {
      if (f.value.size() <= 4) continue;
      out->insert(out->end(), f.value.begin(), f.value.end());
      out->resize((out->size() + 1) / 2 * 2);
    }
  }

 private:
  struct Field {
    uint16_t tag, type;
    size_t count;
    Bytes value;
  };
  void Add(uint16_t tag, uint16_t type, size_t element_bytes, Bytes value) {
    const size_t count = value.size() / element_bytes;
    fields_.push_back({tag, type, count, std::move(value)});
  }
  std::vector<Field> fields_;
};

// Valid UTF-8 of characters that XML 1.0 allows, with markup escaped.
std::string XmlText(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const int length = byte < 0x80   ? 1
                       : byte < 0xc2 ? 0
                       : byte < 0xe0 ? 2
                       : byte < 0xf0 ? 3
                       : byte < 0xf5 ? 4
                                     : 0;
    bool valid = length > 0 && i + length <= text.size();
    uint32_t code = length <= 1 ? byte : byte & (0x7f >> length);
    for (int k = 1; valid && k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      valid = (next & 0xc0) == 0x80;
      code = code << 6 | (next & 0x3f);
    }
    // Overlong forms, surrogates, noncharacters and controls are no XML characters.
    valid = valid && !(length == 3 && code < 0x800) && !(length == 4 && code < 0x10000) &&
            code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) && code != 0xfffe &&
            code != 0xffff && (code >= 0x20 || code == '\t' || code == '\n' || code == '\r');
    if (!valid) {
      out += '?';
      ++i;
      continue;
    }
    switch (code) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#13;";
        break;  // a parser would turn it into a line feed
      default:
        out.append(text.substr(i, length));
    }
    i += length;
  }
  return out;
}

// A valid XML name without a colon.
std::string XmlName(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool inner = (c >= '0' && c <= '9') || c == '-' || c == '.';
    if (out.empty() && inner) out += '_';
    out += letter || inner ? c : '_';
  }
  return out.empty() ? "_" : out;
}

}  // namespace

std::string SoftwareName() { return "petzval " PETZVAL_VERSION; }

Rational ToRational(double v) {
  if (!(v > 0)) return {0, 1};
  constexpr double kMax = 4294967295.0;
  if (v >= kMax) return {4294967295u, 1};
  // Convergents h/k of the continued fraction; denominators stay below 10^6: enough for every
  // shutter speed and short enough to be read.
  double h0 = 0, h1 = 1, k0 = 1, k1 = 0, rest = v;
  for (int i = 0; i < 32; ++i) {
    const double whole = std::floor(rest);
    const double h2 = whole * h1 + h0, k2 = whole * k1 + k0;
    if (h2 > kMax || (k2 > 1e6 && h1 > 0)) break;
    if (k2 > kMax) return {0, 1};  // below the smallest fraction
    h0 = h1, h1 = h2, k0 = k1, k1 = k2;
    if (std::abs(h1 / k1 - v) <= 1e-9 * v) break;
    rest = 1 / (rest - whole);
  }
  return {static_cast<uint32_t>(h1), static_cast<uint32_t>(k1)};
}

std::vector<uint8_t> ExifBlock(const PictureMetadata& metadata, int width, int height) {
  const ExifInfo& e = metadata.exif;
  Directory exif;
  if (e.exposure_s > 0) exif.Fraction(0x829a, ToRational(e.exposure_s));
  if (e.f_number > 0) exif.Fraction(0x829d, ToRational(e.f_number));
  if (e.iso >= 0.5) exif.Short(0x8827, static_cast<uint32_t>(std::min(65535.0, std::round(e.iso))));
  exif.Undefined(0x9000, {'0', '2', '3', '1'});  // ExifVersion
  exif.Ascii(0x9003, e.datetime_original);
  exif.Undefined(0x9101, {1, 2, 3, 0});  // ComponentsConfiguration: Y Cb Cr
  if (e.focal_length_mm > 0) exif.Fraction(0x920a, ToRational(e.focal_length_mm));
  if (!e.datetime_original.empty()) exif.Ascii(0x9291, e.subsec_original);
  exif.Undefined(0xa000, {'0', '1', '0', '0'});  // FlashpixVersion
  exif.Short(0xa001, metadata.space == PictureSpace::kSrgb ? 1 : 65535);
  exif.Long(0xa002, static_cast<uint32_t>(width));
  exif.Long(0xa003, static_cast<uint32_t>(height));
  if (e.focal_length_35mm > 0 && e.focal_length_35mm <= 65535) {
    exif.Short(0xa405, static_cast<uint32_t>(e.focal_length_35mm));
  }
  exif.Ascii(0xa434, e.lens);

  const auto ifd0 = [&](uint32_t exif_offset) {
    Directory d;
    d.Ascii(0x010f, e.make);
    d.Ascii(0x0110, e.model);
    d.Short(0x0112, 1);  // Orientation: rendered upright
    d.Fraction(0x011a, {72, 1});
    d.Fraction(0x011b, {72, 1});
    d.Short(0x0128, 2);  // inches
    d.Ascii(0x0131, SoftwareName());
    d.Short(0x0213, 1);  // YCbCrPositioning: centred
    d.Long(0x8769, exif_offset);
    return d;
  };
  Bytes out = {'I', 'I', 42, 0, 8, 0, 0, 0};
  ifd0(static_cast<uint32_t>(out.size() + ifd0(0).size())).Write(&out);
  exif.Write(&out);
  return out;
}

std::string XmpPacket(const PictureMetadata& metadata) {
  std::string out =
      "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
      " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
      "  <rdf:Description rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\""
      " xmlns:petzval=\"urn:petzval:develop:1.0#\">\n";
  out += fmt::format("   <xmp:CreatorTool>{}</xmp:CreatorTool>\n", XmlText(SoftwareName()));
  std::set<std::string> used;
  for (const auto& [name, value] : metadata.parameters) {
    const std::string base = XmlName(name);
    std::string unique = base;
    for (int i = 2; !used.insert(unique).second; ++i) unique = fmt::format("{}_{}", base, i);
    out += fmt::format("   <petzval:{0}>{1}</petzval:{0}>\n", unique, XmlText(value));
  }
  out += "  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>";
  return out;
}

}  // namespace petzval
