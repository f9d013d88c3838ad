// The tables of a lens file that are lists of entries; see docs/howto/add-a-lens.md.
#ifndef PETZVAL_OPTICS_LENS_LENS_TABLES_H_
#define PETZVAL_OPTICS_LENS_LENS_TABLES_H_

#include <map>
#include <string>

#include "petzval/base/toml_file.h"
#include "petzval/optics/lens/lens.h"

namespace petzval::optics {

// Each reads its tables of `root` into `lens`, whose surfaces are already there; no table is fine.
// Errors: kInvalidInput with file and line.
Status ParseAspheres(const TomlTable& root, Lens* lens);
Status ParseToroids(const TomlTable& root, Lens* lens);
Status ParsePoses(const TomlTable& root, Lens* lens);
Status ParseEdges(const TomlTable& root, Lens* lens);
Status ParseHousing(const TomlTable& root, Lens* lens);
Status ParseConfigurations(const TomlTable& root, Lens* lens);
Status ParseDesign(const TomlTable& root, Lens* lens);  // vary, pickup, solve, tolerance

// A surface number of the file (from 1) as an index.
Result<int> SurfaceIndex(const TomlTable& table, const std::string& key, const Lens& lens);
// { 3 = 1.5, 11 = 6.4 }: surface index -> number.
Result<std::map<int, double>> NumberOfSurface(const TomlTable& table, const std::string& key,
                                              const Lens& lens);
// The value of `key`, which must be one of `words`; its position.
Result<int> Word(const TomlTable& table, const std::string& key,
                 const std::vector<std::string>& words);

// Words of the file for the enums, in their order.
const std::vector<std::string>& ApertureWords();
const std::vector<std::string>& FieldWords();
const std::vector<std::string>& LaunchWords();
const std::vector<std::string>& AsphereWords();  // of power, qcon, qbfs
const std::vector<std::string>& EdgeWords();     // of rect, d_cut, annulus
const std::vector<std::string>& SolveWords();

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_LENS_LENS_TABLES_H_
