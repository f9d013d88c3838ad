// Zemax .zmx: the lens that system lines and SURF blocks build.
#ifndef PETZVAL_OPTICS_INTERCHANGE_ZMX_READER_H_
#define PETZVAL_OPTICS_INTERCHANGE_ZMX_READER_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "petzval/optics/interchange/reader.h"
#include "petzval/optics/interchange/text_input.h"

namespace petzval::optics {

struct ZmxLine {
  int number = 0;
  std::vector<std::string> words;  // words[0] is the keyword

  double Number(size_t i, double otherwise = 0) const {
    if (i >= words.size()) return otherwise;
    return ParseNumber(words[i]).value_or(otherwise);
  }
};

struct ZmxBlock {
  int line = 0;
  std::string type = "STANDARD";
  std::string comment;
  bool stop = false;
  ZmxLine curv, conic, thickness, glass, diameter, aperture;
  std::map<int, ZmxLine> parm, xdat;
};

class ZmxReader {
 public:
  ZmxReader(const std::string& name, const ImportOptions& options) : reader_(name, options) {}

  Result<ImportedLens> Read(std::string_view text);

 private:
  Status ReadSystemLine(const ZmxLine& line, std::string_view rest);
  Status ReadSurfaceLine(const ZmxLine& line, std::string_view rest);
  Status Build();
  Status BuildSurface(const ZmxBlock& block);
  Result<double> Numeric(const ZmxLine& line, size_t i, const char* what) const;
  Status ReadAperture(const ZmxBlock& block, Surface* surface);
  Status ReadShape(const ZmxBlock& block, Surface* surface);
  Status ReadPowers(const ZmxBlock& block, Surface* surface);
  Status SetSpectrum();
  Status SetAperture();
  void SetFields();

  LensReader reader_;
  std::vector<ZmxBlock> blocks_;
  double unit_mm_ = 1;
  std::vector<std::string> makers_;
  ZmxLine aperture_, field_type_, xfln_, yfln_, primary_;
  ZmxLine field_weights_;
  std::map<int, ZmxLine> waves_;
  ZmxLine old_waves_, old_weights_;
  int extra_lines_ = 0, extra_line_ = 0;
  int stop_ = -1;
};

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_INTERCHANGE_ZMX_READER_H_
