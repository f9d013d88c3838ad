// CODE V .seq: the lens that a list of commands builds.
#ifndef PETZVAL_OPTICS_INTERCHANGE_SEQ_READER_H_
#define PETZVAL_OPTICS_INTERCHANGE_SEQ_READER_H_

#include <optional>
#include <string>
#include <vector>

#include "petzval/optics/interchange/reader.h"
#include "petzval/optics/interchange/seq_commands.h"

namespace petzval::optics {

// One surface of the file with what its commands said.
struct SeqSurface {
  int line = 0;
  Surface surface;
  double thickness = 0;
  std::optional<std::string> glass;
  bool object = false, image = false;
  bool asphere = false;  // ASP stands; K and A .. belong to it
  double shift[3] = {0, 0, 0};
  double alpha = 0, beta = 0, gamma = 0;  // CODE V's signs
  bool decentred = false, returns = false, bends = false;
  bool paraxial_image = false;  // PIM
  double aperture_shift[2] = {0, 0};
  double rectangle[2] = {0, 0};
};

class SeqReader {
 public:
  SeqReader(const std::string& name, const ImportOptions& options) : reader_(name, options) {}

  Result<ImportedLens> Read(std::string_view text);

 private:
  Status ReadCommand(const SeqCommand& command);
  Status ReadSystem(const SeqCommand& command, bool* known);
  Status ReadSurface(const SeqCommand& command, bool* known);
  Status ReadDecentre(const SeqCommand& command, bool* known);
  Status ReadAperture(const SeqCommand& command, bool* known);
  Status StartSurface(const SeqCommand& command);
  Status ReadPrivateGlass(const SeqCommand& command, bool* known);

  Status Build();
  Status AddSurface(const SeqSurface& from);
  Result<std::string> Medium(const SeqSurface& from);
  Status SetApertureAndFields();

  Result<double> Number(const SeqCommand& command, size_t i) const;
  Result<std::vector<double>> Numbers(const SeqCommand& command) const;

  LensReader reader_;
  std::vector<SeqSurface> surfaces_;
  bool radii_ = false;  // RDM: curvatures unless the file says radii
  double unit_mm_ = 1;
  int stop_ = -1;  // index into surfaces_
  std::string aperture_;
  int aperture_line_ = 0;
  double aperture_value_ = 0;
  std::string field_;  // "A", "O", "I": angle, object, image
  int field_line_ = 0;
  std::vector<double> x_, y_, field_weights_;
  bool in_private_ = false;
  std::vector<double> private_um_;
  std::vector<Glass> private_glasses_;
};

// A fictitious glass "519.642" or "516800.641670": nd 1.519, vd 64.2; nothing for other words.
struct GlassCode {
  double nd = 1, vd = 0;
};
std::optional<GlassCode> ParseGlassCode(const std::string& word);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_INTERCHANGE_SEQ_READER_H_
