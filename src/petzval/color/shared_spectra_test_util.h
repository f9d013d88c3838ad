// For tests: tables of spectra and charts that live beside the source tree.
#ifndef PETZVAL_COLOR_SHARED_SPECTRA_TEST_UTIL_H_
#define PETZVAL_COLOR_SHARED_SPECTRA_TEST_UTIL_H_

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/color/spectral.h"

#ifndef PETZVAL_SOURCE_DIR
#define PETZVAL_SOURCE_DIR "."
#endif

namespace petzval {

inline std::string SharedColourPath(const std::string& name) {
  return std::string(PETZVAL_SOURCE_DIR) + "/../shared/data/colour/" + name;
}

inline std::vector<std::string> CsvCells(const std::string& line) {
  std::vector<std::string> cells;
  std::stringstream in(line);
  std::string cell;
  while (std::getline(in, cell, ',')) cells.push_back(cell);
  return cells;
}

// "nm,NAME,.." and rows of numbers, on our grid; empty when the file is not there.
inline std::vector<SpectralDistribution> SharedSpectra(const std::string& name) {
  std::ifstream file(SharedColourPath(name));
  std::string line;
  std::vector<double> nm;
  std::vector<std::vector<double>> column;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = CsvCells(line);
    if (cells.size() < 2) continue;
    column.resize(cells.size() - 1);
    nm.push_back(std::atof(cells[0].c_str()));
    for (size_t i = 1; i < cells.size(); ++i) column[i - 1].push_back(std::atof(cells[i].c_str()));
  }
  std::vector<SpectralDistribution> spectra;
  if (nm.size() < 2) return spectra;
  for (const auto& values : column) spectra.push_back(Resample(nm, values));
  return spectra;
}

// A table of checkers/: patch,x,y,Y,X,Yy,Z,L,a,b.
struct CheckerRow {
  std::string patch;
  double x = 0, y = 0;
  Vec3 xyz, lab;
};
inline std::vector<CheckerRow> SharedChecker(const std::string& name) {
  std::ifstream file(SharedColourPath("checkers/" + name));
  std::string line;
  std::vector<CheckerRow> rows;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const std::vector<std::string> c = CsvCells(line);
    if (c.size() != 10) continue;
    const auto n = [&c](int i) { return std::atof(c[i].c_str()); };
    rows.push_back({c[0], n(1), n(2), {{n(4), n(5), n(6)}}, {{n(7), n(8), n(9)}}});
  }
  return rows;
}

}  // namespace petzval

#endif  // PETZVAL_COLOR_SHARED_SPECTRA_TEST_UTIL_H_
