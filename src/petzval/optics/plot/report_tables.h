// Tables of a lens as HTML.
#ifndef PETZVAL_OPTICS_PLOT_REPORT_TABLES_H_
#define PETZVAL_OPTICS_PLOT_REPORT_TABLES_H_

#include <string>

#include "petzval/optics/trace/launch.h"

namespace petzval::optics {

std::string FirstOrderTable(const LensModel& model);
std::string PrescriptionTable(const LensModel& model);
std::string AsphereTable(const Lens& lens);        // "" without aspheres
std::string ConfigurationTable(const Lens& lens);  // "" without configurations
std::string GlassTable(const LensModel& model);    // "" without glass

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_REPORT_TABLES_H_
